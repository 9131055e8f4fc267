import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inParallel } from '../../lib/application/in-parallel.ts';
import { type Body, type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(240_000);

/** The exchange gives 500 a page. */
const PAGE = 500;
const ORDERS = PAGE + 60;
/** Orders with trades, and how many each, all of one instant. */
const TRADED = 8;
const TRADES_EACH = 70;
/** The exchange bears 200 open orders a pair. */
const OPEN_MAX = 190;
/** Far from the market: they stay open until somebody ends them. */
const MARKETS = [
  { symbol: 'BTCUSD', quantity: '0.01', price: '95000' },
  { symbol: 'ETHUSD', quantity: '0.1', price: '3000' },
  { symbol: 'SOLUSD', quantity: '1', price: '170' },
];
const ACCOUNT = 'desk-1';
const CALLERS = 16;
/** What no wait here takes, on whatever machine. */
const STATE_MAX_MS = 180_000;

let running: RunningStack;
beforeAll(async () => {
  // Wide limits, so that so many orders can be placed in a test.
  running = await startRunningStack({
    ...{ accounts: 1, lanes: 8, ordersPerSecond: 100, queriesPerSecond: 10 },
  });
}, 120_000);
afterAll(async () => {
  const { status429, duplicates } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  expect({ status429, duplicates }).toEqual({ status429: 0, duplicates: 0 });
});

interface Told extends Body {
  readonly status: string;
  readonly fills?: readonly { readonly tradeId: string; readonly at: number }[];
}

const admin = () => running.desk.simulator.admin;
const ids = Array.from({ length: ORDERS }, (_, index) => `listed-${index}`);
const calls = (endpoint: string) =>
  admin()
    .statistics()
    .arrivals.filter((one) => one.endpoint === endpoint);

async function place(clientOrderId: string, index: number): Promise<void> {
  const market = MARKETS[Math.floor(index / OPEN_MAX)];
  const terms = { ...market, side: 'BUY', type: 'LIMIT' };
  const orderingKey = `key-${index % CALLERS}`;
  const validUntil = Date.now() + STATE_MAX_MS;
  const body = { accountId: ACCOUNT, clientOrderId, ...terms, orderingKey, validUntil };
  expect((await running.post('/v1/orders', body)).status).toBe(202);
}

/** Waits until each order is as wanted; gives them all. */
async function untilAll(isSo: (order: Told) => boolean): Promise<readonly Told[]> {
  const giveUpAt = Date.now() + STATE_MAX_MS;
  const told: Told[] = [];
  for (const id of ids) {
    for (;;) {
      const { body } = await running.get(`/v1/orders/${ACCOUNT}/${id}`);
      const order = { ...body, status: String(body.status) };
      if (isSo(order)) {
        told.push(order);
        break;
      }
      const isLost = ['REJECTED', 'DENIED', 'EXPIRED', 'HELD'].includes(order.status);
      if (isLost || Date.now() > giveUpAt) throw new Error(`still ${JSON.stringify(body)}`);
      await sleep(100);
    }
  }
  return told;
}

describe('row 6: lists longer than a page, ids beyond 2^53, one time for all', () => {
  it(`finds ${ORDERS} orders that ended at one instant, with ${TRADED * TRADES_EACH} trades`, async () => {
    await inParallel(
      ids.map((id, index) => ({ id, index })),
      CALLERS,
      ({ id, index }) => place(id, index),
    );
    await untilAll(({ status }) => status === 'NEW');
    const asked = { history: calls('history').length, trades: calls('trades').length };
    for (const clientOrderId of ids.slice(0, TRADED)) {
      for (let part = 0; part < TRADES_EACH; part += 1) {
        admin().fillOrder({ clientOrderId, quantity: '0.0001' });
      }
    }
    for (const clientOrderId of ids) admin().cancelOrder({ clientOrderId });

    const orders = await untilAll(
      (order) => /CANCELED$/.test(order.status) && order.fillsComplete === true,
    );
    for (const [index, order] of orders.entries()) {
      const [truth] = admin().orders({ clientOrderId: ids[index] });
      expect(order).toMatchObject({
        status: truth?.status,
        exchangeOrderId: truth?.orderId,
        executedQuantity: index < TRADED ? '0.007' : '0',
      });
      expect(BigInt(truth?.orderId ?? 0)).toBeGreaterThan(2n ** 53n);
    }
    const ends = ids.map((clientOrderId) => admin().orders({ clientOrderId })[0]?.updatedAt);
    expect(new Set(ends).size).toBeLessThan(ORDERS / 4);

    for (const { fills = [] } of orders.slice(0, TRADED)) {
      const traded = fills.map(({ tradeId }) => BigInt(tradeId));
      expect(new Set(traded).size).toBe(TRADES_EACH);
      expect(traded[0]).toBeGreaterThan(2n ** 53n);
      // Many of one time: the exchange's ids tell their order.
      expect(new Set(fills.map(({ at }) => at)).size).toBeLessThan(TRADES_EACH / 4);
      expect(traded).toEqual(traded.toSorted((left, right) => (left < right ? -1 : 1)));
    }
    // Found in lists of two pages, not one by one.
    expect(calls('history').length - asked.history).toBeGreaterThanOrEqual(2);
    expect(calls('trades').length - asked.trades).toBeGreaterThanOrEqual(2);
    expect(calls('query').length).toBeLessThan(ORDERS / 4);
  });
});
