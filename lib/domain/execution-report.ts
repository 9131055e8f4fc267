import type { DecimalString } from './decimal.ts';
import type { Fill } from './fill.ts';
import type { OrderType, Side } from './order-terms.ts';
import type { UnixMs } from './time.ts';

/** Where a statement about an order came from. */
export type EvidenceSource =
  | 'submit'
  | 'cancel'
  | 'query'
  | 'open-orders'
  | 'history'
  | 'trades'
  | 'stream'
  | 'open-orders-and-history';

/** Code of an answer that is about an order of another client order id than the one asked about. */
export const OTHER_ORDER = 'OTHER_ORDER';

/** The exchange statement (or its absence) on which an outcome stands. Holds no secret. */
export interface Evidence {
  readonly source: EvidenceSource;
  readonly at: UnixMs;
  readonly httpStatus?: number;
  /** The exchange's code as text, or our name of a transport fault such as `ECONNRESET`. */
  readonly code?: string;
  /** At most 200 characters of the exchange's message. */
  readonly message?: string;
}

/**
 * The exchange's own statuses. `UNRECOGNISED` stands for one it invented later: the order exists,
 * more is not assumed.
 */
export type ReportedStatus =
  | 'PENDING_NEW'
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'PENDING_CANCEL'
  | 'FILLED'
  | 'CANCELED'
  | 'PARTIALLY_CANCELED'
  | 'REJECTED'
  | 'UNRECOGNISED';

/** What the exchange states about one trade of one order. */
export interface TradeReport {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  readonly fill: Fill;
}

/** What the exchange states about the whole of one order. Quantities are cumulative. */
export interface StatusReport {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly symbol: string;
  readonly side: Side;
  /** Absent when the exchange names a type that we do not send. */
  readonly type?: OrderType;
  /** Ordered base quantity; absent (or "0" on the wire) for a market order by amount. */
  readonly quantity?: DecimalString;
  /** Absent for market orders. */
  readonly price?: DecimalString;
  readonly status: ReportedStatus;
  /** The status as the exchange wrote it. */
  readonly statusText: string;
  readonly executedQuantity: DecimalString;
  /** Absent in the answer to a submission. */
  readonly cumulativeQuote?: DecimalString;
  readonly averagePrice?: DecimalString;
  /** Why the exchange canceled or rejected it, in its own word. */
  readonly reason?: string;
  /** The exchange's own time of the statement or of the last change. */
  readonly exchangeAt?: UnixMs;
}
