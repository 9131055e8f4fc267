import { describe, expect, it } from '@jest/globals';
import { closeGate, OPEN_GATE } from '../../lib/domain/gate.ts';
import { type KeyBudget, UNUSED_KEY } from '../../lib/domain/key-budget.ts';
import { closeKey } from '../../lib/domain/key-closing.ts';
import { type LiveCalls, NO_CALLS, noteFate } from '../../lib/domain/live-calls.ts';
import { answered } from '../support/answered-calls.ts';
import { NOON } from '../support/order-events.ts';

const LIMIT = 10;
/** Forty answers a tenth of a second apart: the newest second holds less than the limit. */
const WITHIN = answered(Array<number>(40).fill(20));
const SENT_AT = NOON + 4_010;
const NOW = SENT_AT + 80;
const REFUSED = { limitPerSecond: LIMIT, sentAt: SENT_AT };
const CLOSING = { until: NOW + 61_000, reason: 'throttled', now: NOW } as const;

/** A window of the key that nobody else used. */
const KEY: KeyBudget = { ...UNUSED_KEY, spreadMs: 7 };

/** With the refused call itself, which has no stamp. */
const refusedAt = (sentAt: number, live: LiveCalls): LiveCalls =>
  noteFate(live, sentAt, { kind: 'answered', sentAt, answeredAt: sentAt + 80 });

describe('a key that is refused though it kept its second', () => {
  it('is closed and slowed down, and keeps the rest of its budget', () => {
    const closed = closeKey(KEY, { ...CLOSING, refused: REFUSED }, refusedAt(SENT_AT, WITHIN));

    expect(closed).toEqual({
      isForeignUse: true,
      budget: {
        ...KEY,
        gate: { closing: { until: CLOSING.until, reason: 'throttled' }, closings: 1 },
        slowed: { toPerSecond: 6, ofPerSecond: LIMIT, at: NOW },
      },
    });
  });

  it('is slowed down further by the refusal of its next incident', () => {
    const slowed = { toPerSecond: 6, ofPerSecond: LIMIT, at: NOW - 1_000 };
    const live = refusedAt(SENT_AT, WITHIN);
    const closed = closeKey({ ...KEY, slowed }, { ...CLOSING, refused: REFUSED }, live);

    expect(closed.budget.slowed).toEqual({ toPerSecond: 3, ofPerSecond: LIMIT, at: NOW });
  });
});

describe('a key that is closed for another reason', () => {
  const shut = closeGate(OPEN_GATE, { until: NOW + 500, reason: 'throttled', now: NOW - 1_000 });

  it.each([
    { name: 'no call was refused', key: KEY, closing: CLOSING, live: WITHIN },
    {
      name: 'our own calls passed the limit',
      key: KEY,
      closing: { ...CLOSING, refused: { ...REFUSED, limitPerSecond: 5 } },
      live: refusedAt(SENT_AT, WITHIN),
    },
    {
      name: 'stamps cannot be read yet, and answers alone leave doubt',
      key: KEY,
      closing: { ...CLOSING, refused: REFUSED },
      live: refusedAt(SENT_AT, { fates: WITHIN.fates }),
    },
    {
      name: 'the refusal belongs to an incident that closed the key already',
      key: { ...KEY, gate: shut },
      closing: { ...CLOSING, refused: REFUSED },
      live: refusedAt(SENT_AT, WITHIN),
    },
  ])('is not slowed down: $name', ({ key, closing, live }) => {
    const closed = closeKey(key, closing, live);

    expect(closed.isForeignUse).toBe(false);
    expect(closed.budget).toEqual({
      ...key,
      gate: { closing: { until: CLOSING.until, reason: 'throttled' }, closings: 1 },
    });
  });

  it('is the very same when it is shut for longer already', () => {
    const until = CLOSING.until + 1;
    const longer = closeGate(OPEN_GATE, { until, reason: 'throttled', now: NOW - 1_000 });
    const key = { ...KEY, gate: longer };
    const closed = closeKey(key, { ...CLOSING, refused: REFUSED }, refusedAt(SENT_AT, WITHIN));

    expect(closed.budget).toBe(key);
    expect(closed.isForeignUse).toBe(false);
  });

  it('stays shut for a person, and for as long, when that was asked for', () => {
    const longer = closeGate(OPEN_GATE, { until: 'operator', reason: 'banned', now: NOW - 1_000 });
    const key = { ...KEY, gate: longer };
    const closed = closeKey(key, { ...CLOSING, refused: REFUSED }, NO_CALLS);

    expect(closed.budget.gate.closing).toMatchObject({ until: 'operator', reason: 'banned' });
    expect(closed.budget.gate.closings).toBe(1);
    expect(closed.isForeignUse).toBe(false);
  });
});
