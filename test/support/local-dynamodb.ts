import { once } from 'node:events';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createDocuments, type Documents } from '../../lib/adapters/dynamodb/documents.ts';
import { systemClock } from '../../lib/adapters/system/clock.ts';
import { Secret } from '../../lib/application/secret.ts';
import { type ChooseFault, startFaultyProxy } from './faulty-proxy.ts';
import { seededRandom } from './random.ts';

export const ORDERS_TABLE = 'orders';
export const BUDGETS_TABLE = 'rate-budgets';
/** Of every index that says what is due. */
export const DUE_KEYS: readonly KeyAttribute[] = [
  ['dueShard', 'S'],
  ['dueAt', 'N'],
];

/** A database of this test file alone, in memory; every client has connections of its own. */
export interface LocalDynamoDb {
  /** The client of the adapters. */
  client(): Documents;
  /** A client whose calls may fail on their way. */
  faultyClient(choose: ChooseFault, settings: { readonly attemptsMax: number }): Promise<Documents>;
  /** The SDK's own client, for what tests prepare and look at. */
  readonly sdk: DynamoDBDocumentClient;
  close(): Promise<void>;
}

/** Starts the database with both tables. */
export async function startLocalDynamoDb(): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const endpoint = `http://127.0.0.1:${port}`;
  const raw = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await createTables(raw);

  const opened: { close(): unknown }[] = [];
  const clientAt = (url: string, settings = {}) => {
    const client = createDocuments({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: new Secret('local') },
      clock: systemClock,
      random: seededRandom(1),
      ...settings,
    });
    opened.push(client);
    return client;
  };

  return {
    client: () => clientAt(endpoint),
    async faultyClient(choose, settings) {
      const proxy = await startFaultyProxy(endpoint, choose);
      opened.push(proxy);
      return clientAt(proxy.url, settings);
    },
    sdk: DynamoDBDocumentClient.from(raw),
    async close() {
      for (const one of opened) await one.close();
      raw.destroy();
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

/** A key attribute and what it holds. */
type KeyAttribute = readonly [name: string, holds: 'S' | 'N'];

/** Keys are the partition's, then the order inside it. */
interface TableShape {
  readonly keys: readonly KeyAttribute[];
  readonly indexes?: Readonly<
    Record<string, { readonly keys: readonly KeyAttribute[]; readonly shows: readonly string[] }>
  >;
}

/** Creates the tables of orders and of rate budgets with their keys and indexes. */
export async function createTables(client: DynamoDBClient): Promise<void> {
  await client.send(
    tableOf(ORDERS_TABLE, {
      keys: [
        ['accountId', 'S'],
        ['clientOrderId', 'S'],
      ],
      indexes: {
        due: { keys: DUE_KEYS, shows: [] },
        'by-time': {
          keys: [
            ['accountId', 'S'],
            ['listKey', 'S'],
          ],
          shows: ['status'],
        },
      },
    }),
  );
  await client.send(tableOf(BUDGETS_TABLE, { keys: [['id', 'S']] }));
}

/** Makes the command that creates a table. */
export function tableOf(TableName: string, { keys, indexes = {} }: TableShape): CreateTableCommand {
  const all = [keys, ...Object.values(indexes).map((index) => index.keys)].flat();
  return new CreateTableCommand({
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [...new Map(all)].map(([AttributeName, AttributeType]) => ({
      AttributeName,
      AttributeType,
    })),
    KeySchema: keySchemaOf(keys),
    ...(Object.keys(indexes).length > 0 && {
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, index]) => ({
        IndexName,
        KeySchema: keySchemaOf(index.keys),
        Projection:
          index.shows.length === 0
            ? { ProjectionType: 'KEYS_ONLY' as const }
            : { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...index.shows] },
      })),
    }),
  });
}

function keySchemaOf(keys: readonly KeyAttribute[]) {
  return keys.map(([AttributeName], index) => ({
    AttributeName,
    KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const),
  }));
}
