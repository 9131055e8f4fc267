import type { Evidence, StatusReport, TradeReport } from '../domain/execution-report.ts';
import type { InstrumentRules } from '../domain/instrument.ts';
import type { OrderTerms } from '../domain/order-terms.ts';
import type { UnixMs } from '../domain/time.ts';
import type { ApiKey, ExchangeSite } from './account.ts';

/** One create call. The timestamp is made at the moment of sending, never before. */
export interface SubmitCommand {
  readonly site: ExchangeSite;
  readonly key: ApiKey;
  readonly clientOrderId: string;
  readonly terms: OrderTerms;
  /** How old the exchange may find the request. */
  readonly recvWindowMs: number;
  /** After this time nothing is sent any more and the answer is `not-sent`. */
  readonly sendBy: UnixMs;
  /** From the first byte to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** When a call left, when its answer came, and the exchange's own stamp if it gave one. */
export interface CallTiming {
  readonly sentAt: UnixMs;
  readonly answeredAt: UnixMs;
  readonly exchangeAt?: UnixMs;
}

/** What one create call proved. Nothing outside the outcome table may say `rejected`. */
export type SubmitAnswer = { readonly evidence: Evidence; readonly timing: CallTiming } & (
  | { readonly kind: 'accepted'; readonly report: StatusReport }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  /** Not placed; the key is suspended. */
  | { readonly kind: 'throttled' }
  /** Not placed; the address is blocked. */
  | { readonly kind: 'banned' }
  /** Not placed; the exchange asks to come back later, nobody is suspended. */
  | { readonly kind: 'deferred' }
  /** Proven never to have left: no connection, or `sendBy` had passed. */
  | { readonly kind: 'not-sent' }
  | { readonly kind: 'clock-skew' }
  | { readonly kind: 'bad-key' }
  /** The exchange has (or had) an order of this client order id. */
  | { readonly kind: 'duplicate' }
  | { readonly kind: 'unknown' }
);

/** One cancel call. The exchange's own id names one order for ever, so a repeat meets no other. */
export interface CancelCommand {
  readonly site: ExchangeSite;
  readonly key: ApiKey;
  readonly exchangeOrderId: string;
  /** Not sent; an answer that names another order proves nothing. */
  readonly clientOrderId: string;
  readonly recvWindowMs: number;
  readonly sendBy: UnixMs;
  readonly timeoutMs: number;
}

/** One call that cancels many: the account's open orders, oldest first, up to a limit. */
export interface CancelManyCommand
  extends Omit<CancelCommand, 'exchangeOrderId' | 'clientOrderId'> {
  /** Only orders of this instrument. */
  readonly symbol?: string;
  /** How many at most; 1 to 200. */
  readonly limit: number;
}

/** What a cancel call came to besides being taken. */
export type CancelFailure = { readonly evidence: Evidence; readonly timing: CallTiming } & {
  readonly kind:
    | 'not-open'
    | 'rejected'
    | 'throttled'
    | 'banned'
    | 'deferred'
    | 'not-sent'
    | 'clock-skew'
    | 'bad-key'
    | 'unknown';
};

/**
 * What one cancel call proved: never that the order is canceled. `accepted` means that the exchange
 * will try, and its report usually has the status from before; `not-open` that nothing is open under
 * this id, filled, canceled or not known. Either way only a query tells the truth.
 */
export type CancelAnswer =
  | {
      readonly kind: 'accepted';
      readonly report: StatusReport;
      readonly evidence: Evidence;
      readonly timing: CallTiming;
    }
  | CancelFailure;

/** What a call that cancels many proved: that the exchange will try, or why not. */
export type CancelManyAnswer =
  | { readonly kind: 'accepted'; readonly evidence: Evidence; readonly timing: CallTiming }
  | CancelFailure;

/** Why a query said nothing about the order it asked for. */
export type QueryFailure = {
  readonly kind: 'throttled' | 'banned' | 'bad-key' | 'clock-skew' | 'unavailable';
  readonly evidence: Evidence;
};

/** What a query by client order id proved. */
export type QueryAnswer =
  | { readonly kind: 'found'; readonly report: StatusReport; readonly evidence: Evidence }
  /** The exchange's explicit "order not found"; the caller judges whether it is late enough. */
  | { readonly kind: 'not-found'; readonly evidence: Evidence }
  | QueryFailure;

/** One page of orders, newest or oldest first; `nextFromOrderId` when there may be more. */
export type PageAnswer =
  | {
      readonly kind: 'page';
      readonly reports: readonly StatusReport[];
      readonly nextFromOrderId?: string;
      readonly evidence: Evidence;
    }
  | QueryFailure;

/** One page of trades, newest first; `nextToTradeId` when there may be older ones. */
export type TradesAnswer =
  | {
      readonly kind: 'trades';
      readonly trades: readonly TradeReport[];
      readonly nextToTradeId?: string;
      readonly evidence: Evidence;
    }
  | QueryFailure;

/** Which trades are asked for. */
export interface TradesQuestion {
  /** Trades from this time on, as the exchange counts time; it knows those of 30 days. */
  readonly since: UnixMs;
  /** Of one order only. */
  readonly clientOrderId?: string;
  /** Older ones than this. */
  readonly toTradeId?: string;
}

/** What a signed read needs. */
export interface QueryContext {
  readonly site: ExchangeSite;
  readonly key: ApiKey;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
}

/**
 * The exchange as the use cases see it. No method throws for anything the exchange or the network
 * does: every end is a member of the answer's union. Nothing is retried inside.
 */
export interface Exchange {
  /** Sends one create call, once. */
  submit(command: SubmitCommand): Promise<SubmitAnswer>;
  /** Sends one cancel call, once. */
  cancel(command: CancelCommand): Promise<CancelAnswer>;
  /** Sends one call that cancels many, once. */
  cancelMany(command: CancelManyCommand): Promise<CancelManyAnswer>;
  queryOrder(context: QueryContext, clientOrderId: string): Promise<QueryAnswer>;
  openOrders(context: QueryContext, fromOrderId?: string): Promise<PageAnswer>;
  /** Closed orders that changed since `since`, as the exchange counts time. */
  orderHistory(context: QueryContext, since: UnixMs, fromOrderId?: string): Promise<PageAnswer>;
  trades(context: QueryContext, question: TradesQuestion): Promise<TradesAnswer>;
  /**
   * The trading rules of a site, from a bounded cache.
   *
   * @returns undefined when they are not known and cannot be had now
   */
  instruments(site: ExchangeSite): Promise<ReadonlyMap<string, InstrumentRules> | undefined>;
  /**
   * Makes a site's clock known where it is not, so that no slot waits for that: a signed call of a
   * process that has just started would leave some round trips after its slot.
   */
  prepare(site: ExchangeSite): Promise<void>;
  /** Measures the clock offset of a site afresh; called after a `clock-skew` answer. */
  resynchronise(site: ExchangeSite): Promise<void>;
}
