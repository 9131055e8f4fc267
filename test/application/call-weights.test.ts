import { describe, expect, it } from '@jest/globals';
import {
  type CallWeights,
  DOCUMENTED_WEIGHTS,
  weightOf,
} from '../../lib/application/call-weights.ts';
import {
  readHistory,
  readOpenOrders,
  readTrades,
} from '../../lib/application/reconcile/read-lists.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { account, createOrderDesk, request } from '../support/order-desk.ts';

const WEIGHTS: CallWeights = {
  submit: 2,
  cancel: 3,
  cancelMany: 7,
  queryOrder: 2,
  openOrders: 3,
  orderHistory: 4,
  trades: 6,
  tradesOfOrder: 5,
  listenKey: 8,
};

/** A desk whose calls weigh so much, with every weight that was asked of the budget. */
function weighing(weights: Partial<CallWeights>, perSecond = 20) {
  const limits = { ordersPerSecond: perSecond, queriesPerSecond: perSecond, weights };
  const desk = createOrderDesk([account({ limits })]);
  const asked: string[] = [];
  desk.fails('budget', (method, [of]) => {
    if (method !== 'reserve' || typeof of !== 'object' || of === null) return undefined;
    if ('class' in of && 'weight' in of) asked.push(`${of.class} ${of.weight}`);
    return undefined;
  });
  return { desk, asked };
}

describe('the weight of a call', () => {
  it('is the documented one, and what the secret says instead', () => {
    const limits = { ordersPerSecond: 10, queriesPerSecond: 2 };
    const global = account({ site: 'GLOBAL', limits });
    expect(weightOf(global, 'tradesOfOrder')).toBe(DOCUMENTED_WEIGHTS.trades);
    expect(weightOf(account({ limits }), 'tradesOfOrder')).toBe(1);
    const set = account({ limits: { ...limits, weights: { tradesOfOrder: 2 } } });
    expect(weightOf(set, 'tradesOfOrder')).toBe(2);
    expect(weightOf(set, 'cancelMany')).toBe(5);
  });

  it('is asked of the budget for orders, cancels and the query after one', async () => {
    const { desk, asked } = weighing(WEIGHTS);
    await desk.place('order-1');
    await desk.consume();
    expect(asked.splice(0)).toEqual(['order 2']);
    await desk.requestCancel();
    await desk.cancel();
    expect(asked).toEqual(['order 3', 'query 2']);
  });

  it('is asked for a call that cancels many and the list after it', async () => {
    const { desk, asked } = weighing(WEIGHTS);
    desk.exchange.lists([], []);
    await desk.clock.runUntil(desk.cancelAll({ waitMs: 0 }));
    expect(asked).toEqual(['order 7', 'query 3']);
  });

  it('is asked for every list', async () => {
    const { desk, asked } = weighing(WEIGHTS);
    desk.exchange.lists([], []);
    const dependencies = { ...desk.dependencies, settings: DEFAULT_SETTINGS.reconcile };
    const found = await desk.configured.get('desk-1');
    if (found === undefined) throw new Error('the desk has an account');
    const options = { deadline: desk.clock.now() + 60_000, since: desk.clock.now() };
    const reads = async () => {
      await readOpenOrders(dependencies, found, options);
      await readHistory(dependencies, found, options);
      await readTrades(dependencies, found, options);
      await readTrades(dependencies, found, { ...options, clientOrderId: 'order-1' });
    };
    await desk.clock.runUntil(reads());
    expect(new Set(asked)).toEqual(new Set(['query 3', 'query 4', 'query 6', 'query 5']));
  });

  it('holds orders of weight two to half their number in any second', async () => {
    const { desk } = weighing({ submit: 2 }, 10);
    for (let number = 1; number <= 16; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
    await desk.consumeFor(10_000);
    const times = desk.exchange.arrivals.map(({ at }) => at).toSorted((one, two) => one - two);
    expect(times).toHaveLength(16);
    for (const [index, at] of times.entries()) {
      expect((times[index + 5] ?? Number.POSITIVE_INFINITY) - at).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('lets a call leave that weighs more than a low limit grants in a second', async () => {
    const { desk } = weighing({}, 1);
    desk.exchange.lists([], []);
    const end = await desk.clock.runUntil(desk.cancelAll({ waitMs: 0 }));
    expect(end).toMatchObject({ calls: 1, open: 0 });
  });
});
