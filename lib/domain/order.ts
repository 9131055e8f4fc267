import type { DecimalString } from './decimal.ts';
import type { OrderEvent } from './events.ts';
import type { Evidence } from './execution-report.ts';
import type { Fill } from './fill.ts';
import type { OrderTerms } from './order-terms.ts';
import type { UnixMs } from './time.ts';

/** Where an order stands. Names are a public contract. */
export type OrderStatus =
  | 'RECEIVED'
  | 'SENDING'
  | 'IN_DOUBT'
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'CANCELED'
  | 'PARTIALLY_CANCELED'
  | 'REJECTED'
  | 'DENIED'
  | 'EXPIRED'
  | 'NEVER_PLACED'
  | 'HELD';

/** Every status, in the order in which a person meets them. */
export const ORDER_STATUSES: readonly OrderStatus[] = [
  'RECEIVED',
  'SENDING',
  'IN_DOUBT',
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
  'REJECTED',
  'DENIED',
  'EXPIRED',
  'NEVER_PLACED',
  'HELD',
];

const FINAL: ReadonlySet<OrderStatus> = new Set<OrderStatus>([
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
  'REJECTED',
  'DENIED',
  'EXPIRED',
  'NEVER_PLACED',
]);

/** Says whether nothing more is expected. `NEVER_PLACED` is final but still watched. */
export function isFinal(status: OrderStatus): boolean {
  return FINAL.has(status);
}

/** Says whether the exchange holds the order open. */
export function isOpen(status: OrderStatus): boolean {
  return status === 'NEW' || status === 'PARTIALLY_FILLED';
}

/** What became of one attempt to send. `pending` until an answer is stored. */
export type AttemptOutcome =
  | 'pending'
  | 'accepted'
  | 'rejected'
  | 'unknown'
  | 'duplicate'
  | 'absent'
  | ReturnedOutcome;

/** Outcomes that prove that the attempt placed nothing and that the order may be sent again. */
export type ReturnedOutcome =
  | 'throttled'
  | 'banned'
  | 'deferred'
  | 'not-sent'
  | 'clock-skew'
  | 'bad-key';

/** One stored intent to send, and what came of it. */
export interface Attempt {
  readonly attemptId: string;
  /** Fingerprint of the API key; never the key. */
  readonly keyId: string;
  /** When the intent was stored. */
  readonly startedAt: UnixMs;
  /** The request leaves at or before this time, or never. */
  readonly sendBy: UnixMs;
  readonly recvWindowMs: number;
  /** After this time the exchange can no longer begin to accept the request. */
  readonly fenceAt: UnixMs;
  /** When the request left, as far as it is known. */
  readonly sentAt?: UnixMs;
  readonly outcome: AttemptOutcome;
  readonly evidence?: Evidence;
}

/** An authoritative not-found, counted towards a proof of absence. */
export interface Absence {
  readonly source: 'query' | 'open-orders-and-history';
  readonly at: UnixMs;
}

/**
 * How far a cancel has come. `ACKNOWLEDGED`: the exchange has heard of it, which says nothing of the
 * order; `DONE`: the order ended as canceled; `TOO_LATE`: it ended otherwise.
 */
export type CancelStatus =
  | 'REQUESTED'
  | 'SENDING'
  | 'IN_DOUBT'
  | 'ACKNOWLEDGED'
  | 'REFUSED'
  | 'DONE'
  | 'TOO_LATE';

/** A wish to cancel an order, and what came of it. */
export interface OrderCancel {
  readonly requestedAt: UnixMs;
  readonly status: CancelStatus;
  /** How many calls were sent, or may have been. */
  readonly attempts: number;
  /** The newest of them. */
  readonly attemptId?: string;
  readonly startedAt?: UnixMs;
}

/** What one cancel call came to. `acknowledged` is an acknowledgement and never a verdict. */
export type CancelOutcome =
  | 'acknowledged'
  /** Nothing is open under this id: filled, canceled or not known. Only a query says which. */
  | 'not-open'
  | 'unknown'
  /** This order cannot be canceled. */
  | 'refused'
  | ReturnedOutcome;

/** One change, as callers and the event bus see it. `sequence` is gap-free per order. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly type: OrderEvent['type'];
  readonly at: UnixMs;
  /** Status after this change. */
  readonly status: OrderStatus;
  /** What is specific to the change; plain JSON without secrets. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** One order, from its receipt to its end. Changed only by `evolve`. */
export interface Order {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly terms: OrderTerms;
  /** SHA-256 of the request as the caller gave it; tells a repeat from another order. */
  readonly requestHash: string;
  /** The request as the caller gave it, so that it can be put on the queue again. */
  readonly request: Readonly<Record<string, unknown>>;
  /** Whose signed webhook it was; absent for other origins. Not part of the public shape. */
  readonly producerId?: string;
  readonly status: OrderStatus;
  /** Why the order stands where it stands, as a code. */
  readonly reason?: string;
  readonly exchangeOrderId?: string;
  readonly executedQuantity: DecimalString;
  readonly cumulativeQuote: DecimalString;
  readonly averagePrice?: DecimalString;
  /** Trades in the order in which they happened; absent before the first. */
  readonly fills?: readonly Fill[];
  readonly rejection?: { readonly code: string; readonly message: string };
  readonly attempts: readonly Attempt[];
  /** Counts since the doubt about the latest attempt began. */
  readonly absences: readonly Absence[];
  /** Times at which an order that was open could not be found. */
  readonly missingAt: readonly UnixMs[];
  readonly preparationFailures: number;
  /** Client order id of the one order that may take this one's place. */
  readonly replacedBy?: string;
  /** Present from the first wish to cancel on. */
  readonly cancel?: OrderCancel;
  /** The newest changes; older ones are on the event bus. */
  readonly history: readonly HistoryEntry[];
  readonly createdAt: UnixMs;
  readonly updatedAt: UnixMs;
  /** Sequence of the newest change; what a conditional write compares. */
  readonly version: number;
}

/** The name of one order. */
export interface OrderKey {
  readonly accountId: string;
  readonly clientOrderId: string;
}

/**
 * Says whether a late statement of the exchange may still overturn how the order ended: nothing but
 * our own proof says that it has none.
 */
export function isWatched({ status, exchangeOrderId, attempts }: Order): boolean {
  if (status === 'NEVER_PLACED') return true;
  return status === 'CANCELED' && exchangeOrderId === undefined && attempts.length > 0;
}

/** Gives the newest attempt, if the order was ever about to be sent. */
export function latestAttempt(order: Order): Attempt | undefined {
  return order.attempts.at(-1);
}
