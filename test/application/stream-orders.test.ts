import { describe, expect, it } from '@jest/globals';
import { isFinal } from '../../lib/domain/order.ts';
import { areFillsComplete } from '../../lib/domain/record-fills.ts';
import { createMarketDesk } from '../support/market-desk.ts';
import { seededRandom } from '../support/random.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** How long one invocation follows: its quarter of an hour, less what it takes to end. */
const LIFE_MS = 14.5 * MINUTE_MS;

type Desk = ReturnType<typeof createMarketDesk>;

/** A desk with open orders, an hour of its reconciler, and of its stream if it has one. */
async function runHour(options: {
  readonly streams: boolean;
  readonly orders: number;
  readonly trading: (desk: Desk, pick: (below: number) => number) => Promise<void>;
}) {
  const random = seededRandom(20_261_122);
  const pick = (below: number) => Math.floor(random() * below);
  const desk = createMarketDesk({ streams: options.streams }, random);
  const { clock } = desk;
  const open = async () => {
    for (let number = 0; number < options.orders; number += 1) await desk.open(`order-${number}`);
  };
  await clock.runUntil(open());
  const startedAt = clock.now();
  await clock.runUntil(
    Promise.all([
      desk.passes(HOUR_MS),
      options.streams ? desk.stream(HOUR_MS, LIFE_MS) : undefined,
      clock.sleep(30_000).then(() => options.trading(desk, pick)),
    ]),
  );
  return { ...desk, startedAt };
}

/** Trades now and then, and remembers when. */
function tradingUntil(endMs: number, told: { at: number; tradeId: string; id: string }[] = []) {
  const trading = async ({ clock, market }: Desk, pick: (below: number) => number) => {
    const endsAt = clock.now() + endMs;
    while (clock.now() < endsAt) {
      await clock.sleep(100 + pick(24_000));
      const id = `order-${pick(100)}`;
      const { status, executedQuantity } = market.reportOf(id);
      if (status !== 'NEW' && status !== 'PARTIALLY_FILLED') continue;
      if (pick(12) === 0) market.end(id);
      else {
        const rest = executedQuantity === '0.4' || pick(8) === 0;
        const left = String(Math.round((0.5 - Number(executedQuantity)) * 10) / 10);
        const { fill } = market.fill(id, rest ? left : '0.1');
        told.push({ at: clock.now(), tradeId: fill.tradeId, id });
      }
    }
  };
  return { trading, told };
}

/** Everything as the exchange has it, each trade once. */
function expectTruth({ store, market }: Desk, told: readonly { readonly tradeId: string }[]) {
  for (const order of store.all()) {
    const { status, executedQuantity, cumulativeQuote } = market.reportOf(order.clientOrderId);
    expect(order).toMatchObject({ status, executedQuantity, cumulativeQuote });
    expect(areFillsComplete(order)).toBe(true);
  }
  const fills = store.all().flatMap((order) => order.fills ?? []);
  expect(fills.map(({ tradeId }) => tradeId).sort()).toEqual(
    told.map(({ tradeId }) => tradeId).sort(),
  );
}

const routine = ({ market }: Desk, startedAt: number) =>
  market.weightAsked(startedAt + 5 * MINUTE_MS);

describe('row 4: open orders of an account whose stream is followed', () => {
  it('have each fill stored within a second, with a tenth of the questions at most', async () => {
    const polled = tradingUntil(HOUR_MS - 5 * MINUTE_MS);
    const without = await runHour({ streams: false, orders: 100, trading: polled.trading });
    const heard = tradingUntil(HOUR_MS - 5 * MINUTE_MS);
    const within = await runHour({ streams: true, orders: 100, trading: heard.trading });

    expectTruth(without, polled.told);
    expectTruth(within, heard.told);
    const delays = heard.told.map(({ at, tradeId, id }) => {
      const stored = within
        .order(id)
        .history.find(
          (entry) =>
            entry.type === 'FillsRecorded' && JSON.stringify(entry.detail).includes(`"${tradeId}"`),
        );
      return (stored?.at ?? Number.POSITIVE_INFINITY) - at;
    });
    expect(delays.length).toBeGreaterThan(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1_000);
    const saved = 1 - routine(within, within.startedAt) / routine(without, without.startedAt);
    // Measured: 98 % fewer.
    expect(saved).toBeGreaterThanOrEqual(0.9);
    expect(within.market.asked.every(({ isWithinLimit }) => isWithinLimit)).toBe(true);
  }, 60_000);
});

