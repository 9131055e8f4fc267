import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { isDecimalString, isPositiveDecimal } from '../domain/decimal.ts';
import { DERIVED_ID_PREFIX } from '../domain/external-order.ts';
import { allowedTimeInForce, type OrderTerms, termsFaults } from '../domain/order-terms.ts';
import { DAY_MS, type UnixMs } from '../domain/time.ts';

/** One wrong field and what to do about it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** An order request whose fields are right by themselves and fit together. */
export type OrderRequest = z.infer<typeof orderRequestSchema>;

/** The greatest distance of `validUntil`: an order that may wait longer is a plan, not an order. */
export const VALID_FOR_MAX_MS = DAY_MS;

/** Says what a field has to be, or that it is missing. */
const expected = (words: string) => ({
  error: (issue: { readonly input?: unknown }) =>
    issue.input === undefined ? 'is required' : words,
});

const decimal = z.string(expected('must be a decimal string such as "0.01", in quotes')).check(
  z.refine((text) => isDecimalString(text) && isPositiveDecimal(text), {
    error: 'must be a plain decimal greater than zero: no sign, no exponent',
  }),
  // What the check above does, in words that a description of the API has.
  z.meta({
    pattern: '^(?!0(?:\\.0+)?$)(?:0|[1-9]\\d{0,19})(?:\\.\\d{1,18})?$',
    description: 'decimal text greater than zero',
  }),
);

const textLike = (pattern: RegExp, words: string) =>
  z.string(expected(words)).check(z.regex(pattern, { error: words }));

const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values, expected(`must be ${values.join(' or ')}`));

const id36 = textLike(/^[A-Za-z0-9_-]{1,36}$/, 'must match [A-Za-z0-9_-]{1,36}');

/** What an order request has to be, before its terms are compared with each other. */
export const orderRequestSchema = z.strictObject(
  {
    accountId: textLike(/^[a-z0-9-]{1,32}$/, 'must match [a-z0-9-]{1,32}'),
    clientOrderId: id36,
    symbol: textLike(/^[A-Z0-9]{2,20}$/, 'must be a symbol such as "BTCUSD"'),
    side: oneOf(['BUY', 'SELL']),
    type: oneOf(['LIMIT', 'MARKET', 'LIMIT_MAKER']),
    quantity: z.optional(decimal),
    amount: z.optional(decimal),
    price: z.optional(decimal),
    timeInForce: z.optional(oneOf(['GTC', 'IOC', 'FOK'])),
    stpMode: z.optional(oneOf(['EXPIRE_TAKER', 'EXPIRE_MAKER'])),
    validUntil: z.optional(z.int({ error: 'must be Unix time in milliseconds, a whole number' })),
    orderingKey: z.optional(id36),
    onNeverPlaced: z.optional(oneOf(['fail', 'resubmit'])),
    replaces: z.optional(id36),
  },
  { error: 'must be a JSON object' },
);

/** What a text or object from outside turned out to be. */
export type ParsedRequest =
  | { readonly kind: 'valid'; readonly request: OrderRequest }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] };

/**
 * Parses an order request and names every wrong field, unknown ones included.
 *
 * @param value - parsed JSON of unknown shape
 */
export function parseOrderRequest(value: unknown): ParsedRequest {
  const parsed = orderRequestSchema.safeParse(value);
  if (!parsed.success) return { kind: 'invalid', errors: parsed.error.issues.flatMap(fieldErrors) };
  const errors = termsFaults(parsed.data);
  return errors.length > 0 ? { kind: 'invalid', errors } : { kind: 'valid', request: parsed.data };
}

/** Checks a request's deadline against the time it was received. */
export function deadlineErrors(request: OrderRequest, now: UnixMs): readonly FieldError[] {
  const { validUntil } = request;
  if (validUntil === undefined) return [];
  const field = 'validUntil';
  if (validUntil <= now) return [{ field, message: `has passed: it is ${now} now` }];
  if (validUntil <= now + VALID_FOR_MAX_MS) return [];
  return [{ field, message: `is more than ${VALID_FOR_MAX_MS} ms ahead` }];
}

/** Fills in every default. */
export function termsOf(
  request: OrderRequest,
  received: { readonly at: UnixMs; readonly validForMs: number },
): OrderTerms {
  const { quantity, amount, price, stpMode } = request;
  return {
    symbol: request.symbol,
    side: request.side,
    type: request.type,
    ...(quantity === undefined ? {} : { quantity }),
    ...(amount === undefined ? {} : { amount }),
    ...(price === undefined ? {} : { price }),
    ...(stpMode === undefined ? {} : { stpMode }),
    timeInForce: request.timeInForce ?? allowedTimeInForce(request.type)[0] ?? 'GTC',
    validUntil: request.validUntil ?? received.at + received.validForMs,
    orderingKey: request.orderingKey ?? request.symbol,
    ...(request.replaces === undefined ? {} : { replaces: request.replaces }),
    onNeverPlaced: request.onNeverPlaced ?? 'fail',
  };
}

/**
 * Gives the SHA-256 (hex) that tells a repeat from another order: over the fields as the caller
 * gave them, sorted by name, without defaults.
 */
export function requestHash(request: OrderRequest): string {
  const fields = Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex');
}

/** Derives the id of an order whose webhook names none: the same delivery gives the same id. */
export function clientOrderIdOf(accountId: string, webhookId: string): string {
  const digest = createHash('sha256').update(`${accountId}\n${webhookId}`).digest('base64url');
  return `${DERIVED_ID_PREFIX}${digest.slice(0, 30)}`;
}

function fieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ field: key, message: 'is not a field of an order request' }));
  }
  return [{ field: issue.path.join('.') || 'body', message: issue.message }];
}
