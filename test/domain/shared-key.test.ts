import { describe, expect, it } from '@jest/globals';
import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { closeGate, OPEN_GATE, takeProbe } from '../../lib/domain/gate.ts';
import {
  isShared,
  type KeyBudget,
  type KeyRequest,
  planReservation,
  UNUSED_KEY,
} from '../../lib/domain/key-budget.ts';
import { type LiveCalls, NO_CALLS, noteFate, noteReserved } from '../../lib/domain/live-calls.ts';
import type { WindowEntry, WindowSettings } from '../../lib/domain/request-window.ts';
import { answered, steady } from '../support/answered-calls.ts';
import { NOON } from '../support/order-events.ts';

const NOW = NOON + 20_000;
const SETTINGS: WindowSettings = { guardMs: 50, guardLeastMs: 5, minGapMs: 25 };

const ask = (change: Partial<KeyRequest> = {}): KeyRequest => ({
  keyId: 'key-1',
  class: 'order',
  weight: 1,
  limitPerSecond: 10,
  count: 1,
  now: NOW,
  reachMs: 1_100,
  ...change,
});
const entry = (slotAt: number, arrivesBy = slotAt + 50): WindowEntry => ({ slotAt, arrivesBy });
const key = (order: readonly WindowEntry[], change: Partial<KeyBudget> = {}): KeyBudget => ({
  ...UNUSED_KEY,
  windows: { order, query: order },
  ...change,
});
const reserve = (
  budget: KeyBudget,
  request: KeyRequest,
  { live = NO_CALLS, settings = SETTINGS }: { live?: LiveCalls; settings?: WindowSettings } = {},
) => planReservation({ budget, egress: UNUSED_EGRESS, live }, request, settings);

/** A slot of this process that lies in no window, so long ago. */
const ownAgo = (ms: number): LiveCalls => noteReserved(NO_CALLS, [NOW - ms]);

describe('a key that nobody else uses', () => {
  it('gives slots a gap apart and stores them with their bounds', () => {
    expect(reserve(UNUSED_KEY, ask({ count: 2 }))).toEqual({
      answer: { kind: 'reserved', slots: [NOW, NOW + 25], probe: false },
      budget: {
        windows: { order: [entry(NOW), entry(NOW + 25)], query: [] },
        gate: OPEN_GATE,
      },
    });
  });

  it('keeps its whole reach, and tells nothing when it has no slot', () => {
    const own = [entry(NOW - 900)];
    const live = noteReserved(NO_CALLS, [NOW - 900]);
    const asked = ask({ limitPerSecond: 1 });

    expect(reserve(key(own), asked, { live }).answer).toMatchObject({ slots: [NOW + 150] });
    expect(reserve(key(own), { ...asked, reachMs: 149 }, { live })).toEqual({
      answer: { kind: 'later', at: NOW + 1 },
    });
  });

  it('stores a bound for a call of which nobody can say when it arrives', () => {
    const live = noteFate(NO_CALLS, NOW - 400, { kind: 'leaving', sentAt: NOW - 400 });
    const { budget } = reserve(key([entry(NOW - 400)]), ask(), { live });

    expect(budget?.windows.order).toEqual([entry(NOW - 400, NOW + 50), entry(NOW)]);
  });

  it('stores that a call left late and may arrive later', () => {
    const live = noteFate(NO_CALLS, NOW - 20, { kind: 'leaving', sentAt: NOW - 12 });
    const { budget } = reserve(key([entry(NOW - 20)]), ask(), { live });

    expect(budget?.windows.order[0]).toEqual(entry(NOW - 20, NOW - 12 + 50));
  });
});

