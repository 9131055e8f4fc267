import type { CancelFailure, SubmitAnswer } from '../../application/exchange.ts';

/** What an answer to a create call can prove besides acceptance. */
export type CreateClass = Exclude<SubmitAnswer['kind'], 'accepted' | 'not-sent'>;
/** What an answer to a cancel call can prove besides acceptance. */
export type CancelClass = Exclude<CancelFailure['kind'], 'not-sent'>;
/** What an answer to a query can prove besides an order. */
export type QueryClass =
  | 'not-found'
  | 'throttled'
  | 'banned'
  | 'bad-key'
  | 'clock-skew'
  | 'unavailable';

/** What one answer proves about each kind of call. */
export interface Treatment {
  readonly create: CreateClass;
  readonly cancel: CancelClass;
  readonly query: QueryClass;
}

const treat = (create: CreateClass, cancel: CancelClass, query: QueryClass): Treatment => ({
  create,
  cancel,
  query,
});

/** Proves nothing: perhaps. Also the treatment of everything that is not listed. */
export const UNKNOWN = treat('unknown', 'unknown', 'unavailable');
const REFUSED = treat('rejected', 'unknown', 'unavailable');
/** The request itself is wrong, whatever it asked for. */
const WRONG = treat('rejected', 'rejected', 'unavailable');
const THROTTLED = treat('throttled', 'throttled', 'throttled');
const BANNED = treat('banned', 'banned', 'banned');
const LATER = treat('deferred', 'deferred', 'unavailable');
const BAD_KEY = treat('bad-key', 'bad-key', 'bad-key');
const CLOCK = treat('clock-skew', 'clock-skew', 'clock-skew');
const DUPLICATE = treat('duplicate', 'unknown', 'unavailable');
const ABSENT = treat('unknown', 'not-open', 'not-found');
const NOT_OPEN = treat('unknown', 'not-open', 'unavailable');
const LOCKED = treat('unknown', 'deferred', 'unavailable');
const NO_CANCEL = treat('unknown', 'rejected', 'unavailable');

/** HTTP statuses that decide alone, whatever the body says. */
export function treatmentOfStatus(httpStatus: number): Treatment | undefined {
  if (httpStatus >= 500) return UNKNOWN;
  if (httpStatus === 429) return THROTTLED;
  return httpStatus === 418 ? BANNED : undefined;
}

/** HTTP statuses that decide when the body is an object without a listed code. */
export function treatmentOfUnlisted(httpStatus: number): Treatment {
  return httpStatus === 401 || httpStatus === 403 ? BAD_KEY : UNKNOWN;
}

/**
 * How well a code is known: `doc` in the exchange's tables of several editions, `uae` in the newest
 * only, `glb` in Global's only, `ccxt` in that library's copy only, `probe` seen on public
 * endpoints.
 */
export type Source = 'doc' | 'uae' | 'glb' | 'ccxt' | 'probe';

/** One code of the exchange. */
export type CodeRow = readonly [
  code: string,
  treatment: Treatment,
  source: Source,
  meaning: string,
];

/**
 * Every code of the order path and what it proves. Nothing else may call an order rejected.
 *
 * @see docs/hashkey.md, "Codes": the conflicts, and why a row is more careful than its name
 */
