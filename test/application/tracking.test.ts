import { describe, expect, it } from '@jest/globals';
import { areFillsComplete } from '../../lib/domain/record-fills.ts';
import { createMarketDesk } from '../support/market-desk.ts';
import { seededRandom } from '../support/random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Two passes: the schedule starts one a minute. */
const TWO_PASSES_MS = 2 * MINUTE_MS;

/** One thing that happened at the exchange. */
interface Change {
  readonly at: number;
  readonly clientOrderId: string;
  readonly executedQuantity: string;
  readonly status: string;
}

describe('row 4: 300 open orders followed for an hour, with fills at random', () => {
  it('stores each change within two passes, each fill once, and records its queries', async () => {
    const desk = createMarketDesk();
    const { clock, market, store } = desk;
    const random = seededRandom(20_261_122);
    const between = (least: number, most: number) =>
      least + Math.floor(random() * (most - least + 1));
    const changes: Change[] = [];
    const trades: string[] = [];
    const setUp = async () => {
      for (let number = 0; number < 300; number += 1) await desk.open(`order-${number}`);
    };
    await clock.runUntil(setUp());
    const startedAt = clock.now();

    /** About one change every twelve seconds: fills of parts, of the rest, and cancels. */
    const trading = async () => {
      while (clock.now() < startedAt + HOUR_MS - TWO_PASSES_MS) {
        await clock.sleep(between(100, 24_000));
        const clientOrderId = `order-${between(0, 299)}`;
        const { status, executedQuantity } = market.reportOf(clientOrderId);
        if (status !== 'NEW' && status !== 'PARTIALLY_FILLED') continue;
        const kind = between(0, 9);
        if (kind === 0) market.end(clientOrderId);
        else if (executedQuantity === '0.4' || kind === 1) {
          const rest = String(Math.round((0.5 - Number(executedQuantity)) * 10) / 10);
          trades.push(market.fill(clientOrderId, rest).fill.tradeId);
        } else trades.push(market.fill(clientOrderId, '0.1').fill.tradeId);
        const after = market.reportOf(clientOrderId);
        changes.push({ ...after, at: clock.now(), clientOrderId });
      }
    };
    const trade = trading();
    await clock.runUntil(Promise.all([trade, desk.passes(HOUR_MS)]));

    expect(changes.length).toBeGreaterThan(200);
    const delays = changes.map((change) => {
      const { history } = desk.order(change.clientOrderId);
      const stored = history.find(({ at, detail }) => {
        const report = Object(detail).report;
        return (
          at >= change.at &&
          report !== undefined &&
          report.executedQuantity >= change.executedQuantity
        );
      });
      return (stored?.at ?? Number.POSITIVE_INFINITY) - change.at;
    });
    expect(Math.max(...delays)).toBeLessThanOrEqual(TWO_PASSES_MS);

    const fills = store.all().flatMap((order) => order.fills ?? []);
    expect(fills.map(({ tradeId }) => tradeId).sort()).toEqual(trades.sort());
    for (const order of store.all()) {
      const { status, executedQuantity, cumulativeQuote } = market.reportOf(order.clientOrderId);
      expect(order).toMatchObject({ status, executedQuantity, cumulativeQuote });
      expect(areFillsComplete(order)).toBe(true);
      if (/CANCELED/.test(order.status)) expect(order.reason).toBe('USER_CANCEL');
    }

    expect(market.asked.every(({ isWithinLimit }) => isWithinLimit)).toBe(true);
    const share = market.weightAsked(startedAt) / (2 * (HOUR_MS / 1_000));
    // Measured: 0.16 of what one key may ask.
    expect(share).toBeLessThan(0.25);
  }, 60_000);
});
