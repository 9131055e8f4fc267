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

/** Creates the tables of orders and of rate budgets with their keys and indexes. */
export async function createTables(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: ORDERS_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'accountId', AttributeType: 'S' },
        { AttributeName: 'clientOrderId', AttributeType: 'S' },
        { AttributeName: 'dueShard', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
        { AttributeName: 'listKey', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'accountId', KeyType: 'HASH' },
        { AttributeName: 'clientOrderId', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueShard', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'by-time',
          KeySchema: [
            { AttributeName: 'accountId', KeyType: 'HASH' },
            { AttributeName: 'listKey', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
        },
      ],
    }),
  );
  await client.send(
    new CreateTableCommand({
      TableName: BUDGETS_TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
}
