import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Documents } from '../../../lib/adapters/dynamodb/documents.ts';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { AwsFaultKind } from '../../support/faulty-proxy.ts';
import {
  type LocalDynamoDb,
  ORDERS_TABLE,
  startLocalDynamoDb,
} from '../../support/local-dynamodb.ts';
import { attemptStarted, denied, NOON, received } from '../../support/order-events.ts';

let database: LocalDynamoDb;
let plain: Documents;
let orders = 0;

beforeAll(async () => {
  database = await startLocalDynamoDb();
  plain = database.client();
});
afterAll(() => database.close());

const storeOn = (client: Documents) =>
  createOrderStore({ client, tableName: ORDERS_TABLE, dueShards: 1 });

/** A store whose updates fail on the wire; each call is tried twice. */
async function faultyStore(choose: (call: number) => AwsFaultKind) {
  const client = await database.faultyClient(
    (operation, call) => (operation === 'UpdateItem' ? choose(call) : 'none'),
    { attemptsMax: 2 },
  );
  return storeOn(client);
}

async function storedOrder(): Promise<Order> {
  orders += 1;
  const event = received({ clientOrderId: `order-${orders}` });
  return (await storeOn(plain).create(event, undefined)).order;
}

describe('an order store on a DynamoDB that fails', () => {
  it('F52 knows its own write when it is repeated after a lost answer', async () => {
    const order = await storedOrder();
    const store = await faultyStore((call) => (call === 1 ? 'answer-lost' : 'none'));

    const appended = await store.append(order, [attemptStarted()], undefined);

    expect(appended).toMatchObject({ kind: 'stored', order: { status: 'SENDING', version: 2 } });
  });

  it('F52 does not take the write of another attempt for its own', async () => {
    const order = await storedOrder();
    const event = attemptStarted({ attemptId: 'somebody-else' });
    await storeOn(plain).append(order, [event], undefined);

    const appended = await (await faultyStore(() => 'none')).append(
      order,
      [attemptStarted()],
      undefined,
    );

    expect(appended.kind).toBe('conflict');
    expect(appended.order.attempts[0]?.attemptId).toBe('somebody-else');
  });

  it('F50 throws when a change is throttled, and nothing is stored', async () => {
    const order = await storedOrder();

    const store = await faultyStore(() => 'throttled');
    const append = store.append(order, [attemptStarted()], undefined);

    await expect(append).rejects.toThrow('exceeds the allowed');
    expect(await storeOn(plain).get(order)).toEqual(order);
  });

  it('throws when no try reaches it', async () => {
    const order = await storedOrder();
    const store = await faultyStore(() => 'unreachable');

    await expect(store.append(order, [denied()], undefined)).rejects.toMatchObject({
      name: 'ECONNRESET',
    });
    await expect(store.postpone(order, NOON)).rejects.toMatchObject({ name: 'ECONNRESET' });
  });

  it('throws when every answer is lost, though the change may be stored', async () => {
    const order = await storedOrder();
    const store = await faultyStore(() => 'answer-lost');

    // The second try is refused for the first one's sake, and that answer is lost too.
    await expect(store.append(order, [denied()], undefined)).rejects.toMatchObject({
      name: 'ECONNRESET',
    });
  });
});

describe('a stored order', () => {
  it('names itself and the attribute when it is damaged', async () => {
    const item = { accountId: 'desk-1', clientOrderId: 'damaged', formatVersion: 1 };
    await database.sdk.send(new PutCommand({ TableName: ORDERS_TABLE, Item: item }));

    const read = storeOn(plain).get({ accountId: 'desk-1', clientOrderId: 'damaged' });

    await expect(read).rejects.toThrow(/desk-1\/damaged .*terms/);
  });

  it('F10 keeps what newer code has written into it', async () => {
    const order = await storedOrder();
    const Key = { accountId: order.accountId, clientOrderId: order.clientOrderId };
    await database.sdk.send(
      new UpdateCommand({
        TableName: ORDERS_TABLE,
        Key,
        UpdateExpression: 'SET newer = :newer',
        ExpressionAttributeValues: { ':newer': 1 },
      }),
    );

    await storeOn(plain).append(order, [denied()], undefined);

    const { Item } = await database.sdk.send(new GetCommand({ TableName: ORDERS_TABLE, Key }));
    expect(Item).toMatchObject({ newer: 1, status: 'DENIED' });
  });

  it('leaves the index of due orders when nothing is due', async () => {
    const event = received({ clientOrderId: 'due' });
    const { order } = await storeOn(plain).create(event, NOON);
    const Key = { accountId: order.accountId, clientOrderId: order.clientOrderId };

    await storeOn(plain).append(order, [denied()], undefined);

    const { Item } = await database.sdk.send(new GetCommand({ TableName: ORDERS_TABLE, Key }));
    expect(Object.keys(Item ?? {})).not.toEqual(expect.arrayContaining(['dueAt', 'dueShard']));
  });
});
