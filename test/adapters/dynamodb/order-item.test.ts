import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueShardOf } from '../../../lib/adapters/dynamodb/due-shard.ts';
import { cursorAfter, listKeyFrom } from '../../../lib/adapters/dynamodb/list-cursor.ts';
import { listKeyOf, orderItem, parseOrderItem } from '../../../lib/adapters/dynamodb/order-item.ts';
import { appendInput } from '../../../lib/adapters/dynamodb/order-writes.ts';
import { evolve, evolveAll } from '../../../lib/domain/evolve.ts';
import { attemptStarted, NOON, received } from '../../support/order-events.ts';
import { evidence, fill, orderIn } from '../../support/order-stories.ts';

const order = evolve(undefined, received());

describe('the item of an order', () => {
  it('gives the order back', () => {
    expect(parseOrderItem(orderItem(order))).toEqual(order);
  });

  it('gives fills and their corrections back', () => {
    const filled = evolveAll(orderIn('FILLED'), [
      { type: 'FillsRecorded', at: NOON + 9_000, fills: [fill()], evidence: evidence() },
      {
        type: 'FillCorrected',
        at: NOON + 9_001,
        before: fill(),
        after: fill({ fee: '0.1' }),
        evidence: evidence({ source: 'stream' }),
      },
    ]);
    expect(parseOrderItem(orderItem(filled))).toEqual(filled);
  });

  it('gives the request back whatever JSON it is', () => {
    const property = fc.property(
      fc.dictionary(fc.string({ minLength: 1 }), fc.jsonValue()),
      (request) => {
        const text = JSON.stringify(request);
        // No field of a request has this name, and parsing drops it for safety.
        fc.pre(!text.includes('__proto__'));
        const { request: back } = parseOrderItem(orderItem({ ...order, request }));
        expect(JSON.stringify(back)).toBe(text);
      },
    );
    fc.assert(property);
  });

  it('is listed by time, also across a change of digits', () => {
    const keys = [999, 1_000, NOON].map((createdAt) => listKeyOf({ ...order, createdAt }));

    expect(keys.toSorted()).toEqual(keys);
  });
});

describe('the write of a change', () => {
  const after = evolve(order, attemptStarted());
  const table = { tableName: 'orders', dueShards: 1 };

  it('sets only what changed, if the version is still the same', () => {
    const input = appendInput(table, { before: order, after, dueAt: undefined });

    const set = ['status', 'attempts', 'history', 'updatedAt', 'version'];
    expect(input).toMatchObject({
      Key: { accountId: 'desk-1', clientOrderId: 'order-1' },
      UpdateExpression: `SET ${set.map((name) => `#${name} = :${name}`).join(', ')} REMOVE #dueShard, #dueAt`,
      ConditionExpression: '#version = :expected',
    });
    expect(input.ExpressionAttributeValues?.[':expected']).toBe(order.version);
  });

  it('removes what is gone', () => {
    const before = { ...order, reason: 'UNKNOWN' };

    const input = appendInput(table, { before, after, dueAt: NOON });

    expect(input.UpdateExpression).toMatch(/REMOVE #reason$/);
    expect(input.ExpressionAttributeValues).toMatchObject({ ':dueShard': '0', ':dueAt': NOON });
  });
});

describe('a cursor', () => {
  it('leads back to the place it was made for', () => {
    const listKey = listKeyOf(order);

    expect(listKeyFrom('desk-1', cursorAfter('desk-1', listKey))).toBe(listKey);
  });

  it('is refused for another account', () => {
    const cursor = cursorAfter('desk-1', listKeyOf(order));

    expect(() => listKeyFrom('desk-2', cursor)).toThrow(RangeError);
  });

  it('is refused whatever else it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String()), (cursor) => {
        expect(() => listKeyFrom('desk-1', cursor)).toThrow(RangeError);
      }),
    );
  });
});

describe('the shard of an account', () => {
  it('is the same for ever and lies among the shards', () => {
    expect(['desk-1', 'desk-2', 'treasury'].map((id) => dueShardOf(id, 7))).toEqual(
      ['desk-1', 'desk-2', 'treasury'].map((id) => dueShardOf(id, 7)),
    );
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (accountId, shards) => {
        expect(Number(dueShardOf(accountId, shards))).toBeLessThan(shards);
      }),
    );
  });
});