describe('row 5: a stream that is dropped, repeats itself, mixes up its order and loses its key', () => {
  it('loses no event in the end and applies none twice', async () => {
    const { trading, told } = tradingUntil(40 * MINUTE_MS);
    const desk = await runHour({
      streams: true,
      orders: 100,
      trading: async (one, pick) => {
        const { clock, market } = one;
        market.streams.faults = { drops: 0.1, repeats: 0.3, delays: 0.3 };
        const breaking = async () => {
          for (const [afterMs, work] of [
            [4 * MINUTE_MS, () => market.streams.cut('closed')],
            [3 * MINUTE_MS, () => market.streams.cut('silent')],
            [3 * MINUTE_MS, () => market.streams.expireKeys()],
            [10 * MINUTE_MS, () => market.streams.cut('closed')],
          ] as const) {
            await clock.sleep(afterMs);
            work();
          }
        };
        await Promise.all([trading(one, pick), breaking()]);
      },
    });
    expectTruth(desk, told);
    for (const order of desk.store.all()) {
      expect(order.history.map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: order.version }, (_, index) => index + 1),
      );
    }
    expect(desk.store.all().filter(({ status }) => isFinal(status)).length).toBeGreaterThan(5);
  }, 60_000);

  it('is handed over between invocations without a gap', async () => {
    const desk = createMarketDesk({ streams: true });
    const { clock, market } = desk;
    const open = async () => {
      for (let number = 0; number < 60; number += 1) await desk.open(`order-${number}`);
    };
    await clock.runUntil(open());
    const told: number[] = [];
    const watching = async () => {
      await clock.sleep(20_000);
      for (let number = 0; number < 240; number += 1) {
        await clock.sleep(14_500);
        told.push(market.streams.openConnections());
        if (number % 4 === 0) market.fill(`order-${number / 4}`, '0.1');
      }
    };
    await clock.runUntil(
      Promise.all([desk.passes(59 * MINUTE_MS), desk.stream(59 * MINUTE_MS, LIFE_MS), watching()]),
    );
    // Never none, and two only while one takes over from the other.
    expect(Math.min(...told)).toBe(1);
    expect(told.filter((open) => open > 1).length).toBeLessThan(told.length / 10);
    expect(market.streams.keysMade()).toBeGreaterThanOrEqual(5);
    const stored = desk.store.all().filter(({ fills = [] }) => fills.length === 1);
    expect(stored.length).toBe(60);
    const streamed = stored.filter(
      ({ history }) => Object(history.at(-1)?.detail).evidence.source === 'stream',
    );
    expect(streamed.length).toBeGreaterThanOrEqual(59);
  }, 60_000);

  it('renews its listen key every 30 minutes, and takes another when that fails', async () => {
    const desk = createMarketDesk({ streams: true });
    const { clock, market } = desk;
    await clock.runUntil(desk.open('order-1'));
    const running = desk.stream(3 * HOUR_MS, 3 * HOUR_MS);
    const work = async () => {
      await clock.sleep(65 * MINUTE_MS);
      expect(market.streams.renewals()).toBe(2);
      expect(market.streams.keysMade()).toBe(1);
      market.streams.expireKeys();
      await clock.sleep(40 * MINUTE_MS);
      expect(market.streams.openConnections()).toBe(1);
      expect(market.streams.keysMade()).toBeGreaterThan(1);
      market.fill('order-1', '0.1');
      await clock.sleep(1_000);
      expect(desk.order('order-1').fills).toHaveLength(1);
    };
    await clock.runUntil(Promise.all([running, work()]));
  }, 60_000);

  it('that cannot be opened leaves everything to the pass', async () => {
    const { trading, told } = tradingUntil(HOUR_MS - 10 * MINUTE_MS);
    const desk = await runHour({
      streams: true,
      orders: 100,
      trading: (one, pick) => {
        one.market.streams.isAway = true;
        one.market.streams.cut('closed');
        return trading(one, pick);
      },
    });
    expectTruth(desk, told);
  }, 60_000);

  it('is off unless the account says so', async () => {
    const desk = createMarketDesk();
    await desk.clock.runUntil(desk.stream(5 * MINUTE_MS, LIFE_MS));
    expect(desk.market.asked).toEqual([]);
  });
});
