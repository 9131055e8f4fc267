import { METRICS } from './metrics.ts';
import type { Metrics } from './ports.ts';
import type { RateBudget } from './rate-budget.ts';

/**
 * Counts how often a budget has no slot within reach: then its key works at its limit, and orders
 * wait for nothing but the rate that the exchange allows.
 */
export function meterBudget(budget: RateBudget, metrics: Metrics): RateBudget {
  return {
    ...budget,
    async reserve(request) {
      const reservation = await budget.reserve(request);
      if (reservation.kind === 'later') metrics.count(METRICS.budgetFull);
      return reservation;
    },
  };
}
