import { createHash } from 'node:crypto';
import { MESSAGE_ATTRIBUTES_MAX } from './limits.ts';
import { invalidParameter, SqsError } from './sqs-error.ts';

/** One typed attribute as it travels: binary values are base64 texts. */
export type MessageAttribute = { DataType: string; StringValue?: string; BinaryValue?: string };
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;
const NAME_SHAPE = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]{1,256}(?<!\.)$/;
const TYPE_SHAPE = /^(String|Number|Binary)(\.[^\s]{1,246})?$/;

/** Refuses attributes the service would refuse, naming the first wrong one. */
export function checkMessageAttributes(attributes: MessageAttributes): void {
  const names = Object.keys(attributes);
  if (names.length > MESSAGE_ATTRIBUTES_MAX) {
    throw new SqsError(
      'InvalidParameterValue',
      `Number of message attributes [${names.length}] exceeds the allowed maximum` +
        ` [${MESSAGE_ATTRIBUTES_MAX}].`,
    );
  }
  for (const [name, attribute] of Object.entries(attributes)) checkAttribute(name, attribute);
}

function checkAttribute(name: string, attribute: MessageAttribute): void {
  if (!NAME_SHAPE.test(name) || /^(aws|amazon)\./i.test(name)) {
    throw invalidParameter(
      'MessageAttributeName',
      name,
      'The name has a form that is not allowed.',
    );
  }
  const { DataType, StringValue, BinaryValue } = attribute;
  if (!TYPE_SHAPE.test(DataType)) {
    throw invalidParameter(name, DataType, 'The type must start with String, Number or Binary.');
  }
  const value = DataType.startsWith('Binary') ? BinaryValue : StringValue;
  if (value === undefined || value === '') {
    throw invalidParameter(name, '', `The value of a ${DataType} attribute must not be empty.`);
  }
  if (DataType.startsWith('Number') && !/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value)) {
    throw invalidParameter(name, value, 'It is not a number.');
  }
}

/** Counts what attributes add to the size of a message: names, types and values. */
export function attributesBytes(attributes: MessageAttributes): number {
  let bytes = 0;
  for (const [name, attribute] of Object.entries(attributes)) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType);
    bytes += valueBytes(attribute).length;
  }
  return bytes;
}

/** Gives the attributes a receive asked for: by name, by `prefix.*`, or all. */
export function selectAttributes(
  attributes: MessageAttributes,
  wanted: readonly string[],
): MessageAttributes {
  const matches = (name: string) =>
    wanted.some((want) =>
      want === 'All' || want === '.*'
        ? true
        : want.endsWith('.*')
          ? name.startsWith(want.slice(0, -1)) || name === want.slice(0, -2)
          : name === want,
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => matches(name)));
}

/**
 * Hashes attributes as the service documents: sorted by name; each name, type and value with its
 * length before it.
 */
export function attributesMd5(attributes: MessageAttributes): string {
  const hash = createHash('md5');
  const add = (bytes: Buffer) => hash.update(lengthPrefix(bytes.length)).update(bytes);
  for (const name of Object.keys(attributes).sort()) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    add(Buffer.from(name));
    add(Buffer.from(attribute.DataType));
    hash.update(Buffer.of(isBinary(attribute) ? BINARY_TRANSPORT : STRING_TRANSPORT));
    add(valueBytes(attribute));
  }
  return hash.digest('hex');
}

export function md5(value: string): string {
  return createHash('md5').update(value).digest('hex');
}

function isBinary(attribute: MessageAttribute): boolean {
  return attribute.DataType.startsWith('Binary');
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue ?? '');
}

function lengthPrefix(length: number): Buffer {
  const prefix = Buffer.alloc(4);
  prefix.writeUInt32BE(length);
  return prefix;
}
