import { describe, expect, it } from '@jest/globals';
import Big from 'big.js';
import fc from 'fast-check';
import { emptyBook, type Resting, rest, sideOf } from '../../simulator/exchange/book.ts';
import { type Incoming, planMatch } from '../../simulator/exchange/matching.ts';

const ACCOUNTS = ['a', 'b', 'c'] as const;

const resting = fc.record({
  accountId: fc.constantFrom(...ACCOUNTS),
  price: fc.integer({ min: 95, max: 105 }),
  leaves: fc.integer({ min: 1, max: 20 }),
});

const incoming = fc.record({
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  limit: fc.integer({ min: 95, max: 105 }),
  quantity: fc.integer({ min: 1, max: 100 }),
  stpMode: fc.constantFrom('EXPIRE_TAKER' as const, 'EXPIRE_MAKER' as const),
  timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
});

function order(given: Partial<Incoming>): Incoming {
  return {
    accountId: 'taker',
    side: 'BUY',
    limit: new Big(100),
    quantity: new Big(10),
    amount: undefined,
    stepSize: new Big(1),
    stpMode: 'EXPIRE_TAKER',
    timeInForce: 'GTC',
    ...given,
  };
}

function offer(orderId: string, price: number, leaves: number, accountId = 'a'): Resting {
  return { orderId, accountId, price: new Big(price), leaves: new Big(leaves) };
}

function asks(...offers: Resting[]): readonly Resting[] {
  const book = emptyBook();
  for (const one of offers) rest(book, 'SELL', one);
  return book.asks;
}

const idsOf = (plan: ReturnType<typeof planMatch>): string[] =>
  plan.matches.map((match) => match.resting.orderId);

describe('an order book', () => {
  it('serves the better price first and, within a price, the earlier order', () => {
    const queue = asks(offer('late', 99, 5), offer('dear', 100, 5), offer('later', 99, 5));
    expect(queue.map(({ orderId }) => orderId)).toEqual(['late', 'later', 'dear']);
    expect(idsOf(planMatch(queue, order({ quantity: new Big(12) })))).toEqual([
      'late',
      'later',
      'dear',
    ]);
  });

  it('keeps price-time priority whatever comes in', () => {
    fc.assert(
      fc.property(fc.array(resting, { maxLength: 40 }), fc.boolean(), (offers, isBuy) => {
        const book = emptyBook();
        const side = isBuy ? 'BUY' : 'SELL';
        offers.forEach((one, index) => {
          rest(book, side, offer(String(index), one.price, one.leaves, one.accountId));
        });
        const queue = sideOf(book, side);
        for (const [index, later] of queue.entries()) {
          const earlier = queue[index - 1];
          if (!earlier) continue;
          const order = earlier.price.cmp(later.price) * (isBuy ? -1 : 1);
          expect(order).toBeLessThanOrEqual(0);
          if (order === 0) expect(Number(earlier.orderId)).toBeLessThan(Number(later.orderId));
        }
      }),
    );
  });
});

describe('a match plan', () => {
  it('never exceeds what is wanted or offered, never passes the limit, never skips a better offer', () => {
    fc.assert(
      fc.property(fc.array(resting, { maxLength: 30 }), incoming, (offers, wish) => {
        const book = emptyBook();
        const restingSide = wish.side === 'BUY' ? 'SELL' : 'BUY';
        offers.forEach((one, index) => {
          rest(book, restingSide, offer(String(index), one.price, one.leaves, one.accountId));
        });
        const queue = sideOf(book, restingSide);
        const limit = new Big(wish.limit);
        const quantity = new Big(wish.quantity);
        const plan = planMatch(queue, order({ ...wish, limit, quantity, accountId: 'a' }));

        const total = plan.matches.reduce((sum, match) => sum.plus(match.quantity), new Big(0));
        expect(total.lte(quantity)).toBe(true);
        for (const match of plan.matches) {
          expect(match.quantity.gt(0) && match.quantity.lte(match.resting.leaves)).toBe(true);
          expect(match.resting.accountId).not.toBe('a');
          const within = match.resting.price.cmp(limit) * (wish.side === 'BUY' ? 1 : -1);
          expect(within).toBeLessThanOrEqual(0);
        }
        const others = queue.filter((one) => one.accountId !== 'a').slice(0, plan.matches.length);
        expect(plan.matches.map((match) => match.resting)).toEqual(others);
        if (wish.timeInForce === 'FOK') expect(total.eq(0) || total.eq(quantity)).toBe(true);
      }),
    );
  });

  it('spends an amount in whole steps and leaves less than one step unspent', () => {
    const queue = asks(offer('1', 99, 5), offer('2', 101, 50));
    const wish = { quantity: undefined, amount: new Big(1000), limit: new Big(200) };
    const plan = planMatch(queue, order(wish));
    expect(plan.matches.map((match) => match.quantity.toFixed())).toEqual(['5', '5']);
    expect(plan.complete).toBe(true);
  });

  it('stops a taker at its own order, or lets its own order give way', () => {
    const queue = asks(offer('other', 99, 2, 'b'), offer('own', 99, 3, 'me'), offer('more', 99, 9));
    const taker = planMatch(queue, order({ accountId: 'me' }));
    expect(idsOf(taker)).toEqual(['other']);
    expect(taker.metItself).toBe(true);

    const maker = planMatch(queue, order({ accountId: 'me', stpMode: 'EXPIRE_MAKER' }));
    expect(idsOf(maker)).toEqual(['other', 'more']);
    expect(maker.expiring.map(({ orderId }) => orderId)).toEqual(['own']);
  });
});
