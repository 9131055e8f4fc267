import type { Attributes } from '../../lib/adapters/dynamodb/attributes.ts';

type Value = Attributes[string];

/**
 * Gives the size of an item as DynamoDB counts it: names and texts by their bytes, numbers by their
 * digits, lists and maps three bytes more and one for each element.
 */
export function itemBytes(item: Attributes): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name, 'utf8') + valueBytes(value),
    0,
  );
}

function valueBytes(value: Value): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S, 'utf8');
  if (value.N !== undefined) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 1;
  if (value.BOOL !== undefined || value.NULL !== undefined) return 1;
  if (value.L !== undefined) return 3 + value.L.reduce((sum, one) => sum + 1 + valueBytes(one), 0);
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  throw new TypeError(`No item of ours has a ${Object.keys(value).join()}: teach this.`);
}
