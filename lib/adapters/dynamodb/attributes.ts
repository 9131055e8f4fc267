import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Item } from './order-item.ts';

/** An item as DynamoDB itself speaks of it. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Gives values as DynamoDB takes them; fields of `undefined` are left out. */
export function toAttributes(values: Item): Attributes {
  return marshall(values, { removeUndefinedValues: true });
}

/**
 * Gives the plain values of an item, or of some of its attributes: the rest is not even looked at.
 *
 * @throws Error when it holds what no item can hold
 */
export function fromAttributes(item: Attributes, only?: readonly string[]): Item {
  if (only === undefined) return unmarshall({ ...item });
  const picked = Object.entries(item).filter(([name]) => only.includes(name));
  return unmarshall(Object.fromEntries(picked));
}

/** Gives the attributes of an item that an answer holds. */
export function attributesIn(value: unknown): Attributes {
  if (isAttributes(value)) return value;
  throw new TypeError('DynamoDB answered with something that is not an item.');
}

/** Gives the attributes of all items of a list that an answer holds; none without a list. */
export function itemsIn(value: unknown): readonly Attributes[] {
  return Array.isArray(value) ? value.map(attributesIn) : [];
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
