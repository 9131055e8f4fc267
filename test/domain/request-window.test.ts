import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { planSlots, type SlotRequest, type WindowEntry } from '../../lib/domain/request-window.ts';

const SETTINGS = { guardMs: 40, minGapMs: 25 };
const NOW = 1_800_000_000_000;

/** As planned and not yet answered. */
const pending = (slotAt: number): WindowEntry => ({
  slotAt,
  arrivesBy: slotAt + SETTINGS.guardMs,
});

const ask = (change: Partial<SlotRequest> = {}): SlotRequest => ({
  count: 1,
  weight: 1,
  limitPerSecond: 10,
  now: NOW,
  reachMs: 1_100,
  ...change,
});

const offsets = (plan: ReturnType<typeof planSlots>) =>
  'slots' in plan ? plan.slots.map((slot) => slot - NOW) : `later ${plan.laterAt - NOW}`;

describe('a window of which nothing is spent', () => {
  it('gives a second of calls at once, a gap apart', () => {
    expect(offsets(planSlots([], ask({ count: 10 }), SETTINGS))).toEqual([
      0, 25, 50, 75, 100, 125, 150, 175, 200, 225,
    ]);
  });

  it('makes the call beyond the limit wait a second and the guard behind the first', () => {
    const plan = planSlots([], ask({ count: 11 }), SETTINGS);

    expect(offsets(plan)).toHaveLength(11);
    expect(offsets(plan)).toContain(1_040);
  });
});

describe('a spent window', () => {
  const spent = Array.from({ length: 10 }, (_, index) => pending(NOW + index * 25));

  it('gives what lies within the reach, even when that is less than asked', () => {
    const plan = planSlots(spent, ask({ count: 5, reachMs: 1_070 }), SETTINGS);

    expect(offsets(plan)).toEqual([1_040, 1_065]);
  });

  it('says when to ask again when nothing lies within the reach', () => {
    expect(offsets(planSlots(spent, ask({ reachMs: 1_000 }), SETTINGS))).toBe('later 40');
  });

  it('F37 mints nothing when the clock jumps back', () => {
    const jumped = ask({ now: NOW - 3_600_000, reachMs: 1_000 });

    expect(offsets(planSlots(spent, jumped, SETTINGS))).toBe('later 40');
  });

  it('still holds when the limit was lowered', () => {
    const plan = planSlots(spent, ask({ limitPerSecond: 2, count: 3, reachMs: 9_000 }), SETTINGS);

    expect(offsets(plan)).toEqual([1_240, 1_265, 2_280]);
  });
});

describe('a call heavier than the limit', () => {
  const heavy = { weight: 5, limitPerSecond: 2, reachMs: 9_000 };

  it('leaves only once the window is empty', () => {
    expect(offsets(planSlots([pending(NOW - 100)], ask(heavy), SETTINGS))).toEqual([940]);
  });

  it('makes what follows wait until its weight is earned back', () => {
    const after = planSlots([], ask(heavy), SETTINGS);
    const window = 'window' in after ? after.window : [];

    const next = planSlots(window, ask({ ...heavy, weight: 1, count: 3 }), SETTINGS);

    expect(offsets(next)).toEqual([2_540, 2_565, 3_580]);
  });
});

