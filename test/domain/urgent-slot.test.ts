import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../lib/domain/key-budget.ts';
import { type LiveCalls, NO_CALLS, noteReserved } from '../../lib/domain/live-calls.ts';

const NOW = 1_800_000_000_000;
const LIMIT = 10;
const { metering, submit, cancel } = DEFAULT_SETTINGS;

/**
 * What a cancel waits for at most beside one process of orders: ten slots given away at the end of
 * the reach, as close together as slots may be; a second after the first of them arrived.
 */
const BOUND_MS = submit.reachMs - (LIMIT - 1) * metering.minGapMs + metering.guardMs + 1_000;

interface Desk {
  readonly budget: KeyBudget;
  readonly live: LiveCalls;
}

function reserve(desk: Desk, now: number, count: number, isUrgent = false) {
  const plan = planReservation(
    { ...desk, egress: UNUSED_EGRESS },
    {
      ...{ keyId: 'key-1', class: 'order', weight: 1, limitPerSecond: LIMIT, count, now, isUrgent },
      reachMs: isUrgent ? cancel.reachMs : submit.reachMs,
    },
    metering,
  );
  const slots = plan.answer.kind === 'reserved' ? plan.answer.slots : [];
  const live = isUrgent ? desk.live : noteReserved(desk.live, slots);
  return { slots, desk: { budget: plan.budget ?? desk.budget, live } };
}

describe('a cancel beside a backlog of one process', () => {
  it('has a slot within the bound, whatever was reserved and whether answers are known', () => {
    const asks = fc.array(
      fc.record({
        passesMs: fc.integer({ min: 0, max: 1_500 }),
        count: fc.integer({ min: 1, max: LIMIT }),
      }),
      { minLength: 1, maxLength: 40 },
    );
    const property = fc.property(asks, fc.integer({ min: 0, max: 500 }), (drawn, laterMs) => {
      let desk: Desk = { budget: UNUSED_KEY, live: NO_CALLS };
      let now = NOW;
      for (const { passesMs, count } of drawn) {
        now += passesMs;
        ({ desk } = reserve(desk, now, count));
      }
      const [slot = Number.POSITIVE_INFINITY] = reserve(desk, now + laterMs, 1, true).slots;
      expect(slot - now - laterMs).toBeLessThanOrEqual(BOUND_MS);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('waits as long as the bound says at worst: 1.925 s', () => {
    expect(BOUND_MS).toBe(1_925);
    const first = reserve({ budget: UNUSED_KEY, live: NO_CALLS }, NOW, LIMIT);
    const then = NOW + 175;
    const second = reserve(first.desk, then, LIMIT);
    expect(second.slots).toHaveLength(LIMIT);
    const [slot = 0] = reserve(second.desk, then, 1, true).slots;
    expect(slot - then).toBe(BOUND_MS);
  });

  it('waits a second at least where ten have just left together, however short the reach', () => {
    const first = reserve({ budget: UNUSED_KEY, live: NO_CALLS }, NOW, LIMIT);
    const after = NOW + (LIMIT - 1) * metering.minGapMs;
    const [slot = 0] = reserve(first.desk, after, 1, true).slots;
    expect(slot - NOW).toBe(1_000 + metering.guardMs);
  });
});