describe('a key that other processes use as well', () => {
  /** The next slot of a key with one call a second is so far ahead. */
  const inMs = (ms: number) => [entry(NOW - 1_200, NOW - 1_000 + ms)];
  const one = ask({ limitPerSecond: 1 });

  it.each([
    { name: 'that had its turn just now', live: ownAgo(0), reachMs: 450 },
    { name: 'whose turn was four seconds ago', live: ownAgo(4_000), reachMs: 550 },
    { name: 'whose turn was four seconds ago, and a bit', live: ownAgo(4_030), reachMs: 550 },
    { name: 'whose turn was long ago', live: ownAgo(9_000), reachMs: 650 },
    { name: 'with a slot ahead', live: ownAgo(-300), reachMs: 450 },
    { name: 'that never had a turn', live: NO_CALLS, reachMs: 650 },
  ])('gives a process $name slots within $reachMs ms', ({ live, reachMs }) => {
    const reserved = reserve(key(inMs(reachMs)), one, { live });
    expect(reserved.answer).toMatchObject({ slots: [NOW + reachMs] });
    expect(reserved.budget).toMatchObject({ contendedAt: NOW });
    expect(reserve(key(inMs(reachMs + 1)), one, { live }).answer.kind).toBe('later');
  });

  it('gives nobody more than it asked for', () => {
    const asked = { ...one, reachMs: 300 };
    expect(reserve(key(inMs(300)), asked).answer.kind).toBe('reserved');
    expect(reserve(key(inMs(301)), asked).answer.kind).toBe('later');
  });

  it('lets cancels pass, and queries, of which nothing is learned', () => {
    const budget = key(inMs(900));
    expect(reserve(budget, { ...one, isUrgent: true }).answer.kind).toBe('reserved');
    const query = reserve(budget, { ...one, class: 'query' });
    expect(query.answer.kind).toBe('reserved');
    expect(query.budget).not.toHaveProperty('contendedAt');
    const met = key(inMs(900), { contendedAt: NOW - 100 });
    expect(reserve(met, { ...one, class: 'query' }).answer.kind).toBe('reserved');
  });

  it('counts as such for five seconds after a slot of others', () => {
    const foreign = (agoMs: number) => key([entry(NOW - agoMs)]);
    expect(reserve(foreign(4_999), ask()).budget).toMatchObject({ contendedAt: NOW });
    expect(reserve(foreign(5_000), ask()).budget).not.toHaveProperty('contendedAt');

    const met = (agoMs: number) => key([], { contendedAt: NOW - agoMs });
    expect([isShared(met(4_999), NOW), isShared(met(5_000), NOW)]).toEqual([true, false]);
    expect(isShared(UNUSED_KEY, NOW)).toBe(false);
    expect(reserve(met(4_000), ask()).budget?.contendedAt).toBe(NOW - 4_000);
  });

  it('keeps the shorter reach so long, though the slots in the window are our own', () => {
    const live = noteReserved(NO_CALLS, [NOW - 1_200]);
    const met = (agoMs: number) => key(inMs(900), { contendedAt: NOW - agoMs });
    expect(reserve(met(4_999), one, { live }).answer.kind).toBe('later');
    expect(reserve(met(5_000), one, { live }).answer.kind).toBe('reserved');
  });

  it('rather asks again than takes only some of the slots that come together', () => {
    const window = [entry(NOW - 1_200, NOW - 600), entry(NOW - 1_100, NOW - 340)];
    const two = ask({ limitPerSecond: 2, count: 2 });

    expect(reserve(key(window), two).answer).toEqual({ kind: 'later', at: NOW + 10 });
    expect(reserve(key(window), { ...two, isUrgent: true }).answer.kind).toBe('reserved');
  });

  it('is told of without a slot when others are newly met', () => {
    const told = (change: Partial<KeyBudget>) =>
      reserve(key(inMs(900), change), one, { live: ownAgo(0) });

    expect(told({})).toMatchObject({ answer: { kind: 'later' }, budget: { contendedAt: NOW } });
    expect(told({ contendedAt: NOW - 2_501 }).budget).toMatchObject({ contendedAt: NOW });
    expect(told({ contendedAt: NOW - 2_500 })).not.toHaveProperty('budget');
  });

  it('is told of without a slot when more than half of the window is news', () => {
    const slots = [NOW - 300, NOW - 200];
    const window = slots.map((slotAt) => entry(slotAt));
    const stamped = (count: number) =>
      slots.slice(0, count).reduce(
        (live, slotAt) => {
          const timing = { sentAt: slotAt, answeredAt: slotAt + 60, exchangeAt: slotAt + 20 };
          return noteFate(live, slotAt, { kind: 'answered', ...timing });
        },
        noteReserved(NO_CALLS, slots),
      );
    const asked = ask({ limitPerSecond: 2, reachMs: 10 });
    const budget = key(window, { contendedAt: NOW - 100 });

    expect(reserve(budget, asked, { live: stamped(1) })).not.toHaveProperty('budget');
    const { answer, budget: learned } = reserve(budget, asked, { live: stamped(2) });
    expect(answer.kind).toBe('later');
    expect(learned?.windows.order.map(({ stampedAt }) => stampedAt)).toEqual([
      NOW - 280,
      NOW - 180,
    ]);
    const alone = key(window);
    expect(reserve(alone, asked, { live: stamped(2) })).not.toHaveProperty('budget');
  });

  it('is not told of where slots are asked for again within a tenth of a second', () => {
    const toldAt = (inMilliseconds: number) => {
      const window = [entry(NOW - 1_200, NOW - 1_000 + 650 + inMilliseconds)];
      return reserve(key(window), one, { live: ownAgo(9_000) });
    };
    expect(toldAt(99)).toEqual({ answer: { kind: 'later', at: NOW + 99 } });
    expect(toldAt(100)).toMatchObject({ answer: { at: NOW + 100 }, budget: { contendedAt: NOW } });
  });
});

