import * as z from 'zod/mini';

/** A field that may be missing, null or of a kind we do not know: all of them mean "not stated". */
const stated = z.catch(z.optional(z.string()), undefined);

/** Ids are compared by size when pages are read, so they must be whole numbers. */
const ORDER_ID = /^\d{1,20}$/;
const SYMBOL = /^[A-Za-z0-9._-]{1,40}$/;

/**
 * An order as the answers to create, cancel, query and both lists state it. Numbers are texts (see
 * `parseJson`); fields that we do not use are ignored.
 */
export const orderSchema = z.object({
  clientOrderId: z.string().check(z.maxLength(255)),
  orderId: z.string().check(z.regex(ORDER_ID)),
  symbol: z.string().check(z.regex(SYMBOL)),
  side: z.enum(['BUY', 'SELL']),
  type: stated,
  status: z.string().check(z.minLength(1)),
  executedQty: z.string(),
  origQty: stated,
  price: stated,
  cumulativeQuoteQty: stated,
  /** The exchange's older spelling; both are sent. */
  cummulativeQuoteQty: stated,
  avgPrice: stated,
  ordCxlReason: stated,
  transactTime: stated,
  updateTime: stated,
  time: stated,
});

/** An order as the exchange states it. */
export type WireOrder = z.infer<typeof orderSchema>;

/** A list of orders. One unreadable order makes the whole list unreadable. */
export const orderListSchema = z.array(orderSchema);

/** A trade as both lists of trades state it; the fee stands in either of three places. */
export const tradeSchema = z.object({
  id: z.string().check(z.regex(ORDER_ID)),
  ticketId: stated,
  clientOrderId: z.string().check(z.maxLength(255)),
  orderId: z.string().check(z.regex(ORDER_ID)),
  symbol: z.string().check(z.regex(SYMBOL)),
  price: z.string(),
  qty: z.string(),
  time: z.string().check(z.regex(/^\d{13}$/)),
  isBuyer: z.boolean(),
  isMaker: z.catch(z.optional(z.boolean()), undefined),
  commission: stated,
  commissionAsset: stated,
  feeAmount: stated,
  feeCoinId: stated,
  fee: z.catch(z.optional(z.object({ fee: stated, feeCoinId: stated })), undefined),
});

/** A trade as the exchange states it. */
export type WireTrade = z.infer<typeof tradeSchema>;

/** A list of trades. One unreadable trade makes the whole list unreadable. */
export const tradeListSchema = z.array(tradeSchema);

/** The answer to a question for a listen key. */
export const listenKeySchema = z.object({ listenKey: z.string().check(z.regex(/^\w{16,128}$/)) });

/**
 * An execution report of the user data stream: one order as it stands, and the fill that caused
 * the report if `d` names one. Other events have no `i` or no `X`.
 */
export const streamOrderSchema = z.object({
  s: z.string().check(z.regex(SYMBOL)),
  c: z.string().check(z.maxLength(255)),
  S: z.enum(['BUY', 'SELL']),
  i: z.string().check(z.regex(ORDER_ID)),
  X: z.string().check(z.minLength(1)),
  z: z.string(),
  E: stated,
  U: stated,
  o: stated,
  q: stated,
  p: stated,
  Z: stated,
  V: stated,
  x: stated,
  d: stated,
  T: stated,
  l: stated,
  L: stated,
  n: stated,
  N: stated,
  rt: stated,
});

/** An execution report as the exchange sends it. */
export type WireStreamOrder = z.infer<typeof streamOrderSchema>;

/** A heartbeat of the server, to be answered with its number. */
export const pingSchema = z.object({ ping: z.string().check(z.regex(/^\d{1,16}$/)) });

/** A body that may name an error, under either pair of names. */
export const errorSchema = z.object({
  code: stated,
  msg: stated,
  errorCode: stated,
  errorMsg: stated,
});

/** The answers to the calls that cancel many. The last order's id is a bare number beyond 2^53. */
export const cancelManySchema = z.union([
  z.object({ lastOrderId: z.string().check(z.regex(ORDER_ID)) }),
  z.object({ success: z.literal(true) }),
]);

/** The answer to a question for the time. */
export const serverTimeSchema = z.object({ serverTime: z.string().check(z.regex(/^\d{13}$/)) });

const instrumentSchema = z.object({
  symbol: z.string().check(z.regex(SYMBOL)),
  status: z.string().check(z.minLength(1)),
  tradeStatus: stated,
  quotePrecision: stated,
  filters: z.array(z.record(z.string(), z.unknown())),
});

/** An instrument as the exchange states it. */
export type WireInstrument = z.infer<typeof instrumentSchema>;

/**
 * Exchange information: an envelope, or the bare instrument when one symbol was asked for. An
 * answer without any instrument is unreadable, or an exchange under maintenance would make us deny
 * every order.
 */
export const exchangeInfoSchema = z.union([
  z.object({ symbols: z.array(instrumentSchema).check(z.minLength(1)) }),
  instrumentSchema,
]);

/** Exchange information as the exchange states it. */
export type WireExchangeInfo = z.infer<typeof exchangeInfoSchema>;