export const CODE_ROWS: readonly CodeRow[] = [
  ['0001', WRONG, 'doc', 'a field is missing or wrong, unless the message says otherwise'],
  ['0002', BAD_KEY, 'ccxt', 'incorrect signature'],
  ['0003', THROTTLED, 'doc', 'rate limit exceeded'],
  ['0102', BAD_KEY, 'doc', 'invalid API key'],
  ['0103', BAD_KEY, 'doc', 'API key expired'],
  ['0104', BAD_KEY, 'doc', 'account id not allowed for the key'],
  ['0201', WRONG, 'doc', 'instrument not found'],
  ['0202', BAD_KEY, 'doc', 'address not on the white list of the key'],
  ['0206', REFUSED, 'doc', 'order type not supported'],
  ['0207', REFUSED, 'doc', 'invalid price'],
  ['0209', REFUSED, 'doc', 'price has too many digits'],
  ['0210', REFUSED, 'doc', 'price outside the allowed range'],
  ['0211', ABSENT, 'doc', 'order not found'],
  ['0212', NOT_OPEN, 'uae', 'order completed or not there'],
  ['0401', REFUSED, 'doc', 'not enough of the asset'],
  ['0402', REFUSED, 'ccxt', 'invalid asset'],
  ['-1000', UNKNOWN, 'doc', 'unknown error while processing'],
  ['-1001', UNKNOWN, 'doc', 'internal error, disconnected'],
  ['-1002', BAD_KEY, 'doc', 'key not valid for this environment'],
  ['-1004', UNKNOWN, 'doc', 'bad request'],
  ['-1005', BAD_KEY, 'doc', 'no permission'],
  ['-1006', UNKNOWN, 'doc', 'unexpected reply inside, execution status unknown'],
  ['-1007', UNKNOWN, 'doc', 'timeout inside, sending and execution status unknown'],
  ['-1014', REFUSED, 'doc', 'combination of order fields not supported'],
  ['-1015', THROTTLED, 'doc', 'too many new orders'],
  ['-1020', WRONG, 'doc', 'operation not supported'],
  ['-1021', CLOCK, 'doc', 'timestamp outside the receive window or ahead by 1000 ms'],
  ['-1024', DUPLICATE, 'doc', 'duplicate request'],
  ['-1101', LATER, 'doc', 'feature offline'],
  ['-1102', WRONG, 'uae', 'illegal parameter'],
  ['-1115', REFUSED, 'doc', 'invalid time in force'],
  ['-1117', REFUSED, 'doc', 'invalid side'],
  ['-1123', WRONG, 'doc', 'invalid client order id'],
  ['-1124', REFUSED, 'doc', 'invalid price'],
  ['-1126', REFUSED, 'doc', 'invalid quantity'],
  ['-1129', REFUSED, 'doc', 'quantity and amount both sent'],
  ['-1130', WRONG, 'doc', 'illegal parameter, named in the message'],
  ['-1132', REFUSED, 'doc', 'price too high'],
  ['-1133', REFUSED, 'doc', 'price too low'],
  ['-1135', REFUSED, 'doc', 'quantity too large'],
  ['-1136', REFUSED, 'doc', 'quantity too small'],
  ['-1137', REFUSED, 'doc', 'quantity has too many digits'],
  ['-1138', NOT_OPEN, 'ccxt', 'order partially canceled, or price moves too far'],
  ['-1139', NOT_OPEN, 'doc', 'order has been filled'],
  ['-1140', REFUSED, 'doc', 'amount below the minimum'],
  ['-1141', DUPLICATE, 'doc', 'duplicate client order id'],
  ['-1142', NOT_OPEN, 'doc', 'order has been canceled'],
  ['-1143', NOT_OPEN, 'doc', 'order not on the book'],
  ['-1144', LOCKED, 'doc', 'order locked'],
  ['-1145', NO_CANCEL, 'doc', 'orders of this type cannot be canceled'],
  ['-1146', UNKNOWN, 'doc', 'timeout while creating'],
  ['-1147', UNKNOWN, 'doc', 'timeout while canceling'],
  ['-1148', REFUSED, 'doc', 'amount has too many digits'],
  ['-1149', UNKNOWN, 'doc', 'creation failed'],
  ['-1150', UNKNOWN, 'doc', 'cancellation failed'],
  ['-1151', REFUSED, 'doc', 'instrument not open yet'],
  ['-1152', BAD_KEY, 'doc', 'user does not exist'],
  ['-1153', REFUSED, 'doc', 'invalid price type'],
  ['-1154', REFUSED, 'doc', 'invalid position side'],
  ['-1155', REFUSED, 'doc', 'instrument not open to API trading'],
  ['-1156', REFUSED, 'doc', 'post-only would trade at once (Global)'],
  ['-1160', BAD_KEY, 'doc', 'account does not exist'],
  ['-1181', UNKNOWN, 'ccxt', 'system error'],
  ['-1186', BAD_KEY, 'uae', 'key may not place orders'],
  ['-1193', LATER, 'doc', 'too many orders'],
  ['-1194', REFUSED, 'doc', 'market orders forbidden'],
  ['-1195', REFUSED, 'ccxt', 'above the price band of market orders'],
  ['-1196', REFUSED, 'ccxt', 'below the price band of market orders'],
  ['-1200', REFUSED, 'doc', 'quantity to buy too small'],
  ['-1201', REFUSED, 'doc', 'quantity to buy too large'],
  ['-1202', REFUSED, 'doc', 'quantity to sell too small'],
  ['-1203', REFUSED, 'doc', 'quantity to sell too large'],
  ['-1205', BAD_KEY, 'doc', 'account not authorised'],
  ['-1206', REFUSED, 'doc', 'amount above the maximum'],
  ['-1215', BAD_KEY, 'uae', 'account in an abnormal state'],
  ['-2001', LATER, 'ccxt', 'exchange not open for trading'],
  ['-2002', REFUSED, 'ccxt', 'more than 300 open orders'],
  ['-2010', REFUSED, 'doc', 'post-only would trade at once (HK), or new order rejected'],
  ['-2011', UNKNOWN, 'doc', 'cancel rejected'],
  ['-2013', ABSENT, 'glb', 'no such order'],
  ['-2017', REFUSED, 'doc', 'too many open orders of the instrument'],
  ['-2020', REFUSED, 'doc', 'instrument not allowed for the account'],
  ['-2021', REFUSED, 'doc', 'instrument not allowed for the account'],
  ['-2022', WRONG, 'doc', 'batch too large'],
  ['-2023', BAD_KEY, 'doc', 'identity check of the account needed'],
  ['-2027', UNKNOWN, 'doc', 'query spans more than 30 days'],
  ['-2028', UNKNOWN, 'doc', 'query spans more than a month'],
  ['-2029', UNKNOWN, 'doc', 'query spans more than three months'],
  ['-2030', REFUSED, 'uae', 'batch too large, or not enough margin'],
  ['-2033', REFUSED, 'ccxt', 'creation failed by the trading rules'],
  ['-2034', REFUSED, 'ccxt', 'the account may hold none'],
  ['-2040', LATER, 'ccxt', 'another request in progress'],
  ['-2042', REFUSED, 'ccxt', 'trade limit passed'],
  ['-2051', REFUSED, 'ccxt', 'order rejected'],
  ['-3117', BAD_KEY, 'doc', 'permission not valid for the account'],
  ['-3143', REFUSED, 'doc', 'account over its limit, trading suspended'],
  ['-3145', THROTTLED, 'doc', 'requests too frequent'],
  ['404', UNKNOWN, 'probe', 'path without a handler'],
  ['-100002', UNKNOWN, 'probe', 'limit is no integer'],
  ['-10009', UNKNOWN, 'probe', 'wrong interval'],
  ['-100010', UNKNOWN, 'probe', 'unknown symbol (market data)'],
  ['-100011', UNKNOWN, 'probe', 'symbol or parameter not supported (market data)'],
  ['-100012', UNKNOWN, 'probe', 'symbol missing (market data)'],
];

/** Codes that mean success; the newest tables print `0000`, captured bodies also the others. */
const SUCCESS_CODES: ReadonlySet<string> = new Set(['0', '0000', '200']);

const TREATMENTS: ReadonlyMap<string, Treatment> = new Map(
  CODE_ROWS.map(([code, treatment]) => [code, treatment]),
);

/** Says whether a code in a body is no error. */
export function isSuccessCode(code: string): boolean {
  return SUCCESS_CODES.has(code);
}

/**
 * Gives what a code proves; undefined when it is not listed. `0001` stands for a wrong signature
 * and for a wrong timestamp too, and only its message tells them from a wrong field.
 */
export function treatmentOfCode(code: string, message: string): Treatment | undefined {
  if (code === '0001' && /signature/i.test(message)) return BAD_KEY;
  if (code === '0001' && /timestamp/i.test(message)) return CLOCK;
  return TREATMENTS.get(code);
}
