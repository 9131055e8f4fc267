import { describe, expect, it } from '@jest/globals';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import type { CancelStatus, Order } from '../../lib/domain/order.ts';
import { reviewAt, SECOND_LOOKS_MS, SWEEPS } from '../../lib/domain/review-schedule.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import { absent, doubted, FENCE, orderIn, returned } from '../support/order-stories.ts';

const RULES = { ...ABSENCE_RULES, ...SWEEPS };
const DAY = 86_400_000;
const wait = (order: Order, now: number) => {
  const at = reviewAt(order, now, RULES);
  return at === undefined ? undefined : at - now;
};

it('sweeps after two minutes what was received, after 25 s what is being sent', () => {
  expect(SWEEPS).toEqual({ receivedSweepMs: 120_000, sendingSweepMs: 25_000 });
  expect(SECOND_LOOKS_MS).toEqual([300_000, 1_800_000, DAY]);
});

describe('an order that is being sent', () => {
  it('is swept from the start of its attempt, whatever came after', () => {
    const wished = evolve(orderIn('SENDING'), { type: 'CancelRequested', at: NOON + 20_000 });
    expect(wait(wished, NOON + 20_000)).toBe(1_000 + 25_000 - 20_000);
  });
});

describe('an order that waits for the end of another', () => {
  const replacing = (validUntil: number) =>
    evolve(
      undefined,
      received({ terms: limitTerms({ replaces: 'order-0', validUntil: NOON + validUntil }) }),
    );

  it('is looked at every second, right after its deadline, and soon when that has passed', () => {
    expect(wait(replacing(60_000), NOON)).toBe(1_000);
    expect(wait(replacing(500), NOON)).toBe(501);
    expect(wait(replacing(500), NOON + 500)).toBe(1);
    expect(wait(replacing(500), NOON + 9_000)).toBe(1);
  });

  it('waits like any other once it was tried', () => {
    const tried = evolveAll(replacing(600_000), [attemptStarted(), returned()]);
    expect(wait(tried, NOON + 3_000)).toBe(120_000);
  });
});

describe('an order in doubt', () => {
  it('is first looked at after a second, or when a not-found counts, and then when it does', () => {
    const doubt = orderIn('IN_DOUBT');
    expect(wait(doubt, FENCE - 1_001)).toBe(1_000);
    expect(wait(doubt, FENCE - 999)).toBe(1_000);
    expect(wait(doubt, FENCE - 998)).toBe(999);
    const told = evolve(doubt, absent('query', FENCE + 1));
    expect(wait(told, FENCE + 2)).toBe(9_999);
  });
});

describe('an open order that is wanted canceled', () => {
  const now = NOON + 300_000;
  const withCancel = (status: CancelStatus, quietMs?: number): Order => ({
    ...orderIn('NEW'),
    cancel: {
      requestedAt: now - 200_000,
      status,
      attempts: 1,
      ...(quietMs !== undefined && { startedAt: now - quietMs }),
    },
  });

  it('is swept after 15 s while its message may still bring it', () => {
    for (const status of ['REQUESTED', 'SENDING'] as const) {
      expect(wait(withCancel(status, 1_000), now)).toBe(15_000);
    }
  });

  it.each([
    [0, 1_000],
    [1_000, 1_000],
    [4_000, 4_000],
    [15_000, 15_000],
    [90_000, 15_000],
    [-500, 1_000],
  ])('and was sent %d ms ago is looked at after %d ms', (quietMs, waitMs) => {
    for (const status of ['ACKNOWLEDGED', 'IN_DOUBT'] as const) {
      expect(wait(withCancel(status, quietMs), now)).toBe(waitMs);
    }
  });

  it('is looked at soon where nobody knows when it was sent', () => {
    expect(wait(withCancel('ACKNOWLEDGED'), now)).toBe(1_000);
  });

  it('is looked at like any other when its cancel is refused', () => {
    const order = withCancel('REFUSED', 1_000);
    expect(wait(order, order.updatedAt)).toBe(2_000);
  });
});

