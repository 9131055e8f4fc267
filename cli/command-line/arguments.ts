import { InvalidArgumentError } from '@commander-js/extra-typings';
import { isDecimalString, isPositiveDecimal } from '../../lib/domain/decimal.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../lib/domain/time.ts';

/** Reads a value of the command line; throws InvalidArgumentError that says what it has to be. */
export type Reader<Value> = (text: string) => Value;

function matching(pattern: RegExp, words: string): Reader<string> {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new InvalidArgumentError(`Give ${words}.`);
  };
}

/** An account id, as its secret is named. */
export const accountId = matching(
  /^[a-z0-9-]{1,32}$/,
  'an account id: 1 to 32 of a-z, 0-9 and "-", such as desk-1',
);

/** A client order id. */
export const clientOrderId = matching(
  /^[A-Za-z0-9_-]{1,36}$/,
  'a client order id: 1 to 36 of A-Z, a-z, 0-9, "_" and "-"',
);

/** The name of an instrument. */
export const symbol = matching(/^[A-Z0-9]{2,20}$/, 'a symbol such as BTCUSD, in capitals');

/** The name of a key: what `account show` prints. */
export const keyId = matching(
  /^(?:key#)?[0-9a-f]{16}$/,
  'a key id of 16 hex digits, as "account show" prints it',
);

/** A gate: of the address, or of one key. */
export const gateName = matching(
  /^(?:egress|(?:key#)?[0-9a-f]{16})$/,
  'egress, or a key id of 16 hex digits, as "account show" prints it',
);

/** A quantity, an amount or a price; stays the text that it is. */
export const decimal: Reader<string> = (text) => {
  if (isDecimalString(text) && isPositiveDecimal(text)) return text;
  throw new InvalidArgumentError(
    'Give a plain decimal greater than zero such as 0.01: no sign, no exponent.',
  );
};

/** A whole number in a range. */
export function whole(minimum: number, maximum: number): Reader<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Give a whole number from ${minimum} to ${maximum}.`);
  };
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: DAY_MS,
};

/** A duration such as `500ms`, `30s`, `5m` or `1h`, in milliseconds, up to a bound. */
export function duration(maximumMs: number, minimumMs = 1): Reader<number> {
  return (text) => {
    const [, digits = '', unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
    const ms = Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
    if (ms >= minimumMs && ms <= maximumMs) return ms;
    const range = `from ${durationText(minimumMs)} to ${durationText(maximumMs)}`;
    throw new InvalidArgumentError(`Give a duration such as 30s, 5m or 1h, ${range}.`);
  };
}

/** Writes a duration with the largest unit that is exact. */
export function durationText(ms: number): string {
  const found = Object.entries(UNITS_MS).findLast(([, unitMs]) => ms % unitMs === 0);
  return found === undefined ? `${ms}ms` : `${ms / found[1]}${found[0]}`;
}

/** Unix milliseconds, or a time such as `2026-11-22T15:00:00Z`. */
export const moment: Reader<number> = (text) => {
  const ms = /^\d{13}$/.test(text) ? Number(text) : momentIn(text);
  if (Number.isSafeInteger(ms)) return ms;
  throw new InvalidArgumentError(
    'Give Unix milliseconds (13 digits) or a time with its offset such as 2026-11-22T15:00:00Z.',
  );
};

/** Without an offset a text would mean another moment on another machine. */
function momentIn(text: string): number {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/.test(
    text,
  );
  return isWhole ? Date.parse(text) : Number.NaN;
}

/** An http or https address without a trailing slash. */
export const address: Reader<string> = (text) => {
  if (URL.canParse(text)) {
    const { protocol, username, password, search, hash } = new URL(text);
    const isPlain = `${username}${password}${search}${hash}` === '';
    if (isPlain && /^https?:$/.test(protocol)) return text.replace(/\/+$/, '');
  }
  throw new InvalidArgumentError('Give an http or https address such as http://127.0.0.1:8080.');
};
