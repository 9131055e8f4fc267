/** An answer as it leaves the exchange. */
export interface WireAnswer {
  readonly httpStatus: number;
  readonly text: string;
}

/** Makes an answer with a JSON body. */
export function json(httpStatus: number, body: unknown): WireAnswer {
  return { httpStatus, text: JSON.stringify(body) };
}

/** Makes an answer that names an error, in the exchange's own form. */
export function refusal(httpStatus: number, code: string, msg: string): WireAnswer {
  return json(httpStatus, { code, msg });
}

const HTML = '<html><body><h1>Bad Gateway</h1></body></html>';

/** Answers that stand for themselves. */
export const ANSWERS = {
  badGateway: { httpStatus: 502, text: HTML },
  away: { httpStatus: 503, text: '' },
  htmlSuccess: { httpStatus: 200, text: HTML },
  banned: { httpStatus: 418, text: '' },
  limited: refusal(429, '0003', 'Rate limit exceeded'),
  limitedAs400: refusal(400, '0003', 'Rate limit exceeded'),
  unknownStatus: refusal(400, '-1006', 'Unexpected reply, execution status unknown'),
  internal: refusal(400, '-1000', 'An unknown error occurred'),
  disconnected: refusal(200, '-1001', 'Internal error'),
  unlisted: refusal(400, '-4321', 'A code that nobody has documented'),
  balance: refusal(400, '0401', 'Insufficient asset'),
  deferred: refusal(400, '-1193', 'Too many orders, try later'),
  skewed: refusal(400, '-1021', 'Timestamp for this request is outside of the recvWindow'),
  badKey: refusal(401, '0102', 'Invalid APIKey'),
  wrongAddress: refusal(403, '0202', 'Invalid IP'),
  badSignature: refusal(400, '0002', 'Incorrect signature'),
  duplicate: refusal(400, '-1141', 'Duplicate order'),
  notFound: refusal(400, '-2013', 'Order does not exist'),
  filled: refusal(400, '-1139', 'Order has been filled'),
  canceled: refusal(400, '-1142', 'Order has been canceled'),
  locked: refusal(400, '-1144', 'Order is locked'),
  notCancelable: refusal(400, '-1145', 'This order type cannot be canceled'),
  noListenKey: refusal(400, '-1125', 'This listenKey does not exist'),
  noHandler: refusal(404, '404', 'path without a handler'),
} as const;

/** The rules of one instrument, as exchange information states them. */
export function exchangeInformation(startAt: number): WireAnswer {
  return json(200, {
    timezone: 'UTC',
    serverTime: String(startAt),
    symbols: [
      {
        symbol: 'BTCUSD',
        status: 'TRADING',
        tradeStatus: 'TRADABLE',
        quotePrecision: '0.0000001',
        filters: [
          { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '100000', tickSize: '0.01' },
          { filterType: 'LOT_SIZE', minQty: '0.0001', maxQty: '16', stepSize: '0.00001' },
          { filterType: 'MIN_NOTIONAL', minNotional: '10' },
        ],
      },
    ],
  });
}
