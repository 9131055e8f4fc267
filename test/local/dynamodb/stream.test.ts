import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type DynamoDbUnderTest, startDynamoDb } from './dynamodb-under-test.ts';

const HOUR_MS = 60 * 60 * 1000;
let under: DynamoDbUnderTest;

beforeEach(async () => {
  under = await startDynamoDb();
});
afterEach(() => under.close());

async function put(n: number): Promise<void> {
  const Item = {
    accountId: { S: 'desk-1' },
    clientOrderId: { S: `order-${n}` },
    padding: { S: 'x'.repeat(300_000) },
  };
  await under.client.send(new PutItemCommand({ TableName: 'orders', Item }));
}
const ids = (after: string | bigint = 0n, limit = 100) =>
  under.db.streams.read('orders', after, limit).map((record) => record.dynamodb.Keys.clientOrderId);

describe('a stream', () => {
  it('is read in pages from any sequence number on', async () => {
    for (const n of [1, 2, 3]) await put(n);
    const [first] = under.db.streams.read('orders', '0', 1);
    expect(first?.dynamodb.Keys.clientOrderId).toEqual({ S: 'order-1' });
    expect(ids(first?.dynamodb.SequenceNumber)).toEqual([{ S: 'order-2' }, { S: 'order-3' }]);
    expect(ids(under.db.streams.latestSequence('orders'))).toEqual([]);
  });

  it('gives records in the shape a function gets', async () => {
    await put(1);
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream';
    expect(under.db.streams.read('orders', 0n, 1)[0]).toMatchObject({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: expect.stringContaining(arn),
      dynamodb: {
        ApproximateCreationDateTime: 1_700_000_000,
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: 300_077,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
  });

  it('gives no more than an invocation can carry', async () => {
    for (let n = 0; n < 25; n += 1) await put(n);
    expect(ids()).toHaveLength(20);
  });

  it('wakes a consumer that waits, and lets one go that gives up', async () => {
    const { streams } = under.db;
    const never = new AbortController();
    const record = streams.waitForRecords('orders', 0n, never.signal);
    const gaveUp = new AbortController();
    const nothing = streams.waitForRecords('rate-budgets', 0n, gaveUp.signal);
    await put(1);
    gaveUp.abort();
    await Promise.all([record, nothing, streams.waitForRecords('orders', 0n, never.signal)]);
    expect(ids()).toHaveLength(1);
  });

  it('is refused for a table without one', () => {
    expect(() => under.db.streams.read('rate-budgets', 0n, 1)).toThrow(/has no stream/);
  });
});

describe('a checkpoint', () => {
  it('survives a restart and never moves back', async () => {
    const consumer = 'publish-events';
    expect(under.db.streams.checkpoint(consumer, 'orders')).toBeUndefined();
    under.db.streams.saveCheckpoint(consumer, 'orders', 5n);
    under.db.streams.saveCheckpoint(consumer, 'orders', '3');
    await put(1);
    await under.stop();

    under = await startDynamoDb(under.directory);
    expect(BigInt(under.db.streams.checkpoint(consumer, 'orders') ?? 0)).toBe(5n);
    expect(ids()).toHaveLength(1);
  });
});

describe('an old record', () => {
  it('goes after a day when every consumer has passed it', async () => {
    await put(1);
    under.db.streams.saveCheckpoint('done', 'orders', under.db.streams.latestSequence('orders'));
    under.clock.forward(25 * HOUR_MS);
    await put(2);
    expect(ids()).toEqual([{ S: 'order-2' }]);
  });

  it('waits longer for a consumer that was off, but not for ever', async () => {
    under.db.streams.saveCheckpoint('off', 'orders', 0n);
    await put(1);
    under.clock.forward(25 * HOUR_MS);
    await put(2);
    expect(ids()).toHaveLength(2);
    under.clock.forward(15 * 24 * HOUR_MS);
    await put(3);
    expect(ids()).toEqual([{ S: 'order-3' }]);
  });
});
