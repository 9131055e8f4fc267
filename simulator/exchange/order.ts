export const SIDES = ['BUY', 'SELL'] as const;
export type Side = (typeof SIDES)[number];
export const ORDER_TYPES = ['LIMIT', 'MARKET', 'LIMIT_MAKER'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];
export const TIMES_IN_FORCE = ['GTC', 'IOC', 'FOK'] as const;
export type TimeInForce = (typeof TIMES_IN_FORCE)[number];
export const STP_MODES = ['EXPIRE_TAKER', 'EXPIRE_MAKER'] as const;
export type StpMode = (typeof STP_MODES)[number];

export type OrderStatus =
  | 'PENDING_NEW'
  | 'NEW'
  | 'PARTIALLY_FILLED'
  | 'FILLED'
  | 'PARTIALLY_CANCELED'
  | 'CANCELED'
  | 'REJECTED';

/** What a client asks for, checked for form. Absent numbers are `'0'`, as on the wire. */
export type OrderRequest = {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  readonly timeInForce: TimeInForce;
  readonly stpMode: StpMode;
  readonly price: string;
  /** Base units; `'0'` for a market order by amount. */
  readonly quantity: string;
  /** Quote units of a market order by amount, else `'0'`. */
  readonly amount: string;
  readonly clientOrderId: string;
};

/** One order as the exchange keeps it. A record is replaced, never changed. */
export type Order = OrderRequest & {
  readonly orderId: string;
  readonly accountId: string;
  readonly status: OrderStatus;
  readonly executed: string;
  readonly executedQuote: string;
  readonly fee: string;
  readonly feeAsset: string;
  /** What is still reserved for it, in the asset it pays with. */
  readonly locked: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly cancelReason: string;
  /** Orders of one price are served in this order; `''` until on the book. */
  readonly rank: string;
  /** Before this time matching has not seen the order. */
  readonly matchFrom: number;
  /** Before this time queries do not show the order. */
  readonly visibleFrom: number;
  /** Lost by the exchange, as after a restore from a backup. */
  readonly forgotten: boolean;
};

export const isOpen = (order: Order): boolean =>
  order.status === 'PENDING_NEW' || order.status === 'NEW' || order.status === 'PARTIALLY_FILLED';

/** One account's side of one match. */
export type Trade = {
  readonly id: string;
  readonly ticketId: string;
  readonly accountId: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly symbol: string;
  readonly price: string;
  readonly quantity: string;
  readonly fee: string;
  readonly feeAsset: string;
  readonly time: number;
  readonly isBuyer: boolean;
  readonly isMaker: boolean;
  /** Taken back by the exchange: no list shows it. */
  readonly isVoid?: boolean | undefined;
};
