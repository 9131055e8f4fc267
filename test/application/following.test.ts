import { describe, expect, it } from '@jest/globals';
import { areFillsComplete } from '../../lib/domain/record-fills.ts';
import { createMarketDesk } from '../support/market-desk.ts';
import { apiKey } from '../support/order-desk.ts';

const MINUTE_MS = 60_000;

/** A desk with so many open orders, a quiet quarter of an hour after they were placed. */
async function quietDesk(orders: number, change: Parameters<typeof createMarketDesk>[0] = {}) {
  const desk = createMarketDesk(change);
  const open = async () => {
    for (let number = 0; number < orders; number += 1) await desk.open(`order-${number}`);
  };
  await desk.clock.runUntil(open());
  await desk.clock.runUntil(desk.passes(15 * MINUTE_MS));
  const pass = (minutes = 1) => desk.clock.runUntil(desk.passes(minutes * MINUTE_MS));
  const callsOf = async (minutes: number) => {
    const from = desk.market.asked.length;
    await pass(minutes);
    return desk.market.asked.slice(from).map(({ call }) => call);
  };
  return { ...desk, pass, callsOf };
}

describe('quiet open orders', () => {
  it('cost four pages a minute at most, however many they are', async () => {
    const { callsOf } = await quietDesk(200);
    const calls = await callsOf(10);
    expect(new Set(calls)).toEqual(new Set(['open-orders']));
    expect(calls.length).toBeLessThanOrEqual(40);
  });

  it('that vanish in small numbers are asked for one by one', async () => {
    const { callsOf, market } = await quietDesk(20);
    for (const number of [3, 4, 5]) market.end(`order-${number}`);
    const calls = await callsOf(1);
    expect(calls.filter((call) => call === 'query')).toHaveLength(3);
    expect(calls).not.toContain('history');
  });

  it('that vanish together are found in one page of history', async () => {
    const { callsOf, market, store } = await quietDesk(40);
    for (let number = 0; number < 30; number += 1) market.end(`order-${number}`);
    const calls = await callsOf(1);
    expect(calls.filter((call) => call === 'history')).toHaveLength(1);
    expect(calls).not.toContain('query');
    const canceled = store.all().filter(({ status }) => status === 'CANCELED');
    expect(canceled).toHaveLength(30);
    expect(canceled.every(({ reason }) => reason === 'USER_CANCEL')).toBe(true);
  });

  it('use every key of the account', async () => {
    const keys = [apiKey('key-1'), apiKey('key-2'), apiKey('key-3')];
    const { market, pass } = await quietDesk(5, { keys });
    for (let number = 0; number < 5; number += 1) market.end(`order-${number}`);
    await pass();
    expect(new Set(market.asked.map(({ keyId }) => keyId)).size).toBe(3);
  });
});

describe('an order that ends', () => {
  it('FILLED with less than was ordered is reported as it is', async () => {
    const { market, order, pass } = await quietDesk(1);
    market.fill('order-0', '0.2');
    const partly = market.reportOf('order-0');
    market.end('order-0');
    // A market order may be FILLED below its quantity; what counts is what was executed.
    Object.assign(market.reportOf('order-0'), {
      ...partly,
      status: 'FILLED',
      statusText: 'FILLED',
    });
    await pass(2);
    expect(order('order-0')).toMatchObject({ status: 'FILLED', executedQuantity: '0.2' });
    expect(areFillsComplete(order('order-0'))).toBe(true);
  });

  it('F70 with fills that are missing keeps asking, until all are there', async () => {
    const { market, order, pass } = await quietDesk(1);
    market.fill('order-0', '0.2');
    market.fill('order-0', '0.3');
    market.hidesTrades = true;
    await pass(10);
    expect(order('order-0').status).toBe('FILLED');
    expect(areFillsComplete(order('order-0'))).toBe(false);
    const asked = market.asked.filter(({ call }) => call === 'trades').length;
    expect(asked).toBeGreaterThan(3);
    // Ever more slowly: not even once a minute.
    expect(asked).toBeLessThan(12);
    market.hidesTrades = false;
    await pass(15);
    expect(areFillsComplete(order('order-0'))).toBe(true);
    expect(order('order-0').fills).toHaveLength(2);
  });

  it('F70 is corrected by a late fill that a page shows', async () => {
    const { market, order, pass } = await quietDesk(8);
    market.fill('order-0', '0.1');
    market.end('order-0');
    await pass(2);
    expect(order('order-0')).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQuantity: '0.1',
    });
    market.fill('order-0', '0.2');
    market.end('order-0');
    // Others that vanish bring a page of history, which states this one too.
    for (let number = 1; number < 8; number += 1) market.end(`order-${number}`);
    await pass(3);
    expect(order('order-0')).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQuantity: '0.3',
    });
    expect(areFillsComplete(order('order-0'))).toBe(true);
    expect(order('order-0').history.map(({ type }) => type)).toContain('ExecutionCorrected');
  });
});

describe('an order of which the exchange executes more than was ordered', () => {
  it('keeps its end and its quantities, and a person hears of it once', async () => {
    const { market, metrics, order, pass } = await quietDesk(8);
    market.fill('order-0');
    await pass(2);
    expect(order('order-0').status).toBe('FILLED');
    // The page of open orders, read for the others, states it.
    market.fill('order-0', '0.1');
    await pass(5);
    expect(order('order-0')).toMatchObject({
      status: 'FILLED',
      executedQuantity: '0.5',
      reason: 'EXECUTED_MORE_THAN_ORDERED',
    });
    expect(metrics.total('ExecutionExceeded')).toBe(1);
    const [change] = order('order-0').history.slice(-1);
    expect(change).toMatchObject({
      type: 'ExecutionExceeded',
      detail: { executedQuantity: '0.6', evidence: { source: 'open-orders' } },
    });
  });
});

describe('an order that was declared never placed', () => {
  it('F22 is found in the next bulk pass, long before its own next look', async () => {
    const desk = createMarketDesk();
    const { clock, market } = desk;
    await clock.runUntil(desk.doubt('late'));
    await clock.runUntil(desk.passes(4 * MINUTE_MS));
    expect(desk.order('late').status).toBe('NEVER_PLACED');
    await clock.runUntil(desk.passes(2 * MINUTE_MS));
    const lookedAt = clock.now();
    market.place('late');
    const others = async () => {
      for (let number = 0; number < 8; number += 1) {
        market.place(`order-${number}`);
        await desk.doubt(`order-${number}`);
      }
    };
    await clock.runUntil(others());
    await clock.runUntil(desk.passes(20_000));
    const late = desk.order('late');
    expect(late.status).toBe('NEW');
    expect((late.history.at(-1)?.at ?? 0) - lookedAt).toBeLessThan(20_000);
  });
});

describe('a doubtful order that only its trades show', () => {
  it('exists, and is looked at again for the rest', async () => {
    const { clock, market, doubt, order, passes } = await quietDesk(10);
    market.place('order-x', { lagMs: 10 * MINUTE_MS });
    await clock.runUntil(doubt('order-x'));
    market.showsTradesAtOnce = true;
    market.fill('order-x', '0.2');
    for (let number = 0; number < 10; number += 1) market.fill(`order-${number}`, '0.1');
    await clock.runUntil(passes(MINUTE_MS));
    expect(order('order-x')).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQuantity: '0.2',
    });
  });
});
