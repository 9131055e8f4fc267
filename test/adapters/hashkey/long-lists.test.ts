import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { addDecimals } from '../../../lib/domain/decimal.ts';
import type { TradeReport } from '../../../lib/domain/execution-report.ts';
import { DEMO_KEY } from '../../../simulator/options.ts';
import { type Simulator, startSimulator } from '../../../simulator/start.ts';
import { commandAt, contextAt } from './fixtures.ts';

const KEY = {
  keyId: '00112233aabbccdd',
  apiKey: new Secret(DEMO_KEY.apiKey),
  apiSecret: new Secret(DEMO_KEY.apiSecret),
};
const ORDERS = 620;
const SINCE = 0;

let simulator: Simulator;
const exchange = createHashkeyExchange({ clock: systemClock });
const context = () => ({ ...contextAt(simulator.url), key: KEY });

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, ordersPerSecond: 5_000, queriesPerSecond: 1_000 });
  const { terms, ...command } = commandAt(simulator.url);
  const { price: _, quantity: __, ...rest } = terms;
  const market = { ...rest, type: 'MARKET', timeInForce: 'IOC', quantity: '0.001' } as const;
  const submit = (number: number) =>
    exchange.submit({
      ...command,
      key: KEY,
      clientOrderId: `long-${number}`,
      terms: market,
      sendBy: systemClock.now() + 10_000,
      timeoutMs: 10_000,
    });
  for (let sent = 0; sent < ORDERS; sent += 20) {
    const batch = Array.from({ length: 20 }, (_, index) => submit(sent + index));
    for (const { kind } of await Promise.all(batch)) expect(kind).toBe('accepted');
  }
}, 30_000);
afterAll(() => simulator.stop());

async function allTrades(clientOrderId?: string): Promise<readonly TradeReport[][]> {
  const pages: TradeReport[][] = [];
  for (let toTradeId: string | undefined; ; ) {
    const answer = await exchange.trades(context(), {
      since: systemClock.now() - 3_600_000,
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
      ...(toTradeId === undefined ? {} : { toTradeId }),
    });
    if (answer.kind !== 'trades') throw new Error(JSON.stringify(answer));
    pages.push([...answer.trades]);
    toTradeId = answer.nextToTradeId;
    if (toTradeId === undefined) return pages;
  }
}

describe('row 6: lists of the simulator that are longer than a page', () => {
  it('give every closed order once', async () => {
    const ids: string[] = [];
    let from: string | undefined;
    do {
      const page = await exchange.orderHistory(context(), SINCE, from);
      if (page.kind !== 'page') throw new Error(JSON.stringify(page));
      ids.push(...page.reports.map(({ clientOrderId }) => clientOrderId));
      for (const { exchangeOrderId } of page.reports) {
        expect(BigInt(exchangeOrderId)).toBeGreaterThan(2n ** 53n);
      }
      from = page.nextFromOrderId;
    } while (from !== undefined);
    expect(ids).toHaveLength(ORDERS);
    expect(new Set(ids).size).toBe(ORDERS);
  });

  it('give every trade once, with its exact fee', async () => {
    const pages = await allTrades();
    expect(pages.length).toBeGreaterThan(1);
    const trades = pages.flat();
    const byOrder = Map.groupBy(trades, ({ clientOrderId }) => clientOrderId);
    expect(byOrder.size).toBe(ORDERS);
    expect(new Set(trades.map(({ fill }) => fill.tradeId)).size).toBe(trades.length);
    for (const own of byOrder.values()) {
      expect(addDecimals(...own.map(({ fill }) => fill.quantity))).toBe('0.001');
      for (const { fill } of own)
        expect(fill).toMatchObject({ fee: expect.any(String), feeAsset: expect.any(String) });
    }
  });

  it('give the trades of one order at the weight of a query', async () => {
    const one = (await allTrades('long-7')).flat();
    const all = (await allTrades()).flat();
    expect(one).toEqual(all.filter(({ clientOrderId }) => clientOrderId === 'long-7'));
    expect(one.length).toBeGreaterThan(0);
  });
});
