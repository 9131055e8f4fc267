import { createCallMemory } from '../../application/call-memory.ts';
import type { SlotUse } from '../../application/rate-budget.ts';
import { isShared } from '../../domain/key-budget.ts';
import type { LiveCalls } from '../../domain/live-calls.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { StoredBudget } from './budget-item.ts';

/** Keys remembered by one process; far more than it ever serves. */
const KEYS_MAX = 1_000;

/**
 * The newest state of each key that this process itself has seen.
 *
 * It saves a steady single consumer the read before each write. It is never proof of anything: the
 * write compares versions, so a state that is not the stored one any more is found out.
 */
export interface BudgetMemory {
  /**
   * Gives a state only while its gate is open and the key is used by nobody else: a closed gate may
   * have been reopened since, and others tell more than what is remembered.
   */
  open(id: string, now: UnixMs): StoredBudget | undefined;
  remember(stored: StoredBudget): void;
  forget(id: string): void;
  /** Takes in what became of a call of this process. */
  note(use: SlotUse): void;
  /** Takes in that slots are this process's own. */
  own(of: Pick<SlotUse, 'keyId' | 'class'>, slots: readonly UnixMs[]): void;
  /** What this process knows of its own calls of one key and class. */
  callsOf(of: Pick<SlotUse, 'keyId' | 'class'>): LiveCalls;
  /** Takes in that a key has nothing to spare for a while. */
  noSpare(id: string, until: UnixMs): void;
  /** Until when a key is known to have nothing to spare; zero when it is not. */
  noSpareUntil(id: string): UnixMs;
  /** Runs the tasks of one key one after the other, so that a process never races itself. */
  inTurn<Result>(id: string, task: () => Promise<Result>): Promise<Result>;
}

/** Makes a memory of nothing. */
export function createBudgetMemory(): BudgetMemory {
  const states = new Map<string, StoredBudget>();
  const calls = createCallMemory();
  const busy = new Map<string, UnixMs>();
  const tails = new Map<string, Promise<void>>();

  return {
    open(id, now) {
      const stored = states.get(id);
      if (stored === undefined || isShared(stored.budget, now)) return undefined;
      return stored.budget.gate.closing === undefined ? stored : undefined;
    },
    remember: (stored) => setNewest(states, stored.id, stored),
    forget(id) {
      states.delete(id);
    },
    note: calls.note,
    own: calls.own,
    callsOf: calls.of,
    noSpare: (id, until) => setNewest(busy, id, until),
    noSpareUntil: (id) => busy.get(id) ?? 0,
    async inTurn(id, task) {
      const before = tails.get(id);
      const { promise: done, resolve: release } = Promise.withResolvers<void>();
      tails.set(id, done);
      try {
        await before;
        return await task();
      } finally {
        if (tails.get(id) === done) tails.delete(id);
        release();
      }
    },
  };
}

function setNewest<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > KEYS_MAX && oldest !== undefined) map.delete(oldest);
}