describe('any sequence of requests', () => {
  const request = fc.record({
    // Mostly forward, sometimes far back: a corrected clock or another host's.
    passesMs: fc.oneof(fc.integer({ min: 0, max: 1_500 }), fc.integer({ min: -9_000, max: 0 })),
    count: fc.integer({ min: 1, max: 15 }),
    weight: fc.integer({ min: 1, max: 6 }),
    reachMs: fc.integer({ min: 0, max: 4_000 }),
  });
  const settings = fc.record({
    guardMs: fc.integer({ min: 0, max: 100 }),
    minGapMs: fc.integer({ min: 0, max: 40 }),
  });

  it('never puts more weight into a second than the limit, nor two calls into one gap', () => {
    const property = fc.property(
      fc.array(request, { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 12 }),
      settings,
      (requests, limitPerSecond, { guardMs, minGapMs }) => {
        let now = NOW;
        let window: readonly WindowEntry[] = [];
        const sent: { at: number; weight: number }[] = [];

        for (const { passesMs, ...rest } of requests) {
          now += passesMs;
          const asked = { ...rest, limitPerSecond, now };
          const plan = planSlots(window, asked, { guardMs, minGapMs });
          if ('laterAt' in plan) {
            expect(plan.laterAt).toBeGreaterThan(now);
            continue;
          }
          ({ window } = plan);
          for (const at of plan.slots) {
            expect(at).toBeGreaterThanOrEqual(now);
            expect(at).toBeLessThanOrEqual(now + rest.reachMs);
            sent.push({ at, weight: rest.weight });
          }
          expect(window.length).toBeLessThanOrEqual(limitPerSecond);
        }
        expectNoViolation(sent, { limitPerSecond, guardMs, minGapMs });
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  it('gives a slot to whoever comes back at the time named', () => {
    const property = fc.property(
      request,
      fc.integer({ min: 1, max: 12 }),
      (one, limitPerSecond) => {
        const window = Array.from({ length: limitPerSecond }, () => pending(NOW + 2_000));
        const asked = { ...one, limitPerSecond, now: NOW };
        const plan = planSlots(window, asked, SETTINGS);
        if (!('laterAt' in plan)) return;

        expect(planSlots(window, { ...asked, now: plan.laterAt }, SETTINGS)).toHaveProperty(
          'slots',
        );
        const earlier = { ...asked, count: 1, now: plan.laterAt - 1 };
        if (asked.count === 1) {
          expect(planSlots(window, earlier, SETTINGS)).toHaveProperty('laterAt');
        }
      },
    );
    fc.assert(property);
  });
});

describe('a backlog fetched ten at a time with pauses between', () => {
  it('uses all of the limit but the guard', () => {
    const pauses = fc.array(fc.integer({ min: 30, max: 150 }), { minLength: 20, maxLength: 60 });
    const property = fc.property(pauses, (pausesMs) => {
      let now = NOW;
      let window: readonly WindowEntry[] = [];
      const slots: number[] = [];
      for (const pauseMs of pausesMs) {
        const plan = planSlots(window, ask({ count: 10, now }), SETTINGS);
        if ('laterAt' in plan) throw new Error('a slot lies within the reach');
        ({ window } = plan);
        slots.push(...plan.slots);
        now = (slots.at(-1) ?? now) + pauseMs;
      }

      const gaps = slots.slice(10).map((slot, index) => slot - (slots[index] ?? 0));
      const meanGapMs = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      expect(1_000 / meanGapMs).toBeGreaterThanOrEqual(1_000 / (1_000 + SETTINGS.guardMs));
    });
    fc.assert(property);
  });
});

/** Counts anew, without windows: every span of a second and the guard, from every call on. */
function expectNoViolation(
  sent: readonly { at: number; weight: number }[],
  limits: { limitPerSecond: number; guardMs: number; minGapMs: number },
): void {
  const { limitPerSecond, guardMs, minGapMs } = limits;
  for (const [index, { at, weight }] of sent.entries()) {
    const next = sent[index + 1];
    if (next !== undefined) expect(next.at - at).toBeGreaterThanOrEqual(minGapMs);

    const spanMs = Math.max(1, weight / limitPerSecond) * 1_000 + guardMs;
    const within = sent.slice(index).filter((one) => one.at < at + spanMs);
    const total = within.reduce((sum, one) => sum + one.weight, 0);
    if (weight > limitPerSecond) expect(within).toHaveLength(1);
    else expect(total).toBeLessThanOrEqual(limitPerSecond);
  }
}
