import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { UNUSED_EGRESS } from '../../lib/domain/egress-budget.ts';
import { type KeyBudget, planReservation, UNUSED_KEY } from '../../lib/domain/key-budget.ts';
import { type LiveCalls, NO_CALLS, noteFate, noteReserved } from '../../lib/domain/live-calls.ts';
import { tellCalls } from '../../lib/domain/tell-calls.ts';
import { UNTOLD_MS } from '../../lib/domain/told-window.ts';

const NOW = 1_800_000_000_000;
const SETTINGS = { guardMs: 50, minGapMs: 25 };
const PROCESSES = 3;
const LIMIT = 2;

/** A question of one process: however late it leaves, and however long its answer takes. */
const question = fc.record({
  process: fc.integer({ min: 0, max: PROCESSES - 1 }),
  passesMs: fc.integer({ min: 0, max: 700 }),
  stallMs: fc.integer({ min: 0, max: 900 }),
  outMs: fc.integer({ min: 0, max: 2_500 }),
  backMs: fc.integer({ min: 0, max: 2_500 }),
  weight: fc.constantFrom(1, 1, 1, 2, 5),
  end: fc.constantFrom('answered', 'answered', 'answered', 'answered', 'died', 'not-sent'),
});

interface Told {
  readonly at: number;
  readonly process: number;
  readonly slotAt: number;
  readonly fate: Parameters<typeof noteFate>[2];
}

/** What a weight of an arrival looks like in the exchange's own sliding second. */
function fitsLimit(arrivals: readonly { readonly at: number; readonly weight: number }[]): boolean {
  const sorted = arrivals.toSorted((one, other) => one.at - other.at);
  return sorted.every(({ at, weight }, index) => {
    const before = sorted.slice(0, index).filter((one) => one.at > at - 1_000);
    const used = before.reduce((sum, one) => sum + Math.min(one.weight, LIMIT), 0);
    return used + Math.min(weight, LIMIT) <= LIMIT;
  });
}

describe('questions of several processes with one key', () => {
  it('I5 keep the limit however long a process stalls and an answer takes', () => {
    const property = fc.property(fc.array(question, { maxLength: 80 }), (questions) => {
      let now = NOW;
      let budget: KeyBudget = UNUSED_KEY;
      const live: LiveCalls[] = Array.from({ length: PROCESSES }, () => NO_CALLS);
      const arrivals: { at: number; weight: number }[] = [];
      let coming: Told[] = [];
      /** Each answer is noted by its process, which then tells the others. */
      const hear = () => {
        for (const { at, process, slotAt, fate } of coming.filter((one) => one.at <= now)) {
          const known = noteFate(live[process] ?? NO_CALLS, slotAt, fate);
          live[process] = known;
          budget = tellCalls(budget, known, { class: 'query', now: at });
        }
        coming = coming.filter((one) => one.at > now);
      };

      for (const { process, passesMs, stallMs, outMs, backMs, weight, end } of questions) {
        now += passesMs;
        hear();
        const request = {
          keyId: 'key-1',
          class: 'query',
          limitPerSecond: LIMIT,
          count: 1,
        } as const;
        const own = live[process] ?? NO_CALLS;
        const plan = planReservation(
          { budget, egress: UNUSED_EGRESS, live: own },
          { ...request, weight, now, reachMs: 4_000 },
          SETTINGS,
        );
        budget = plan.budget ?? budget;
        if (plan.answer.kind !== 'reserved') continue;
        const [slotAt = now] = plan.answer.slots;
        live[process] = noteReserved(own, [slotAt]);
        const sentAt = slotAt + stallMs;
        if (end === 'not-sent') {
          coming.push({ at: sentAt, process, slotAt, fate: { kind: 'not-sent' } });
          continue;
        }
        arrivals.push({ at: sentAt + outMs, weight });
        const answeredAt = sentAt + outMs + backMs;
        const fate = { kind: 'answered', sentAt, answeredAt } as const;
        if (end === 'answered') coming.push({ at: answeredAt, process, slotAt, fate });
      }
      expect(fitsLimit(arrivals)).toBe(true);
    });
    fc.assert(property, { numRuns: 1_000 });
  });

  it('go on after a process that died with its question: the place is free again in time', () => {
    const request = { keyId: 'key-1', class: 'query', limitPerSecond: 1, count: 1 } as const;
    const ask = (budget: KeyBudget, now: number) =>
      planReservation(
        { budget, egress: UNUSED_EGRESS },
        { ...request, weight: 1, now, reachMs: 4_000 },
        SETTINGS,
      );
    const { budget = UNUSED_KEY } = ask(UNUSED_KEY, NOW);
    expect(ask(budget, NOW + UNTOLD_MS).answer).toMatchObject({ kind: 'later' });
    const freeAt = NOW + UNTOLD_MS + SETTINGS.guardMs;
    expect(ask(budget, freeAt).answer).toMatchObject({ kind: 'reserved', slots: [freeAt + 1_000] });
  });
});
