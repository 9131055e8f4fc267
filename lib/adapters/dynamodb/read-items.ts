import type { Clock } from '../../application/ports.ts';
import { type AwsClient, AwsError } from '../aws/aws-client.ts';
import { type Attributes, attributesIn, itemsIn } from './attributes.ts';

/** The name of one item: its table and its primary key. */
export interface ItemName {
  readonly tableName: string;
  readonly key: Readonly<Record<string, string>>;
}

/** What reads stand on. */
export interface ReadItems {
  readonly client: AwsClient;
  readonly clock: Pick<Clock, 'sleep'>;
  /** From 0 up to 1, for the waits between tries. */
  readonly random: () => number;
}

/** Items of one batch read: what DynamoDB takes at most. */
export const BATCH_ITEMS_MAX = 100;
/** Tries of one batch read whose rest DynamoDB puts off. */
const BATCH_READS_MAX = 5;
/** The longest wait before the second of them, in milliseconds; it doubles with every try. */
const PUT_OFF_MS = 10;

/** Reads one item, strongly consistent. */
export async function readItem(
  { client }: ReadItems,
  { tableName, key }: ItemName,
): Promise<Attributes | undefined> {
  const input = { TableName: tableName, Key: keyAttributes(key), ConsistentRead: true };
  const { Item } = await client.call('GetItem', input);
  return Item === undefined ? undefined : attributesIn(Item);
}

/**
 * Reads up to `BATCH_ITEMS_MAX` items, also of several tables, with one call where that suffices.
 *
 * @returns what was found, by table, in no order
 * @throws AwsError when DynamoDB puts off a part again and again
 */
export async function readItems(
  { client, clock, random }: ReadItems,
  names: readonly ItemName[],
  ConsistentRead: boolean,
): Promise<ReadonlyMap<string, readonly Attributes[]>> {
  const found = new Map<string, readonly Attributes[]>();
  const tables = Map.groupBy(names, ({ tableName }) => tableName);
  let wanted: Readonly<Record<string, unknown>> = Object.fromEntries(
    [...tables].map(([tableName, ofTable]) => {
      return [tableName, { Keys: ofTable.map(({ key }) => keyAttributes(key)), ConsistentRead }];
    }),
  );

  for (let reads = 1; ; reads += 1) {
    const answer = await client.call('BatchGetItem', { RequestItems: wanted });
    for (const [tableName, items] of Object.entries(answer.Responses ?? {})) {
      found.set(tableName, [...(found.get(tableName) ?? []), ...itemsIn(items)]);
    }
    wanted = Object.fromEntries(Object.entries(answer.UnprocessedKeys ?? {}));
    if (Object.keys(wanted).length === 0) return found;
    if (reads === BATCH_READS_MAX) {
      const message = `DynamoDB put off reading ${names.length} items ${reads} times; ask again.`;
      throw new AwsError('ThrottlingException', 400, { message });
    }
    await clock.sleep(random() * PUT_OFF_MS * 2 ** reads);
  }
}

/** Says whether an item has a name's key. */
export function hasKey(item: Attributes, key: ItemName['key']): boolean {
  return Object.entries(key).every(([name, value]) => item[name]?.S === value);
}

/** All our keys are texts. */
function keyAttributes(key: ItemName['key']): Attributes {
  return Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }]));
}
