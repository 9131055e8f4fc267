import type { CancelStatus, OrderStatus } from '../../domain/order.ts';
import type { OnNeverPlaced, OrderType, Side, TimeInForce } from '../../domain/order-terms.ts';
import type { UnixMs } from '../../domain/time.ts';

/** One change of an order as the API gives it: what is specific lies beside the rest. */
export interface ToldChange {
  readonly sequence: number;
  readonly type: string;
  readonly at: UnixMs;
  readonly status: OrderStatus;
  readonly [field: string]: unknown;
}

/** One stored intent to send as the API gives it. */
export interface ToldAttempt {
  readonly attemptId: string;
  readonly keyId: string;
  readonly startedAt: UnixMs;
  readonly sentAt?: UnixMs | undefined;
  readonly fenceAt: UnixMs;
  readonly outcome: string;
  readonly evidence?: unknown;
}

/** One trade as the API gives it. Decimal strings, in base and quote units. */
export interface ToldFill {
  readonly tradeId: string;
  readonly price: string;
  readonly quantity: string;
  readonly at: UnixMs;
}

/** What is read of an order resource, whoever fetched it, to explain it. Times are Unix ms. */
export interface ToldOrder {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly status: OrderStatus;
  readonly reason?: string | undefined;
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly quantity?: string | undefined;
  readonly amount?: string | undefined;
  readonly price?: string | undefined;
  readonly timeInForce: TimeInForce;
  readonly validUntil: UnixMs;
  readonly orderingKey: string;
  readonly replaces?: string | undefined;
  readonly onNeverPlaced: OnNeverPlaced;
  readonly exchangeOrderId?: string | undefined;
  readonly executedQuantity: string;
  readonly cumulativeQuote: string;
  readonly averagePrice?: string | undefined;
  readonly fills: readonly ToldFill[];
  readonly rejection?: { readonly code: string; readonly message: string } | undefined;
  readonly cancel?: { readonly requestedAt: UnixMs; readonly status: CancelStatus } | undefined;
  readonly attempts: readonly ToldAttempt[];
  /** The newest changes, oldest first. */
  readonly history: readonly ToldChange[];
  readonly createdAt: UnixMs;
  readonly updatedAt: UnixMs;
  readonly version: number;
}

/** Whether requests may leave, as the API gives it. */
export type ToldGate =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      readonly until: UnixMs | 'operator';
      readonly reason: string;
    };

/** What is read of an account resource: what may keep an order from being sent. */
export interface ToldAccount {
  readonly halted: boolean;
  readonly reason?: string | undefined;
  readonly egress: { readonly gate: ToldGate };
  readonly keys: readonly { readonly gate: ToldGate }[];
}
