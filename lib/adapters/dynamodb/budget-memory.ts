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
  /** Gives a state only while its gate is open; a closed gate may have been reopened since. */
  open(id: string): StoredBudget | undefined;
  remember(stored: StoredBudget): void;
  forget(id: string): void;
  /** Runs the tasks of one key one after the other, so that a process never races itself. */
  inTurn<Result>(id: string, task: () => Promise<Result>): Promise<Result>;
}

/** Makes a memory of nothing. */
export function createBudgetMemory(): BudgetMemory {
  const states = new Map<string, StoredBudget>();
  const tails = new Map<string, Promise<void>>();

  return {
    open(id) {
      const stored = states.get(id);
      return stored?.budget.gate.closing === undefined ? stored : undefined;
    },
    remember(stored) {
      states.delete(stored.id);
      states.set(stored.id, stored);
      const [oldest] = states.keys();
      if (states.size > KEYS_MAX && oldest !== undefined) states.delete(oldest);
    },
    forget(id) {
      states.delete(id);
    },
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
