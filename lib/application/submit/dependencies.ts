import type { ReviewRules } from '../../domain/review-schedule.ts';
import type { Exchange } from '../exchange.ts';
import type {
  Accounts,
  Clock,
  Halts,
  Ids,
  Log,
  Metrics,
  OrderQueue,
  OrderStore,
} from '../ports.ts';
import type { RateBudget } from '../rate-budget.ts';
import type { SubmitSettings } from '../settings.ts';

/** What submitting orders needs. */
export interface SubmitDependencies {
  readonly orders: OrderStore;
  readonly queue: OrderQueue;
  readonly accounts: Accounts;
  readonly halts: Halts;
  readonly exchange: Exchange;
  readonly budget: RateBudget;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: SubmitSettings;
  readonly rules: ReviewRules;
}

/** How far handling one order came. */
export type Handled =
  /** Nothing is left to do for its message. */
  | { readonly kind: 'done' }
  /** The message, and the unsent rest of its group, comes back at about this time. */
  | { readonly kind: 'return'; readonly at: number };
