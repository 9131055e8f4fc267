import { describe, expect, it } from '@jest/globals';
import {
  boundWindow,
  type LiveCalls,
  NO_CALLS,
  noteFate,
  noteReserved,
  refineWindow,
} from '../../lib/domain/live-calls.ts';
import { planSlots } from '../../lib/domain/request-window.ts';
import { answered } from '../support/answered-calls.ts';
import { NOON as NOW } from '../support/order-events.ts';

const SETTINGS = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 };

describe('a window refined by what became of its calls', () => {
  const ask = { count: 1, weight: 1, limitPerSecond: 1, reachMs: 60_000 };
  const planned = [{ slotAt: NOW, arrivesBy: NOW + 50 }];
  const refined = (live: LiveCalls, now: number) =>
    refineWindow(planned, live, { now, boundMs: 50 });

  it('follows the stamp of the exchange once the smallest delay is known', () => {
    const live = answered([25]);
    const plan = planSlots(
      refined(live, NOW + 100),
      { ...ask, now: NOW + 100 },
      {
        ...SETTINGS,
        fromStampMs: 1.5 - 20,
      },
    );

    expect(plan).toHaveProperty('slots', [NOW + 1_007]);
  });

  it('follows the answer while it is not', () => {
    const plan = planSlots(
      refined(answered([25]), NOW + 100),
      { ...ask, now: NOW + 100 },
      SETTINGS,
    );

    expect(plan).toHaveProperty('slots', [NOW + 1_080]);
  });

  it('keeps the place of a call closed whose answer should have come', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'leaving', sentAt: NOW + 3 });
    const asked = { ...ask, now: NOW + 400 };

    expect(planSlots(refined(live, asked.now), asked, SETTINGS)).toEqual({ laterAt: NOW + 420 });
  });

  it('keeps it closed for a second and another after nobody waits any more', () => {
    const fate = { kind: 'unanswered', sentAt: NOW, answeredAt: NOW + 5_000 } as const;
    const asked = { ...ask, now: NOW + 5_010 };
    const window = refined(noteFate(NO_CALLS, NOW, fate), asked.now);

    expect(planSlots(window, asked, SETTINGS)).toHaveProperty('slots', [NOW + 7_000]);
  });

  it('keeps no place for longer than its slot where a call never left', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'not-sent' });
    expect(refined(live, NOW + 400)).toEqual([{ slotAt: NOW, arrivesBy: NOW }]);
    const early = [{ slotAt: NOW, arrivesBy: NOW - 3 }];
    expect(refineWindow(early, live, { now: NOW, boundMs: 50 })).toEqual(early);
  });

  it('knows the arrival of an answered call by its answer, and by its stamp where it has one', () => {
    const timing = { sentAt: NOW, answeredAt: NOW + 80 };
    const bare = noteFate(NO_CALLS, NOW, { kind: 'answered', ...timing });
    const stamped = noteFate(NO_CALLS, NOW, { kind: 'answered', ...timing, exchangeAt: NOW + 25 });

    expect(refined(bare, NOW + 90)).toStrictEqual([{ slotAt: NOW, arrivesBy: NOW + 80 }]);
    expect(refined(stamped, NOW + 90)).toEqual([
      { slotAt: NOW, arrivesBy: NOW + 80, stampedAt: NOW + 25 },
    ]);
  });

  it('counts a call as late only after its bound, from when it left', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'leaving', sentAt: NOW + 3 });

    expect(refined(live, NOW + 53)).toEqual([{ slotAt: NOW, arrivesBy: NOW + 53 }]);
    expect(refined(live, NOW + 54)).toEqual([{ slotAt: NOW, arrivesBy: Number.POSITIVE_INFINITY }]);
    const early = noteFate(NO_CALLS, NOW, { kind: 'leaving', sentAt: NOW - 9 });
    expect(refined(early, NOW + 50)).toEqual(planned);
  });

  it('gives a call up whose end was never told for ten seconds', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'leaving', sentAt: NOW + 3 });

    expect(refined(live, NOW + 10_003)).not.toEqual(planned);
    expect(refined(live, NOW + 10_004)).toEqual(planned);
  });

  it('leaves the calls of others and slots that were only taken as they are', () => {
    const others = noteReserved(NO_CALLS, [NOW + 1]);

    expect(refined(NO_CALLS, NOW + 400)).toEqual(planned);
    expect(refined(others, NOW + 400)).toEqual(planned);
    expect(refined(noteReserved(NO_CALLS, [NOW]), NOW + 400)).toEqual(planned);
  });

  it('is stored with a bound where nobody can say', () => {
    const known = { slotAt: NOW, arrivesBy: NOW + 50 };
    const unknown = { slotAt: NOW + 25, arrivesBy: Number.POSITIVE_INFINITY };

    expect(boundWindow([known, unknown], NOW + 700)).toEqual([
      known,
      { slotAt: NOW + 25, arrivesBy: NOW + 700 },
    ]);
  });
});

describe('the calls that a process remembers', () => {
  const slots = Array.from({ length: 200 }, (_, index) => NOW + index * 100);

  it('are two hundred, the oldest told of giving way first', () => {
    const full = noteReserved(NO_CALLS, slots);
    expect([...full.fates.keys()]).toEqual(slots);

    const told = noteFate(full, NOW, { kind: 'not-sent' });
    expect(told.fates.size).toBe(200);
    const more = noteFate(told, NOW - 5, { kind: 'reserved' });
    expect(more.fates.size).toBe(200);
    expect(more.fates.has(NOW + 100)).toBe(false);
    expect(more.fates.get(NOW)).toEqual({ kind: 'not-sent' });
  });

  it('teach only when they were answered', () => {
    const { delays } = answered([20]);
    const live: LiveCalls = { fates: new Map(), ...(delays && { delays }) };
    const timing = { sentAt: NOW + 200, answeredAt: NOW + 290, exchangeAt: NOW + 210 };

    expect(noteFate(live, NOW + 200, { kind: 'unanswered', ...timing }).delays).toBe(delays);
    expect(noteFate(live, NOW + 200, { kind: 'answered', ...timing }).delays).toMatchObject({
      current: { answers: 2, smallestMs: 10 },
    });
    expect(noteReserved(NO_CALLS, [NOW])).not.toHaveProperty('delays');
  });
});
