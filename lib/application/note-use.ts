import type { Log } from './ports.ts';
import type { RateBudget, SlotUse } from './rate-budget.ts';

/**
 * Tells the budget what became of a slot, without waiting and without ever failing: what is not
 * told is covered by the bound that the slot was planned with.
 */
export function noteUse(
  { budget, log }: { readonly budget: RateBudget; readonly log: Log },
  use: SlotUse,
): void {
  budget.observe(use).catch((error: unknown) => {
    log.warn('the budget did not hear of a call', {
      keyId: use.keyId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
  });
}
