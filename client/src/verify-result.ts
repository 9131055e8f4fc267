import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { ResultNotAuthenticError } from './errors.ts';
import type { OrderStatus, OrderSummary } from './order.ts';
import { isObject } from './read-problem.ts';

/** One change of one order, as result webhooks and the event bus carry it. */
export interface ResultEvent {
  /** `accountId/clientOrderId/sequence`: the same change has the same id for ever. */
  readonly id: string;
  /** `accountId/clientOrderId`: results of one order come in the order of `sequence`. */
  readonly orderId: string;
  /** `order.received`, `order.filled` …; newer services may have more. */
  readonly type: string;
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
  /** When it was signed; Unix milliseconds. */
  readonly signedAt: number;
  readonly event: ResultEvent;
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

  const body = typeof rawBody === 'string' ? rawBody : new TextDecoder().decode(rawBody);
  const given = headerOf(headers, 'webhook-signature').split(' ').slice(0, SIGNATURES_MAX);
  const isAuthentic = (typeof secrets === 'string' ? [secrets] : secrets)
    .map((secret) => new Webhook(secret).sign(id, new Date(signedAt), body))
    // Every pair is compared, so that time tells nothing of which matched.
    .map((made) => given.map((one) => isSame(one, made)).some(Boolean))
    .some(Boolean);
  if (!isAuthentic) throw refused('no signature in webhook-signature was made with the secret');

  const event = eventIn(body);
  return { id, signedAt, event };
}

function eventIn(body: string): ResultEvent {
  const value: unknown = JSON.parse(body);
  if (isResultEvent(value)) return value;
  throw new Error('The webhook is authentic, but its body is no event of an order.');
}

function isResultEvent(value: unknown): value is ResultEvent {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.type === 'string' &&
    typeof value.sequence === 'number' &&
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
