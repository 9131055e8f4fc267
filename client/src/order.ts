/** Where an order stands. */
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

/** Statuses after which nothing more is expected. */
export const FINAL_STATUSES: readonly OrderStatus[] = [
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
  'REJECTED',
  'DENIED',
  'EXPIRED',
  'NEVER_PLACED',
];

/** What the service is asked to place. Quantities and prices are decimal strings, never numbers. */
export interface OrderRequest {
  readonly accountId: string;
  /**
   * Your own id of the order, `[A-Za-z0-9_-]{1,36}`, unique per account for ever. Needed but for
   * webhooks, where the webhook id takes its place.
   */
  readonly clientOrderId?: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'MARKET' | 'LIMIT_MAKER';
  /** Base units. */
  readonly quantity?: string;
  /** Quote units; `MARKET` only, in place of `quantity`. */
  readonly amount?: string;
  readonly price?: string;
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK';
  readonly stpMode?: 'EXPIRE_TAKER' | 'EXPIRE_MAKER';
  /** Unix milliseconds; past it the order is never sent. */
  readonly validUntil?: number;
  readonly orderingKey?: string;
  readonly onNeverPlaced?: 'fail' | 'resubmit';
  /** Client order id of the order whose place this one takes. */
  readonly replaces?: string;
}

/** One trade of an order. */
export interface Fill {
  readonly tradeId: string;
  readonly ticketId?: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee?: string;
  readonly feeAsset?: string;
  readonly isMaker?: boolean;
  readonly at: number;
}

/** One stored intent to send, and what came of it. */
export interface Attempt {
  readonly attemptId: string;
  readonly keyId: string;
  readonly startedAt: number;
  readonly sentAt?: number;
  readonly fenceAt: number;
  readonly outcome: string;
  readonly evidence?: unknown;
}

/** One change of an order; what else it holds depends on `type`. */
export interface HistoryEntry {
  readonly sequence: number;
  readonly type: string;
  readonly at: number;
  readonly status: OrderStatus;
  readonly [detail: string]: unknown;
}

/** How far a cancel has come. */
export interface OrderCancel {
  readonly requestedAt: number;
  readonly status:
    | 'REQUESTED'
    | 'SENDING'
    | 'IN_DOUBT'
    | 'ACKNOWLEDGED'
    | 'REFUSED'
    | 'DONE'
    | 'TOO_LATE';
}

/** An order as events carry it: the whole order but for its attempts and history. */
export interface OrderSummary {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly type: 'LIMIT' | 'MARKET' | 'LIMIT_MAKER';
  readonly quantity?: string;
  readonly amount?: string;
  readonly price?: string;
  readonly timeInForce: 'GTC' | 'IOC' | 'FOK';
  readonly stpMode?: 'EXPIRE_TAKER' | 'EXPIRE_MAKER';
  readonly validUntil: number;
  readonly orderingKey: string;
  readonly replaces?: string;
  readonly replacedBy?: string;
  readonly onNeverPlaced: 'fail' | 'resubmit';
  readonly exchangeOrderId?: string;
  readonly executedQuantity: string;
  readonly cumulativeQuote: string;
  readonly averagePrice?: string;
  readonly fills: readonly Fill[];
  readonly fillsComplete: boolean;
  readonly fees: readonly { readonly asset: string; readonly amount: string }[];
  readonly rejection?: { readonly code: string; readonly message: string };
  readonly cancel?: OrderCancel;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** An order as the API shows it. Fields that a newer service adds are there, too, but not typed. */
export interface Order extends OrderSummary {
  readonly attempts: readonly Attempt[];
  /** The newest 40 changes. */
  readonly history: readonly HistoryEntry[];
}

/** A page of orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string;
}

/** Which orders a list shows. */
export interface OrderQuery {
  readonly accountId: string;
  readonly status?: OrderStatus;
  readonly cursor?: string;
  /** 1 to 100. */
  readonly limit?: number;
}
