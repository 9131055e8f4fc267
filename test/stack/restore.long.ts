import {
  type AttributeValue,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type CommandEnd, runCommand } from '../support/run-command.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(60_000);

const KEY = { accountId: { S: 'desk-1' }, clientOrderId: { S: 'kept' } };
const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };

let running: RunningStack;
let tables: DynamoDBClient;
beforeAll(async () => {
  running = await startRunningStack({ accounts: 1, latencyMs: 100 });
  tables = new DynamoDBClient({
    endpoint: running.stack.awsUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}, 120_000);
afterAll(async () => {
  tables.destroy();
  await running.stop();
});

function orders(...words: string[]): Promise<CommandEnd> {
  const { apiUrl, awsUrl } = running.stack;
  return runCommand(['--url', apiUrl, '--aws-endpoint', awsUrl, ...words]);
}

const place = (clientOrderId: string) =>
  running.post('/v1/orders', { ...RESTING, accountId: 'desk-1', clientOrderId });

/** What point-in-time recovery makes: a table of the same form with the items of an earlier moment. */
async function restoreTable(item: Record<string, AttributeValue>): Promise<void> {
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: 'orders' }));
  await tables.send(
    new CreateTableCommand({
      TableName: 'orders-restored',
      AttributeDefinitions: Table?.AttributeDefinitions,
      KeySchema: Table?.KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: Table?.GlobalSecondaryIndexes?.map((index) => ({
        IndexName: index.IndexName,
        KeySchema: index.KeySchema,
        Projection: index.Projection,
      })),
    }),
  );
  await tables.send(new PutItemCommand({ TableName: 'orders-restored', Item: item }));
}

describe('F57 a restore of the orders table', () => {
  it('loses no order, and sends none a second time that was sent after the restored moment', async () => {
    // At the restored moment the order was received and not sent: it waits behind others.
    await Promise.all(Array.from({ length: 30 }, (_, index) => place(`before-${index}`)));
    await place('kept');
    const { Item = {} } = await tables.send(new GetItemCommand({ TableName: 'orders', Key: KEY }));
    expect(Item.status).toEqual({ S: 'RECEIVED' });

    // Then it was sent, and the table was lost.
    await running.until('desk-1', 'kept', ['NEW']);
    await restoreTable(Item);
    await tables.send(new DeleteItemCommand({ TableName: 'orders', Key: KEY }));
    expect(await orders('get', 'desk-1', 'kept')).toMatchObject({ code: 3 });

    const mark = ['restore', 'mark', 'orders-restored', '--stopped-at', String(Date.now())];
    expect((await orders(...mark)).stdout).toContain('1 orders, 1 to be marked');
    expect((await orders(...mark, '--apply')).stdout).toContain('1 orders, 1 marked');
    expect((await orders('restore', 'copy', 'orders-restored', '--apply')).stdout).toContain(
      '1 orders, 1 copied',
    );

    const order = await running.until('desk-1', 'kept', ['NEW']);
    expect(order).toMatchObject({ status: 'NEW' });
    expect(running.desk.simulator.admin.orders({ clientOrderId: 'kept' })).toHaveLength(1);
  });
});
