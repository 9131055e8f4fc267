import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { pageOf } from '../../../lib/adapters/hashkey/page.ts';
import { orderSchema } from '../../../lib/adapters/hashkey/wire.ts';
import { fixtureText } from './fixtures.ts';

const { open } = JSON.parse(fixtureText('orders.json'));
const orders = (...ids: readonly string[]) =>
  ids.map((orderId) => orderSchema.parse({ ...open, orderId }));
const ids = (page: ReturnType<typeof pageOf>) => page?.orders.map(({ orderId }) => orderId);

describe('a list shorter than its limit', () => {
  it('is complete', () => {
    const page = pageOf(orders('5', '4'), { limit: 3, fromOrderId: undefined });
    expect(ids(page)).toEqual(['5', '4']);
    expect(page).not.toHaveProperty('nextFromOrderId');
  });

  it('is complete when it is empty', () => {
    expect(pageOf([], { limit: 3, fromOrderId: '4' })).toStrictEqual({ orders: [] });
  });
});

describe('a full list', () => {
  it.each([[['9', '10', '11']], [['11', '10', '9']], [['10', '9', '11']]])(
    'goes on below its smallest id in whatever order it comes',
    (listed) => {
      const page = pageOf(orders(...listed), { limit: 3, fromOrderId: undefined });
      expect(page?.nextFromOrderId).toBe('9');
    },
  );

  it('compares ids as whole numbers beyond 2^53', () => {
    const listed = orders('9007199254740993', '9007199254740992');
    const page = pageOf(listed, { limit: 2, fromOrderId: '10000000000000000' });
    expect(page?.nextFromOrderId).toBe('9007199254740992');
  });

  it('that holds nothing below the id asked with is no page', () => {
    expect(pageOf(orders('7', '7'), { limit: 2, fromOrderId: '7' })).toBeUndefined();
  });
});

describe('a list that ignores the id it was asked with', () => {
  it('is no page', () => {
    expect(pageOf(orders('9', '8'), { limit: 3, fromOrderId: '8' })).toBeUndefined();
  });
});

describe('a list that repeats the id it was asked with', () => {
  it('is a page without that order', () => {
    expect(ids(pageOf(orders('8', '7'), { limit: 3, fromOrderId: '8' }))).toEqual(['7']);
  });
});

describe('reading pages to the end', () => {
  it('sees every order once and stops', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 });
    const run = fc.property(
      lists,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (all, limit, up) => {
        const seen: string[] = [];
        let fromOrderId: string | undefined;
        for (let pages = 0; pages <= all.length + 1; pages += 1) {
          const below = Number(fromOrderId ?? Number.POSITIVE_INFINITY);
          const listed = all.filter((id) => id < below).sort((a, b) => b - a);
          const wire = orders(...listed.slice(0, limit).map(String));
          const page = pageOf(up ? wire.toReversed() : wire, { limit, fromOrderId });
          seen.push(...(ids(page) ?? ['none']));
          fromOrderId = page?.nextFromOrderId;
          if (fromOrderId === undefined) break;
        }
        expect(fromOrderId).toBeUndefined();
        expect(seen.toSorted()).toEqual(all.map(String).toSorted());
      },
    );
    fc.assert(run, { seed: 20_260_902 });
  });
});