describe('an open order', () => {
  const open = orderIn('NEW');
  const at = (quietMs: number) => wait(open, open.updatedAt + quietMs);

  it('is looked at after two seconds at least, and after as long as it is quiet', () => {
    expect([-5_000, 0, 1_999, 2_001, 14_999].map(at)).toEqual([2_000, 2_000, 2_000, 2_001, 14_999]);
  });

  it('is looked at the same way when a part of it is executed', () => {
    const partly = orderIn('PARTIALLY_FILLED');
    expect(wait(partly, partly.updatedAt + 9_000)).toBe(9_000);
  });

  it('that is missing is looked at every ten seconds, whatever else is wanted', () => {
    const missed = evolve(open, { type: 'OrderMissed', at: NOON + 90_000 });
    expect(wait(missed, NOON + 95_000)).toBe(10_000);
    const wished = evolve(missed, { type: 'CancelRequested', at: NOON + 96_000 });
    expect(wait(wished, NOON + 96_000)).toBe(10_000);
  });
});

describe('an order that ended without the word of the exchange', () => {
  const ended = orderIn('NEVER_PLACED');

  it('is looked at again after five minutes, half an hour, a day, and never after', () => {
    const after = [0, 299_999, 300_000, 1_800_000, DAY - 1, DAY];
    expect(after.map((ms) => wait(ended, ended.updatedAt + ms))).toEqual([
      300_000,
      1,
      1_500_000,
      DAY - 1_800_000,
      1,
      undefined,
    ]);
  });

  it('is so too when it was canceled, but not when nothing had been sent', () => {
    const cancel = (order: Order) =>
      evolveAll(order, [
        { type: 'CancelRequested', at: order.updatedAt },
        { type: 'OrderCanceled', at: order.updatedAt },
      ]);
    expect(wait(cancel(ended), ended.updatedAt)).toBe(300_000);
    expect(wait(cancel(orderIn('RECEIVED')), NOON)).toBeUndefined();
  });
});

describe('an ended order whose trades are missing', () => {
  const filled = orderIn('FILLED');
  const at = (quietMs: number) => wait(filled, filled.updatedAt + quietMs);

  it('is asked about for thirty days, every hour at least', () => {
    expect([-9, 1_999, 2_001, 3_600_001, 30 * DAY, 30 * DAY + 1].map(at)).toEqual([
      2_000,
      2_000,
      2_001,
      3_600_000,
      3_600_000,
      undefined,
    ]);
    const partly = orderIn('PARTIALLY_CANCELED');
    expect(wait(partly, partly.updatedAt)).toBe(2_000);
  });
});

describe('a received order', () => {
  const short = (validUntil: number) =>
    evolve(undefined, received({ terms: limitTerms({ validUntil: NOON + validUntil }) }));

  it('is looked at right after its deadline, and a second later when that has passed', () => {
    expect(wait(short(119_998), NOON)).toBe(119_999);
    expect(wait(short(120_000), NOON)).toBe(120_000);
    expect(wait(short(998), NOON)).toBe(1_000);
    expect(wait(short(1_000), NOON)).toBe(1_001);
  });

  it('that the exchange asked to defer comes back after ten seconds, within its deadline', () => {
    const deferred = evolveAll(orderIn('RECEIVED'), [
      attemptStarted(),
      returned({ outcome: 'deferred' }),
    ]);
    expect(wait(deferred, NOON + 3_000)).toBe(10_000);
    expect(wait(deferred, NOON + 55_000)).toBe(5_001);
  });

  it('that was doubted before is due at once, deadline or not', () => {
    const terms = limitTerms({ onNeverPlaced: 'resubmit' });
    const again = evolveAll(undefined, [
      received({ terms }),
      attemptStarted(),
      doubted(),
      { type: 'ResubmissionAllowed', at: FENCE + 60_000 },
    ]);
    expect(wait(again, FENCE + 60_000)).toBe(0);
  });
});