describe('what is spare of a key', () => {
  const others = (count: number, agoMs = 999) =>
    key(Array.from({ length: count }, (_, index) => entry(NOW - agoMs + index)));
  const spare = ask({ isSpare: true });

  it('is nothing while others took more than three tenths of its newest second', () => {
    expect(reserve(others(3), spare).answer.kind).toBe('reserved');
    expect(reserve(others(4), spare)).toEqual({ answer: { kind: 'later', at: NOW + 2_000 } });
    expect(reserve(others(4), ask()).answer.kind).toBe('reserved');
    expect(reserve(others(4), { ...spare, isSpare: false }).answer.kind).toBe('reserved');
  });

  it('is not less for slots of our own, or of an earlier second', () => {
    const live = noteReserved(NO_CALLS, [NOW - 999]);
    expect(reserve(others(4), spare, { live }).answer.kind).toBe('reserved');
    expect(reserve(others(4, 1_000), spare).answer.kind).toBe('reserved');
  });
});

describe('the guard of a key', () => {
  const guardMs = (
    change: Partial<KeyBudget>,
    options: { live?: LiveCalls; settings?: WindowSettings; asked?: KeyRequest } = {},
  ) => {
    const asked = options.asked ?? ask();
    const { budget } = reserve(key([], change), asked, options);
    const newest = budget?.windows[asked.class].at(-1);
    return newest && newest.arrivesBy - newest.slotAt;
  };
  /** Forty answers, the newest two of them nine milliseconds late. */
  const live = answered([...steady(38), 29, 29], NOW - 10_000);

  it('is the setting until the spread of delays is learned, by this process or another', () => {
    expect(guardMs({})).toBe(50);
    expect(guardMs({ spreadMs: 9 })).toBe(9 + 4);
    expect(guardMs({ spreadMs: 9.2 })).toBe(14);
    expect(guardMs({ spreadMs: 60 })).toBe(64);
    expect(guardMs({ spreadMs: 1 }, { live })).toBe(9 + 4);
  });

  it('is never below its least, and never lowered where there is none', () => {
    expect(guardMs({ spreadMs: 0 })).toBe(5);
    const settings = { guardMs: 50, minGapMs: 25 };
    expect(guardMs({ spreadMs: 9 }, { settings })).toBe(50);
    expect(guardMs({ spreadMs: 60 }, { settings })).toBe(64);
  });

  it('of questions is as long as any of them may take, for they go by answers alone', () => {
    const asked = ask({ class: 'query' });
    expect(guardMs({ spreadMs: 9 }, { live, asked })).toBe(7_000);
  });

  it('is stored as the spread that was learned, for processes that have none', () => {
    expect(reserve(key([]), ask(), { live }).budget?.spreadMs).toBe(9);
    expect(reserve(key([], { spreadMs: 7 }), ask()).budget?.spreadMs).toBe(7);
    expect(reserve(key([]), ask({ class: 'query' }), { live }).budget).not.toHaveProperty(
      'spreadMs',
    );
  });

  it('does not slow a call whose stamp can be read', () => {
    const sentAt = NOW - 100;
    const stamped = noteFate(live, sentAt, {
      kind: 'answered',
      ...{ sentAt, answeredAt: NOW - 20, exchangeAt: sentAt + 20 },
    });
    const asked = ask({ limitPerSecond: 1 });
    const { answer } = reserve(key([entry(sentAt)]), asked, { live: stamped });
    // The margin of the smallest delay, rounded up, after the stamp.
    expect(answer).toMatchObject({ slots: [sentAt + 1_002] });
  });
});

