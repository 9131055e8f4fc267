import type { Clock } from '../../application/ports.ts';
import type { SlotUse } from '../../application/rate-budget.ts';
import { tellCalls } from '../../domain/tell-calls.ts';
import type { UnixMs } from '../../domain/time.ts';
import { budgetIdOf } from './budget-item.ts';
import type { BudgetMemory } from './budget-memory.ts';
import { type BudgetTable, readBudget, writeBudget } from './budget-table.ts';

/** Tries while others change the same item. */
const ATTEMPTS_MAX = 5;
/** The longest wait before the second try, in milliseconds; it grows with every try. */
const JITTER_MS = 10;

/**
 * Stores what this process knows of its own calls of a class, where it says something new.
 *
 * @throws when the table cannot be reached, or others were faster each time
 */
export async function tellBudget(
  options: BudgetTable & {
    readonly clock: Pick<Clock, 'sleep'>;
    readonly random: () => number;
  },
  memory: BudgetMemory,
  of: Pick<SlotUse, 'keyId' | 'class'> & { readonly now: UnixMs },
): Promise<void> {
  const id = budgetIdOf(of.keyId);
  await memory.inTurn(id, async () => {
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const read = memory.open(id, of.now) ?? (await readBudget(options, id));
      const told = tellCalls(read.budget, memory.callsOf(of), of);
      if (told === read.budget) return;
      const stored = await writeBudget(options, read, told);
      if (stored !== undefined) {
        memory.remember(stored);
        return;
      }
      memory.forget(id);
      await options.clock.sleep(options.random() * JITTER_MS * attempt);
    }
    throw new Error(`The rate budget ${id} changed under ${ATTEMPTS_MAX} writes in a row.`);
  });
}
