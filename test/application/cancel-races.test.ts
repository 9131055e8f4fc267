import { describe, expect, it } from '@jest/globals';
import { runCancelRace } from '../support/cancel-race.ts';

const RACES = 1_000;
/** A race takes about 3 ms, and a busy machine some times that. */
const TIMEOUT_MS = 60_000;

type Race = Awaited<ReturnType<typeof runCancelRace>>;

/** What the exchange knows at the end is what is stored, and the wish has the end that it says. */
function expectTrue({ order, placed, receipt, departures, lines }: Race): void {
  const types = order.history.map(({ type }) => type);
  const sent = departures.filter(({ call }) => call === 'submit');
  expect(sent.length).toBeLessThanOrEqual(1);
  expect(order.history.map(({ sequence }) => sequence)).toEqual(types.map((_, at) => at + 1));
  expect(
    lines.filter(({ fields }) => /InvariantError|TypeError/.test(JSON.stringify(fields))),
  ).toEqual([]);
  if (placed === undefined) {
    expect(order).toMatchObject({ status: 'CANCELED', executedQuantity: '0' });
    expect(order.exchangeOrderId).toBeUndefined();
  } else {
    // The model fills a tenth before it cancels.
    const isFilled = placed.ending === 'FILLED';
    expect(order.status).toBe(isFilled ? 'FILLED' : 'PARTIALLY_CANCELED');
    expect(order.executedQuantity).toBe(isFilled ? '0.5' : '0.1');
    expect(order.exchangeOrderId).toBe(placed.exchangeOrderId);
  }
  if (receipt.kind === 'over') {
    expect(order.cancel).toBeUndefined();
    return;
  }
  expect(receipt.kind).toBe('recorded');
  expect(types.filter((type) => type === 'CancelRequested')).toHaveLength(1);
  expect(order.cancel?.status).toBe(order.status === 'FILLED' ? 'TOO_LATE' : 'DONE');
}

describe('a cancel against a fill', () => {
  it(
    `leaves the truth in each of ${RACES} seeded races, and no cancel is lost`,
    async () => {
      const ends = new Map<string, number>();
      for (let seed = 1; seed <= RACES; seed += 1) {
        const race = await runCancelRace(seed);
        try {
          expectTrue(race);
        } catch (error) {
          throw new Error(`seed ${seed}: ${String(error)}`, { cause: error });
        }
        const { order, placed } = race;
        const end = placed === undefined ? 'never sent' : `${order.status} ${order.cancel?.status}`;
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
      // The races are close: each end is met often.
      const names = [
        'never sent',
        'FILLED undefined',
        'FILLED TOO_LATE',
        'PARTIALLY_CANCELED DONE',
      ];
      expect([...ends.keys()].toSorted()).toEqual(names.toSorted());
      expect(Math.min(...ends.values())).toBeGreaterThan(10);
    },
    TIMEOUT_MS,
  );
});