describe('a slowed key', () => {
  const slowed = { toPerSecond: 6, ofPerSecond: 10, at: NOW };
  const slots = (change: Partial<KeyRequest>, settings = SETTINGS) => {
    const { answer } = reserve(key([], { slowed }), ask({ count: 3, ...change }), { settings });
    return answer.kind === 'reserved' ? answer.slots.map((slot) => slot - NOW) : [];
  };

  it('is used evenly for orders, and as ever for queries', () => {
    expect(slots({})).toEqual([0, 167, 334]);
    expect(slots({ class: 'query' })).toEqual([0, 25, 50]);
    expect(slots({ class: 'query', count: 8 })).toHaveLength(8);
    expect(slots({}, { ...SETTINGS, minGapMs: 400 })).toEqual([0, 400, 800]);
  });

  it('is used as ever once it has recovered', () => {
    const later = NOW + 20 * 60_000;
    const { answer } = reserve(key([], { slowed }), ask({ count: 3, now: later }));
    expect(answer).toMatchObject({ slots: [later, later + 25, later + 50] });
  });
});

describe('the window of the address', () => {
  it('is stored with the slot, and the gate of the address stays as it was', () => {
    const settings = { ...SETTINGS, addressPerSecond: 30 };
    const { egress } = reserve(UNUSED_KEY, ask(), { settings });

    expect(egress).toEqual({ gate: OPEN_GATE, window: [entry(NOW)] });
  });
});

describe('a probe', () => {
  const reopened = closeGate(OPEN_GATE, { until: NOW, reason: 'throttled', now: NOW - 60_000 });
  const plan = (atKey: boolean, atEgress: boolean) =>
    planReservation(
      {
        budget: { ...UNUSED_KEY, gate: atKey ? reopened : OPEN_GATE },
        egress: { ...UNUSED_EGRESS, gate: atEgress ? reopened : OPEN_GATE },
      },
      ask({ count: 5 }),
      SETTINGS,
    );

  it('gives way to another after as long as is set', () => {
    const state = { budget: { ...UNUSED_KEY, gate: reopened }, egress: UNUSED_EGRESS };
    const { budget } = planReservation(state, ask(), { ...SETTINGS, probeAnswerMs: 7_000 });
    expect(budget?.gate.probe?.until).toBe(NOW + 7_000);
  });

  it('is one slot, and is written to the gate that wants it', () => {
    const probing = takeProbe(reopened, 'key-1', NOW);
    const reserved = { kind: 'reserved', slots: [NOW], probe: true };

    const atKey = plan(true, false);
    expect(atKey).toMatchObject({ answer: reserved, budget: { gate: probing } });
    expect(atKey).not.toHaveProperty('egress');
    const atEgress = plan(false, true);
    expect(atEgress).toMatchObject({ answer: reserved, budget: { gate: OPEN_GATE } });
    expect(atEgress.egress).toEqual({ gate: probing, window: [] });
    expect(plan(true, true)).toMatchObject({
      answer: reserved,
      budget: { gate: probing },
      egress: { gate: probing },
    });
  });
});
