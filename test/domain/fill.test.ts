import { describe, expect, it } from '@jest/globals';
import {
  feesOf,
  filledQuantity,
  filledQuote,
  inOrderOfTrade,
  isSameTrade,
  saysTheSame,
} from '../../lib/domain/fill.ts';
import { NOON } from '../support/order-events.ts';
import { fill } from '../support/order-stories.ts';

/** A fill that lacks what the exchange may leave out. */
function bare(change: Partial<ReturnType<typeof fill>> = {}) {
  const { tradeId, price, quantity, at } = fill();
  return { tradeId, price, quantity, at, ...change };
}

describe('fills together', () => {
  it('have the exact quantity and quote of all of them', () => {
    const fills = [fill({ price: '0.1', quantity: '0.2' }), fill({ price: '3', quantity: '0.1' })];

    expect(filledQuantity(fills)).toBe('0.3');
    expect(filledQuote(fills)).toBe('0.32');
    expect([filledQuantity([]), filledQuote([])]).toEqual(['0', '0']);
  });

  it('have one sum of fees per asset, by the name of the asset', () => {
    const paid = (feeAsset: string, fee: string) => fill({ feeAsset, fee });
    const fills = [paid('USD', '0.1'), paid('BTC', '0.0004'), paid('USD', '0.2'), paid('ETH', '1')];
    const fees = [
      { asset: 'BTC', amount: '0.0004' },
      { asset: 'ETH', amount: '1' },
      { asset: 'USD', amount: '0.3' },
    ];

    expect(feesOf(fills)).toEqual(fees);
    expect(feesOf(fills.toReversed())).toEqual(fees);
  });

  it('have no fee where the asset is not known, and none of a known asset counts as nothing', () => {
    expect(feesOf([bare({ fee: '0.1' })])).toEqual([]);
    expect(feesOf([bare({ feeAsset: 'BTC' }), fill({ fee: '0.1', feeAsset: 'BTC' })])).toEqual([
      { asset: 'BTC', amount: '0.1' },
    ]);
  });

  it('are in the order of their trades: by time, then by id as a number', () => {
    const at = (time: number, tradeId: string) => fill({ at: NOON + time, tradeId });
    const sorted = [at(1, '99'), at(2, '9'), at(2, '10'), at(2, '11'), at(3, '1')];
    const ids = sorted.map(({ tradeId }) => tradeId);

    for (const mixed of [
      sorted,
      sorted.toReversed(),
      [2, 4, 0, 3, 1].flatMap((i) => sorted[i] ?? []),
    ]) {
      expect(inOrderOfTrade(mixed).map(({ tradeId }) => tradeId)).toEqual(ids);
    }
  });

  it('of one time and id stay as they are', () => {
    const [one, two] = [fill({ fee: '1' }), fill({ fee: '2' })];

    expect(inOrderOfTrade([one, two])).toEqual([one, two]);
    expect(inOrderOfTrade([two, one])).toEqual([two, one]);
  });
});

describe('two statements', () => {
  it('are about one trade by its id, or else by its match', () => {
    expect(isSameTrade(fill({ ticketId: 'a' }), fill({ ticketId: 'b' }))).toBe(true);
    expect(isSameTrade(fill(), fill({ tradeId: 'other' }))).toBe(true);
    expect(isSameTrade(fill(), fill({ tradeId: 'other', ticketId: 'other' }))).toBe(false);
    expect(isSameTrade(bare(), bare())).toBe(true);
    expect(isSameTrade(bare(), bare({ tradeId: 'other' }))).toBe(false);
    expect(isSameTrade(bare(), fill({ tradeId: 'other' }))).toBe(false);
  });

  it.each([
    { name: 'itself', stated: fill(), same: true },
    {
      name: 'other digits of the same numbers',
      stated: fill({ price: '65000.00', fee: '0.00040' }),
      same: true,
    },
    { name: 'less than is known', stated: bare(), same: true },
    { name: 'another price', stated: fill({ price: '65001' }), same: false },
    { name: 'another quantity', stated: fill({ quantity: '0.3' }), same: false },
    { name: 'another fee', stated: fill({ fee: '0.0005' }), same: false },
    { name: 'another asset', stated: fill({ feeAsset: 'USD' }), same: false },
    { name: 'another asset alone', stated: bare({ feeAsset: 'USD' }), same: false },
    { name: 'the same fee alone', stated: bare({ fee: '0.0004' }), same: true },
  ])('say the same of a trade, or not: $name', ({ stated, same }) => {
    expect(saysTheSame(fill(), stated)).toBe(same);
  });

  it('differ where the later one says more', () => {
    expect(saysTheSame(bare(), bare({ fee: '0' }))).toBe(false);
    expect(saysTheSame(bare(), bare({ feeAsset: 'BTC' }))).toBe(false);
  });
});
