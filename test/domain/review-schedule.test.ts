import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { ReturnedOutcome } from '../../lib/domain/order.ts';
import { reviewAt, SECOND_LOOKS_MS, SWEEPS } from '../../lib/domain/review-schedule.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import {
  absent,
  doubted,
  evidence,
  FENCE,
  fill,
  orderIn,
  returned,
} from '../support/order-stories.ts';

const RULES = { ...ABSENCE_RULES, ...SWEEPS };
const VALID_LONG = limitTerms({ validUntil: NOON + 3_600_000, onNeverPlaced: 'resubmit' });

describe('a received order', () => {
  const order = evolveAll(undefined, [received({ terms: VALID_LONG })]);

  it('is swept after two minutes', () => {
    expect(reviewAt(order, NOON, RULES)).toBe(NOON + 120_000);
  });

  it('is looked at when its deadline passes before that', () => {
    expect(reviewAt(orderIn('RECEIVED'), NOON, RULES)).toBe(NOON + 60_001);
  });

  it('is looked at soon when its deadline has passed already', () => {
    expect(reviewAt(orderIn('RECEIVED'), NOON + 90_000, RULES)).toBe(NOON + 91_000);
  });

  it.each<[ReturnedOutcome, number]>([
    ['deferred', 10_000],
    ['throttled', 120_000],
    ['not-sent', 120_000],
  ])('whose attempt was %s comes back after %d ms', (outcome, ms) => {
    const tried = evolveAll(order, [attemptStarted(), returned({ outcome })]);
    expect(reviewAt(tried, NOON + 5_000, RULES)).toBe(NOON + 5_000 + ms);
  });

  it('that may be sent again is due at once, for no message brings it back', () => {
    const again = evolveAll(order, [
      attemptStarted(),
      doubted(),
      { type: 'ResubmissionAllowed', at: FENCE + 60_000 },
    ]);
    expect(reviewAt(again, FENCE + 60_000, RULES)).toBe(FENCE + 60_000);
  });
});

describe('an order that is being sent', () => {
  it('is swept when its sender can no longer live', () => {
    const startedAt = NOON + 1_000;
    expect(reviewAt(orderIn('SENDING'), startedAt, RULES)).toBe(startedAt + SWEEPS.sendingSweepMs);
  });
});

describe('an order in doubt', () => {
  const doubt = orderIn('IN_DOUBT');

  it('is looked at after a second, because most of them exist', () => {
    expect(reviewAt(doubt, NOON + 3_000, RULES)).toBe(NOON + 4_000);
  });

  it('is looked at right after the fence, where a not-found begins to count', () => {
    expect(reviewAt(doubt, FENCE - 200, RULES)).toBe(FENCE + 1);
  });

  it('is looked at when the next not-found counts', () => {
    const once = evolveAll(doubt, [absent('query', FENCE + 3)]);
    expect(reviewAt(once, FENCE + 4, RULES)).toBe(FENCE + 10_003);
  });

  it('that has been observed enough waits for the horizon', () => {
    const thrice = evolveAll(
      doubt,
      [3, 10_003, 20_003].map((ms) => absent('query', FENCE + ms)),
    );
    expect(reviewAt(thrice, FENCE + 20_004, RULES)).toBe(FENCE + 60_000);
  });
});

describe('an open order', () => {
  const open = orderIn('NEW');
  const changedAt = open.updatedAt;

  it.each([
    [0, 2_000],
    [2_000, 2_000],
    [10_000, 10_000],
    // The full quarter of a minute after 45 s.
    [60_000, 58_000],
    [3_600_000, 58_000],
  ])('quiet for %d ms is looked at after %d ms', (quietMs, waitMs) => {
    const now = changedAt + quietMs;
    expect(reviewAt(open, now, RULES)).toBe(now + waitMs);
  });

  it('falls due together with other quiet ones, a minute after its last look at the latest', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 15_000, max: 10_000_000 }),
        fc.integer({ min: 0, max: 14_999 }),
        (quietMs, laterMs) => {
          const now = changedAt + quietMs;
          const at = reviewAt(open, now, RULES) ?? Number.NaN;
          expect(at % 15_000).toBe(0);
          expect(at - now).toBeLessThanOrEqual(60_000);
          const other = reviewAt(open, now + laterMs, RULES) ?? Number.NaN;
          expect(other - at).toBeLessThanOrEqual(30_000);
        },
      ),
    );
  });

  it('that was missed is looked at every ten seconds', () => {
    const missed = evolveAll(open, [{ type: 'OrderMissed', at: NOON + 90_000 }]);
    expect(reviewAt(missed, NOON + 90_000, RULES)).toBe(NOON + 100_000);
  });
});

describe('an order that was never placed', () => {
  const verdictAt = orderIn('NEVER_PLACED').updatedAt;

  it.each([
    [0, SECOND_LOOKS_MS[0]],
    [300_000, SECOND_LOOKS_MS[1]],
    [1_800_000, SECOND_LOOKS_MS[2]],
  ])('is looked at again: %d ms after the verdict, at %d ms', (afterMs, atMs) => {
    expect(reviewAt(orderIn('NEVER_PLACED'), verdictAt + afterMs, RULES)).toBe(
      verdictAt + (atMs ?? Number.NaN),
    );
  });

  it('is left alone after a day', () => {
    expect(reviewAt(orderIn('NEVER_PLACED'), verdictAt + 86_400_000, RULES)).toBeUndefined();
  });
});

describe('an ended order whose trades are missing', () => {
  const filled = orderIn('FILLED');
  const endedAt = filled.updatedAt;

  it.each([
    [0, 2_000],
    [60_000, 60_000],
    [3_600_000, 3_600_000],
    [36_000_000, 3_600_000],
  ])('%d ms after its end is looked at after %d ms', (quietMs, waitMs) => {
    expect(reviewAt(filled, endedAt + quietMs, RULES)).toBe(endedAt + quietMs + waitMs);
  });

  it('is left alone once they are known, or past the days that the exchange lists', () => {
    const recorded: OrderEvent = {
      type: 'FillsRecorded',
      at: endedAt,
      fills: [fill({ quantity: '0.5' })],
      evidence: evidence(),
    };
    expect(reviewAt(evolveAll(filled, [recorded]), endedAt, RULES)).toBeUndefined();
    expect(reviewAt(filled, endedAt + 31 * 86_400_000, RULES)).toBeUndefined();
  });
});

describe('an order that is settled', () => {
  it.each(['CANCELED', 'REJECTED', 'DENIED', 'EXPIRED', 'HELD'] as const)(
    'needs no look once it is %s',
    (status) => {
      expect(reviewAt(orderIn(status), NOON, RULES)).toBeUndefined();
    },
  );
});
