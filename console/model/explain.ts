import { codeMeaning } from '../../lib/adapters/hashkey/code-meaning.ts';
import { type Explanation, explainOrder } from '../../lib/application/explain/explain-order.ts';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { SWEEPS } from '../../lib/domain/review-schedule.ts';
import type { AccountResource, OrderResource } from './resources.ts';

/** What the page knows besides the order. */
export interface Surroundings {
  readonly now: number;
  /** How long silence has to last after the fence in this stage. */
  readonly horizonMs: number;
  /** Undefined while nothing is known of the account's gates. */
  readonly account: AccountResource | undefined;
}

/** Explains an order in the sentences of `hashkey-orders why`. */
export function explain(
  order: OrderResource,
  { now, horizonMs, account }: Surroundings,
): Explanation {
  const rules = { ...ABSENCE_RULES, ...SWEEPS, horizonMs };
  return explainOrder(order, { now, rules, account, codeMeaning });
}
