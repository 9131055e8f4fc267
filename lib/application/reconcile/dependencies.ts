import type { Exchange } from '../exchange.ts';
import type {
  Accounts,
  Clock,
  ExternalOrders,
  Log,
  Metrics,
  OrderQueue,
  OrderStore,
} from '../ports.ts';
import type { RateBudget } from '../rate-budget.ts';
import type { ReconcileSettings } from '../settings.ts';
import type { StreamLeases } from '../user-stream.ts';

/** What reconciling needs. */
export interface ReconcileDependencies {
  readonly orders: OrderStore;
  readonly queue: OrderQueue;
  /** The queue of cancels. */
  readonly cancels: OrderQueue;
  readonly accounts: Accounts;
  readonly exchange: Exchange;
  readonly budget: RateBudget;
  readonly external: ExternalOrders;
  readonly leases: StreamLeases;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly settings: ReconcileSettings;
  readonly rules: ReconcileSettings;
}
