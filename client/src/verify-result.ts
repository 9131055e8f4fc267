import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { OrdersUsageError, ResultNotAuthenticError } from './errors.ts';
import type { OrderStatus, OrderSummary } from './order.ts';
import { isObject } from './read-problem.ts';

/** One change of one order: `data` of a result webhook, `detail` on the event bus. */
export interface OrderEvent {
  /** `accountId/clientOrderId/sequence`: the same change has the same id for ever. */
  readonly id: string;
  /** `accountId/clientOrderId`: results of one order come in the order of `sequence`. */
  readonly orderId: string;
  readonly schemaVersion: number;
  readonly accountId: string;
  readonly clientOrderId: string;
  /** From 1 without a gap, per order. */
  readonly sequence: number;
  /** Unix milliseconds. */
  readonly at: number;
  /** After this change. */
  readonly status: OrderStatus;
  readonly detail?: unknown;
  /** After the write that held this change. */
  readonly order: OrderSummary;
}

/** An authentic result webhook. */
export interface VerifiedResult {
  /** Keep it as long as repeats may come, and drop what has an id that you have seen. */
  readonly id: string;
  /** `order.received`, `order.filled` …; newer services may have more. */
  readonly type: string;
  /** When this delivery was signed; Unix milliseconds. */
  readonly signedAt: number;
  readonly event: OrderEvent;
}

/** Headers as Node's http, Fetch or Lambda give them. */
export type ResultHeaders =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** How far the time of signing may be from now, either way. */
const TOLERANCE_MS = 5 * 60_000;
const TIMESTAMP = /^[1-9]\d{0,11}$/;
/** Signatures looked at; a sender in the middle of a rotation gives two. */
const SIGNATURES_MAX = 10;

/**
 * Verifies a result webhook and gives its event.
 *
 * @param rawBody - the body as it came: parsed and written again it has another signature
 * @param secrets - one, or several during a rotation: `whsec_…`
 * @param options.now - Unix milliseconds, for tests
 * @throws ResultNotAuthenticError when no secret made the signature, or not within five minutes
 */
export function verifyResult(
  rawBody: string | Uint8Array,
  headers: ResultHeaders,
  secrets: string | readonly string[],
  { now = Date.now() }: { readonly now?: number } = {},
): VerifiedResult {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  if (!TIMESTAMP.test(timestamp)) throw refused('webhook-timestamp must be Unix seconds');
  const signedAt = Number(timestamp) * 1_000;
  if (Math.abs(now - signedAt) > TOLERANCE_MS) {
    throw refused(`webhook-timestamp is ${Math.round((now - signedAt) / 1_000)} s from now`);
  }

  const body = typeof rawBody === 'string' ? rawBody : DECODER.decode(rawBody);
  const given = headerOf(headers, 'webhook-signature').split(' ').slice(0, SIGNATURES_MAX);
  const isAuthentic = (typeof secrets === 'string' ? [secrets] : secrets)
    .map((secret) => signerWith(secret).sign(id, new Date(signedAt), body))
    // Every pair is compared, so that time tells nothing of which matched.
    .map((made) => given.map((one) => isSame(one, made)).some(Boolean))
    .some(Boolean);
  if (!isAuthentic) throw refused('no signature in webhook-signature was made with the secret');
  return { id, signedAt, ...eventIn(body) };
}

/** A byte order mark is signed like any other character. */
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

function signerWith(secret: string): Webhook {
  try {
    return new Webhook(secret);
  } catch {
    // The library's own words could hold a part of it.
    throw new OrdersUsageError('The secret of result webhooks must be "whsec_" and base64.');
  }
}

function eventIn(body: string): Pick<VerifiedResult, 'type' | 'event'> {
  const value: unknown = JSON.parse(body);
  if (isObject(value) && typeof value.type === 'string' && isOrderEvent(value.data)) {
    return { type: value.type, event: value.data };
  }
  throw new Error('The webhook is authentic, but its body is no event of an order.');
}

function isOrderEvent(value: unknown): value is OrderEvent {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.orderId === 'string' &&
    typeof value.sequence === 'number' &&
    typeof value.status === 'string' &&
    isObject(value.order)
  );
}

function headerOf(headers: ResultHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : inRecord(headers, name);
  if (typeof value === 'string' && value !== '') return value;
  throw refused(`the header ${name} is missing`);
}

function inRecord(headers: Exclude<ResultHeaders, Headers>, name: string): unknown {
  const [, value] = Object.entries(headers).find(([one]) => one.toLowerCase() === name) ?? [];
  return Array.isArray(value) ? value[0] : value;
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function refused(reason: string): ResultNotAuthenticError {
  return new ResultNotAuthenticError(`The result webhook is not authentic: ${reason}.`);
}
