import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DELIVERY_RULES, nextAttemptAt } from '../../lib/domain/delivery-schedule.ts';
import { NOON as NOW } from '../support/order-events.ts';

const DAY = 86_400_000;
const WAITS = [5_000, 30_000, 120_000, 600_000, 3_600_000, 10_800_000, 21_600_000];
const wait = (attempts: number, chance = 0.5, since = NOW) => {
  const at = nextAttemptAt(DELIVERY_RULES, { attempts, since }, { chance, now: NOW });
  return at === undefined ? undefined : at - NOW;
};

describe('the next attempt of a delivery', () => {
  it('waits from seconds to hours, and goes on with the longest wait', () => {
    expect(DELIVERY_RULES).toEqual({ waitsMs: WAITS, giveUpAfterMs: DAY });
    expect([1, 2, 3, 4, 5, 6, 7].map((attempts) => wait(attempts))).toEqual(WAITS);
    expect(wait(99)).toBe(WAITS.at(-1));
  });

  it('is spread by a fifth either way', () => {
    expect([0, 0.25, 0.5, 0.75].map((chance) => wait(1, chance))).toEqual([
      4_000, 4_500, 5_000, 5_500,
    ]);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (chance) => {
        expect(wait(2, chance)).toBeGreaterThanOrEqual(24_000);
        expect(wait(2, chance)).toBeLessThanOrEqual(36_000);
        expect(Number.isInteger(wait(2, chance))).toBe(true);
      }),
    );
  });

  it('comes at the end of the day for the last time, and then no more', () => {
    expect(wait(7, 0.5, NOW - DAY + 10)).toBe(10);
    expect(wait(1, 0.5, NOW - DAY + 1)).toBe(1);
    expect(wait(1, 0.5, NOW - DAY)).toBeUndefined();
    expect(wait(1, 0.5, NOW - DAY - 1)).toBeUndefined();
  });

  it('comes at the end alone where no waits are named', () => {
    const none = { waitsMs: [], giveUpAfterMs: 1_000 };
    const at = nextAttemptAt(none, { attempts: 1, since: NOW }, { chance: 0.5, now: NOW });
    expect(at).toBe(NOW + 1_000);
  });
});
