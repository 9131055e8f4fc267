import { describe, expect, it } from '@jest/globals';
import { areFillsComplete } from '../../lib/domain/record-fills.ts';
import { createMarketDesk } from '../support/market-desk.ts';

const idOf = (number: number) => `order-${number}`;
const upTo = (count: number) => Array.from({ length: count }, (_, number) => idOf(number));

describe('row 6: lists longer than a page, ids beyond 2^53, one time for all', () => {
  it('finds every one of 1,200 doubtful orders that ended at one instant', async () => {
    const desk = createMarketDesk({ limits: { ordersPerSecond: 20, queriesPerSecond: 5 } });
    const { clock, market, store } = desk;
    const ids = upTo(1_200);
    const place = async () => {
      for (const id of ids) {
        market.place(id);
        await desk.doubt(id);
        market.end(id);
      }
    };
    await clock.runUntil(place());
    await clock.runUntil(desk.passes(60_000));
    expect(new Set(market.asked.map(({ call }) => call))).toContain('history');
    for (const order of store.all()) {
      const { exchangeOrderId } = market.reportOf(order.clientOrderId);
      expect(order).toMatchObject({ status: 'CANCELED', exchangeOrderId });
      expect(BigInt(exchangeOrderId)).toBeGreaterThan(2n ** 53n);
    }
    expect(store.all()).toHaveLength(1_200);
  });

  it('records every trade of many pages once, exactly', async () => {
    const desk = createMarketDesk();
    const { clock, market } = desk;
    const ids = upTo(8);
    const trade = async () => {
      for (const id of ids) await desk.open(id);
      for (const id of ids) {
        for (let part = 0; part < 180; part += 1) market.fill(id, '0.001');
      }
    };
    await clock.runUntil(trade());
    await clock.runUntil(desk.passes(60_000));
    expect(market.asked.filter(({ call }) => call === 'trades')).toHaveLength(3);
    for (const id of ids) {
      const order = desk.order(id);
      expect(order.executedQuantity).toBe('0.18');
      expect(areFillsComplete(order)).toBe(true);
      const traded = (order.fills ?? []).map(({ tradeId }) => BigInt(tradeId));
      expect(new Set(traded).size).toBe(180);
      // All of one time: the exchange's ids tell their order.
      expect(traded).toEqual(traded.toSorted((left, right) => (left < right ? -1 : 1)));
    }
  });

  it('follows 1,200 open orders by pages, and sees one that vanished', async () => {
    const desk = createMarketDesk();
    const { clock, market } = desk;
    const open = async () => {
      for (const id of upTo(1_200)) await desk.open(id);
    };
    await clock.runUntil(open());
    await clock.runUntil(desk.passes(60_000));
    market.fill(idOf(7));
    await clock.runUntil(desk.passes(120_000));
    expect(desk.order(idOf(7))).toMatchObject({ status: 'FILLED', executedQuantity: '0.5' });
    expect(areFillsComplete(desk.order(idOf(7)))).toBe(true);
    expect(market.asked.every(({ isWithinLimit }) => isWithinLimit)).toBe(true);
  });
});
