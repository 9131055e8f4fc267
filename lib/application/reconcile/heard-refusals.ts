import type { RateBudget } from '../rate-budget.ts';

/** By then the closed gate is stored, or nothing can be: the table is tried for eight seconds. */
const HEARD_MS = 10_000;

/** When this process heard of a refusal, by key and by the monotonic clock. */
const heard = new WeakMap<RateBudget, Map<string, number>>();

/**
 * Remembers that a key, or `egress`, was refused: until its closed gate is stored, a question of
 * this process that has read the open one before must not leave either.
 */
export function hearRefusal(budget: RateBudget, gate: string, monotonicMs: number): void {
  const ofBudget = heard.get(budget) ?? new Map<string, number>();
  heard.set(budget, ofBudget.set(gate, monotonicMs));
}

/** Says whether a refusal of the key or of all keys was heard a moment ago. */
export function wasRefused(budget: RateBudget, keyId: string, monotonicMs: number): boolean {
  return [keyId, 'egress'].some((gate) => {
    const at = heard.get(budget)?.get(gate) ?? Number.NEGATIVE_INFINITY;
    return monotonicMs - at < HEARD_MS;
  });
}
