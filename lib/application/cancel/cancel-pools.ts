import type { Account } from '../account.ts';
import type { Clock } from '../ports.ts';
import type { RateBudget } from '../rate-budget.ts';
import { createKeyPools, type KeyPool } from '../submit/key-pool.ts';

/**
 * Makes the keys of one batch of cancels: in the same budget as new orders, but with a reach that
 * others cannot shorten. A cancel so gets the first slot after those already given away, and new
 * orders reach only about a second ahead.
 */
export function createCancelPools(source: {
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly reachMs: number;
  readonly call: 'cancel' | 'cancelMany';
}): (account: Account) => KeyPool {
  const { budget } = source;
  const urgent: RateBudget = {
    ...budget,
    reserve: (request) => budget.reserve({ ...request, isUrgent: true }),
  };
  return createKeyPools({ ...source, budget: urgent });
}
