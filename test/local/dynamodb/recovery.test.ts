import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDynamoDb } from '../../../local/dynamodb/open-dynamodb.ts';
import { openJournalFile } from '../../../local/dynamodb/open-journal-file.ts';
import { createTableSettingsStore } from '../../../local/dynamodb/table-settings.ts';
import type { WriteCall } from '../../../local/dynamodb/write-shape.ts';
import { movableClock, temporaryDirectory } from './dynamodb-under-test.ts';
import { type FailingFront, openFailingFront } from './failing-front.ts';
import { ORDERS } from './orders-table.ts';

const TableName = 'orders';

/** The writes of one order, and what it is after them. */
function orderOf(id: string) {
  const Key = { accountId: { S: 'desk-1' }, clientOrderId: { S: id } };
  const item = { ...Key, version: { N: '1' }, dueShard: { S: 'all' }, dueAt: { N: '1' } };
  const moved = { ...item, version: { N: '2' }, dueAt: { N: '2' } };
  const put: WriteCall = { operation: 'PutItem', request: { TableName, Item: item } };
  const remove: WriteCall = { operation: 'DeleteItem', request: { TableName, Key } };
  const move: WriteCall = {
    operation: 'UpdateItem',
    request: {
      TableName,
      Key,
      UpdateExpression: 'SET version = :two, dueAt = :two',
      ConditionExpression: 'version = :one',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':two': { N: '2' } },
    },
  };
  const add: WriteCall = {
    operation: 'UpdateItem',
    request: {
      TableName,
      Key,
      UpdateExpression: 'ADD version :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    },
  };
  return { Key, item, moved, put, remove, move, add };
}

let directory: string;
let front: FailingFront;

beforeAll(async () => {
  directory = temporaryDirectory();
  const db = await openDynamoDb({ directory, clock: movableClock() });
  await db.createTable(ORDERS);
  await db.close();
  front = await openFailingFront(directory);
});
afterAll(async () => {
  await front.close();
  rmSync(directory, { recursive: true, force: true });
});

function imagesOf(id: string): unknown[] {
  return front.journal
    .read(TableName, 0n, 1_000, 1e9)
    .filter(({ key }) => JSON.stringify(key.clientOrderId) === JSON.stringify({ S: id }))
    .map(({ oldImage, newImage }) => [oldImage, newImage]);
}

let orders = 0;
const freshId = () => {
  orders += 1;
  return `order-${orders}`;
};

describe.each(['before the database', 'after the database', 'before the record'] as const)(
  'a process that ends %s',
  (failure) => {
    /** Makes writes of which the last fails, and settles it as the next process does. */
    async function settled(id: string, writes: readonly WriteCall[]): Promise<unknown[]> {
      const writer = front.newWriter();
      for (const write of writes.slice(0, -1)) await writer.write(write);
      front.failNext(failure);
      for (const write of writes.slice(-1)) {
        await expect(writer.write(write)).rejects.toThrow(/not known whether/);
      }
      expect(front.journal.pending().size).toBe(1);
      await front.newWriter().recover();
      expect(front.journal.pending().size).toBe(0);
      return imagesOf(id);
    }

    it('has one record of a put', async () => {
      const id = freshId();
      const { item, put } = orderOf(id);
      expect(await settled(id, [put])).toEqual([[undefined, item]]);
    });

    it('has one record of an update', async () => {
      const id = freshId();
      const { item, moved, put, move } = orderOf(id);
      expect((await settled(id, [put, move])).slice(1)).toEqual([[item, moved]]);
    });

    it('has one record of an addition, which is not made twice', async () => {
      const id = freshId();
      const { item, put, add } = orderOf(id);
      const added = { ...item, version: { N: '2' } };
      expect((await settled(id, [put, add])).slice(1)).toEqual([[item, added]]);
    });

    it('has one record of a delete', async () => {
      const id = freshId();
      const { item, put, remove } = orderOf(id);
      expect((await settled(id, [put, remove])).slice(1)).toEqual([[item, undefined]]);
    });

    it('has no record of a write that changes nothing', async () => {
      const id = freshId();
      const { put } = orderOf(id);
      expect((await settled(id, [put, put])).slice(1)).toEqual([]);
    });

    it('has no record of a write that is refused', async () => {
      const id = freshId();
      const { put, move } = orderOf(id);
      expect((await settled(id, [put, move, move])).slice(2)).toEqual([]);
    });

    it('settles the write before the next one of its item, when it did not end after all', async () => {
      const id = freshId();
      const { item, moved, put, move, remove } = orderOf(id);
      const writer = front.newWriter();
      await writer.write(put);
      front.failNext(failure);
      await expect(writer.write(move)).rejects.toThrow(/not known whether/);
      await writer.write(remove);
      expect(imagesOf(id)).toEqual([
        [undefined, item],
        [item, moved],
        [moved, undefined],
      ]);
    });
  },
);

describe('a process that is killed between an index and its item', () => {
  it('has the item in its index again', async () => {
    const { moved, put, move } = orderOf(freshId());
    const writer = front.newWriter();
    await writer.write(put);
    front.failNext('before the database');
    await expect(writer.write(move)).rejects.toThrow();
    await front.close();
    // dynalite takes the old entry out of the index first, then writes the new one, then the item.
    const fromDynalite = createRequire(createRequire(import.meta.url).resolve('dynalite'));
    const { Level } = fromDynalite('level');
    const store = new Level(join(directory, 'items'));
    await store.clear({ gte: 'index-global~orders~', lt: 'index-global~orders~~' });
    await store.close();

    front = await openFailingFront(directory);
    expect(await front.due()).toEqual([]);
    await front.newWriter().recover();
    expect(await front.due()).toEqual([moved]);
  });
});

describe.each(['creating', 'deleting'] as const)('a process killed while %s a table', (state) => {
  it('has the table created afresh', async () => {
    const { put } = orderOf(freshId());
    await front.newWriter().write(put);
    await front.close();
    const file = openJournalFile(join(directory, 'stream.sqlite'));
    const settings = createTableSettingsStore(file);
    settings.put(TableName, { state, streamLabel: 'x', recoveryEnabled: false });
    file.close();

    const db = await openDynamoDb({ directory, clock: movableClock() });
    await db.createTable(ORDERS);
    await db.close();
    front = await openFailingFront(directory);
    expect(await front.due()).toEqual([]);
    await front.newWriter().write(put);
    expect(await front.due()).toHaveLength(1);
  });
});
