import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EgressBudget, UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import {
  bothGates,
  closeGate,
  type Gate,
  openAfterProbe,
  PROBE_ANSWER_MS,
  reopenGate,
} from '../../lib/domain/gate.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../lib/domain/key-budget.ts';

const NOW = 1_800_000_000_000;
const KEY = 'key-1';
const SETTINGS = { guardMs: 40, minGapMs: 25 };

/** One gate counted anew: shut until when, and since when a probe is owed. */
interface Expected {
  until: number;
  owesProbe: boolean;
  probedAt: number;
}

const step = fc.record({
  passesMs: fc.integer({ min: 0, max: 8_000 }),
  what: fc.constantFrom('reserve', 'reserve', 'reserve', 'close', 'open', 'answer-probe'),
  egress: fc.boolean(),
  closedForMs: fc.integer({ min: 1, max: 20_000 }),
});

describe('any sequence of reservations, closings and probes', () => {
  it('I5 lets nothing through a closed gate, and one probe at a time through a reopened one', () => {
    const property = fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let now = NOW;
      let budget: KeyBudget = UNUSED_KEY;
      let egress: EgressBudget = UNUSED_EGRESS;
      const gates: Record<'key' | 'egress', Expected> = {
        key: { until: 0, owesProbe: false, probedAt: 0 },
        egress: { until: 0, owesProbe: false, probedAt: 0 },
      };
      const change = (atEgress: boolean, next: (gate: Gate) => Gate) => {
        if (atEgress) egress = { ...egress, gate: next(egress.gate) };
        else budget = { ...budget, gate: next(budget.gate) };
      };

      for (const { passesMs, what, egress: atEgress, closedForMs } of steps) {
        now += passesMs;
        const expected = gates[atEgress ? 'egress' : 'key'];
        if (what === 'close') {
          const until = now + closedForMs;
          change(atEgress, (gate) => closeGate(gate, { until, reason: 'throttled', now }));
          const longer = Math.max(expected.until, until);
          Object.assign(expected, { until: longer, owesProbe: true, probedAt: 0 });
        } else if (what === 'open') {
          change(atEgress, (gate) => reopenGate(gate, now));
          expected.until = Math.min(expected.until, now);
        } else if (what === 'answer-probe') {
          for (const one of [true, false]) change(one, (gate) => openAfterProbe(gate, KEY));
          for (const one of Object.values(gates)) if (one.probedAt > 0) one.owesProbe = false;
        } else {
          const request = { keyId: KEY, class: 'order', weight: 1, limitPerSecond: 10 } as const;
          const plan = planReservation(
            { budget, egress },
            { ...request, count: 5, now, reachMs: 1_100 },
            SETTINGS,
          );
          budget = plan.budget ?? budget;
          egress = plan.egress ?? egress;
          if (plan.answer.kind === 'reserved')
            expectAllowed(plan.answer, Object.values(gates), now);
        }

        const isShut = Object.values(gates).some(({ until }) => now < until);
        expect(bothGates(budget.gate, egress.gate, now).kind).toBe(isShut ? 'closed' : 'open');
      }
    });
    fc.assert(property, { numRuns: 500 });
  });
});

describe('an address with a limit of its own', () => {
  it('holds all keys together, whatever they ask and however late requests arrive', () => {
    const call = fc.record({
      key: fc.integer({ min: 0, max: 3 }),
      passesMs: fc.integer({ min: 0, max: 400 }),
      count: fc.integer({ min: 1, max: 10 }),
      class: fc.constantFrom('order' as const, 'query' as const),
      lateMs: fc.integer({ min: 0, max: SETTINGS.guardMs }),
    });
    const property = fc.property(
      fc.array(call, { minLength: 5, maxLength: 60 }),
      fc.integer({ min: 1, max: 15 }),
      (calls, addressPerSecond) => {
        const budgets = new Map<number, KeyBudget>();
        const arrivals: number[] = [];
        let egress: EgressBudget = UNUSED_EGRESS;
        let now = NOW;
        for (const { key, passesMs, count, class: name, lateMs } of calls) {
          now += passesMs;
          const plan = planReservation(
            { budget: budgets.get(key) ?? UNUSED_KEY, egress },
            {
              keyId: `key-${key}`,
              class: name,
              weight: 1,
              limitPerSecond: 10,
              count,
              now,
              reachMs: 900,
            },
            { ...SETTINGS, addressPerSecond },
          );
          if (plan.budget !== undefined) budgets.set(key, plan.budget);
          egress = plan.egress ?? egress;
          if (plan.answer.kind !== 'reserved') continue;
          arrivals.push(...plan.answer.slots.map((slot) => slot + lateMs));
        }
        expectWithin(arrivals, addressPerSecond);
      },
    );
    fc.assert(property, { numRuns: 500 });
  });

  it('costs nothing where the exchange counts by key alone', () => {
    const request = { keyId: KEY, class: 'order', weight: 1, limitPerSecond: 10 } as const;
    const state = { budget: UNUSED_KEY, egress: UNUSED_EGRESS };
    const plan = planReservation(state, { ...request, count: 5, now: NOW, reachMs: 900 }, SETTINGS);
    expect(plan).not.toHaveProperty('egress');
  });
});

function expectWithin(arrivals: readonly number[], perSecond: number): void {
  const sorted = arrivals.toSorted((one, other) => one - other);
  for (const [index, at] of sorted.entries()) {
    const next = sorted[index + perSecond] ?? Number.POSITIVE_INFINITY;
    expect(next - at).toBeGreaterThanOrEqual(1_000);
  }
}

function expectAllowed(
  answer: { readonly slots: readonly number[]; readonly probe: boolean },
  gates: readonly Expected[],
  now: number,
): void {
  const owing = gates.filter(({ owesProbe }) => owesProbe);
  expect(answer.probe).toBe(owing.length > 0);
  if (answer.probe) expect(answer.slots).toHaveLength(1);
  for (const gate of gates) expect(now).toBeGreaterThanOrEqual(gate.until);
  for (const gate of owing) {
    if (gate.probedAt > 0) expect(now).toBeGreaterThanOrEqual(gate.probedAt + PROBE_ANSWER_MS);
    gate.probedAt = now;
  }
}
