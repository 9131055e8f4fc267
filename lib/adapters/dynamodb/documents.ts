import type {
  PutCommandInput,
  QueryCommandInput,
  ScanCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import DataLoader from 'dataloader';
import {
  type AwsClient,
  type AwsClientOptions,
  AwsError,
  createAwsClient,
} from '../aws/aws-client.ts';
import { AWS_SERVICES } from '../aws/known-services.ts';
import {
  type Attributes,
  attributesIn,
  fromAttributes,
  itemsIn,
  toAttributes,
} from './attributes.ts';
import type { Item } from './order-item.ts';
import {
  BATCH_ITEMS_MAX,
  hasKey,
  type ItemName,
  type ReadItems,
  readItem,
  readItems,
} from './read-items.ts';

/** DynamoDB with plain values. A field of `undefined` is left out of what is written. */
export interface Documents {
  /**
   * Reads one item, strongly consistent.
   *
   * Reads that are asked for at the same moment go out as one call, which starts after each of them
   * was asked for, never before.
   *
   * @param only - the attributes that are wanted; all without it
   */
  get(name: ItemName, only?: readonly string[]): Promise<Item | undefined>;
  /** Reads items of one table, eventually consistent; gives those that are there, in no order. */
  getMany(tableName: string, keys: readonly ItemName['key'][]): Promise<readonly Item[]>;
  put(input: PutCommandInput): Promise<void>;
  update(input: UpdateCommandInput): Promise<void>;
  /** Deletes one item; one that is not there is deleted already. */
  remove(name: ItemName): Promise<void>;
  query(input: QueryCommandInput): Promise<QueryAnswer>;
  /** One page of a whole table; only a restore reads one. */
  scan(input: ScanCommandInput): Promise<QueryAnswer>;
  /** Closes all connections. */
  close(): void;
}

/** What a query found. */
export interface QueryAnswer {
  readonly items: readonly Item[];
  /** Where the rest begins. */
  readonly lastEvaluatedKey?: Item;
}

/** Makes DynamoDB reachable: one client for all tables of a process. */
export function createDocuments(options: Omit<AwsClientOptions, 'service'>): Documents {
  return documentsOver(createAwsClient({ ...options, service: AWS_SERVICES.DYNAMODB }), options);
}

/** Makes documents of a client's calls, whatever answers them. */
export function documentsOver(
  client: AwsClient,
  options: Pick<AwsClientOptions, 'clock' | 'random'>,
): Documents {
  const reading = { ...options, client };
  const loader = new DataLoader<ItemName, Attributes | undefined>(
    (names) => readTogether(reading, names),
    // Nothing is remembered: every read has to see the newest state.
    { cache: false, maxBatchSize: BATCH_ITEMS_MAX },
  );

  return {
    async get(name, only) {
      const item = await loader.load(name);
      return item === undefined ? undefined : fromAttributes(item, only);
    },
    async getMany(tableName, keys) {
      if (keys.length === 0) return [];
      const names = keys.map((key) => ({ tableName, key }));
      const found = (await readItems(reading, names, false)).get(tableName) ?? [];
      return found.map((item) => fromAttributes(item));
    },
    async put({ Item: item, ExpressionAttributeValues: values, ...input }) {
      const call = { ...input, Item: written(item), ExpressionAttributeValues: written(values) };
      await client.call('PutItem', call);
    },
    async update({ Key: key, ExpressionAttributeValues: values, ...input }) {
      const call = { ...input, Key: written(key), ExpressionAttributeValues: written(values) };
      await client.call('UpdateItem', call);
    },
    async remove({ key, tableName }) {
      await client.call('DeleteItem', { TableName: tableName, Key: written(key) });
    },
    async query({ ExclusiveStartKey: start, ExpressionAttributeValues: values, ...input }) {
      const answer = await client.call('Query', {
        ...input,
        ExclusiveStartKey: written(start),
        ExpressionAttributeValues: written(values),
      });
      return pageIn(answer);
    },
    async scan({ ExclusiveStartKey: start, ...input }) {
      return pageIn(await client.call('Scan', { ...input, ExclusiveStartKey: written(start) }));
    },
    close: () => client.close(),
  };
}

function pageIn({ Items, LastEvaluatedKey: last }: Readonly<Record<string, unknown>>): QueryAnswer {
  const items = itemsIn(Items).map((item) => fromAttributes(item));
  if (last === undefined) return { items };
  return { items, lastEvaluatedKey: fromAttributes(attributesIn(last)) };
}

/** Says whether a conditional write did not take place because its condition does not hold. */
export function isConditionRefused(error: unknown): boolean {
  return error instanceof AwsError && error.name === 'ConditionalCheckFailedException';
}

/** One call for all names; several orders that ask for the same item share its read. */
async function readTogether(
  reading: ReadItems,
  names: readonly ItemName[],
): Promise<(Attributes | undefined)[]> {
  const different = names.filter(
    (name, index) => names.findIndex((other) => isSame(name, other)) === index,
  );
  const [only, ...others] = different;
  if (only !== undefined && others.length === 0) {
    const item = await readItem(reading, only);
    return names.map(() => item);
  }
  const found = await readItems(reading, different, true);
  return names.map(({ tableName, key }) => found.get(tableName)?.find((one) => hasKey(one, key)));
}

function isSame(one: ItemName, other: ItemName): boolean {
  if (one === other) return true;
  const names = Object.keys(one.key);
  return (
    one.tableName === other.tableName && names.every((name) => one.key[name] === other.key[name])
  );
}

function written(values: Item | undefined): Attributes | undefined {
  return values === undefined ? undefined : toAttributes(values);
}
