import Big from 'big.js';

/** An item, or a key, as the wire carries it: `{"quantity": {"N": "1.5"}}`. */
export type Image = Readonly<Record<string, unknown>>;

/** One attribute of a table's key, the partition key first. */
export interface KeyAttribute {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** Says whether two states of an item hold the same values; sets have no order, and `1.0` is `1`. */
export function sameImage(one: Image | undefined, other: Image | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonical(one) === canonical(other);
}

/** Names one item of a table: two writes with the same name must not overlap. */
export function itemName(tableId: string, key: Image): string {
  return `${tableId}/${canonical(key)}`;
}

/** Picks the key out of an item or a key; `undefined` when an attribute is missing or of another type. */
export function keyOf(attributes: readonly KeyAttribute[], image: Image): Image | undefined {
  const key: Record<string, unknown> = {};
  for (const { name, type } of attributes) {
    const value = image[name];
    if (!isMap(value) || typeof value[type] !== 'string') return undefined;
    if (type === 'N' && !isNumeral(value[type])) return undefined;
    key[name] = { [type]: value[type] };
  }
  return key;
}

/** The size DynamoDB gives an image, in bytes: names and values, numbers by their digits. */
export function imageBytes(image: Image | undefined): number {
  if (image === undefined) return 0;
  return Object.entries(image).reduce((sum, [name, value]) => {
    return sum + Buffer.byteLength(name) + valueBytes(value);
  }, 0);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueBytes(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce((sum: number, part) => sum + valueBytes(part), 0);
  if (isMap(value)) {
    // The type name of a value ({"S": …}) is not part of its size, an attribute's name inside a map is.
    const inner = value.M;
    if (isMap(inner)) return imageBytes(inner);
    return Object.values(value).reduce((sum: number, part) => sum + valueBytes(part), 0);
  }
  return 1;
}

function canonical(image: Image): string {
  const parts = Object.keys(image)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalValue(image[name])}`);
  return `{${parts.join(',')}}`;
}

function canonicalValue(value: unknown): string {
  if (!isMap(value)) return JSON.stringify(value);
  const [type] = Object.keys(value);
  if (type === undefined) return '{}';
  const content = value[type];

  if (type === 'N') return `{"N":${canonicalNumber(content)}}`;
  if (type === 'M' && isMap(content)) return `{"M":${canonical(content)}}`;
  if (!Array.isArray(content)) return JSON.stringify(value);
  if (type === 'L') return `{"L":[${content.map(canonicalValue).join(',')}]}`;
  const members = content.map((member) =>
    type === 'NS' ? canonicalNumber(member) : JSON.stringify(member),
  );
  return `{${JSON.stringify(type)}:[${members.sort().join(',')}]}`;
}

function canonicalNumber(value: unknown): string {
  if (typeof value !== 'string' || !isNumeral(value)) return String(value);
  return new Big(value).toFixed().replace(/^-0$/, '0');
}

function isNumeral(value: string): boolean {
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(value);
}
