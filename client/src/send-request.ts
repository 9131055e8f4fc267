import { type Auth, authorizedHeaders, type PlainRequest } from './authorize.ts';
import { OrdersApiError, OrdersUnreachableError } from './errors.ts';
import { problemOf } from './read-problem.ts';
import { type RetrySettings, retryWaitMs } from './retry.ts';
import type { Timing } from './timing.ts';

/** What every request of a client needs. */
export interface Sender {
  readonly auth: Auth;
  readonly fetch: typeof globalThis.fetch;
  readonly timing: Timing;
  /** For one attempt, from the first byte sent to the last one read. */
  readonly timeoutMs: number;
  readonly retries: RetrySettings;
}

/** A successful answer. */
export interface Success {
  readonly status: number;
  readonly value: unknown;
}

type Ended =
  | { readonly kind: 'no-answer'; readonly cause: unknown }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfter: string | null;
      readonly text: string;
    };

/**
 * Sends one request, and the very same one again while its end is unknown or may be otherwise next
 * time. Only for requests of which a repeat does nothing that the first did not.
 *
 * @throws OrdersApiError when the last answer is no success
 * @throws OrdersUnreachableError when the last attempt got no answer that can be read
 * @throws the signal's reason when it fires
 */
export async function sendRequest(
  sender: Sender,
  request: PlainRequest,
  signal?: AbortSignal,
): Promise<Success> {
  const call = `${request.method} ${new URL(request.url).pathname}`;
  const { timing, retries } = sender;
  for (let made = 1; ; made += 1) {
    const end = await attempt(sender, request, signal);
    if (end.kind === 'answer' && isSuccess(end.status)) {
      return { status: end.status, value: parsed(call, made, end.text) };
    }
    const chance = { now: timing.now(), random: timing.random() };
    const waitMs = retryWaitMs(end, made, retries, chance);
    if (waitMs === undefined) {
      if (end.kind === 'no-answer') throw new OrdersUnreachableError(call, made, end.cause);
      throw new OrdersApiError(call, problemOf(end.status, end.text), made);
    }
    await timing.sleep(waitMs, signal);
  }
}

async function attempt(
  { auth, fetch, timing, timeoutMs }: Sender,
  request: PlainRequest,
  signal: AbortSignal | undefined,
): Promise<Ended> {
  signal?.throwIfAborted();
  const { method, url, body } = request;
  // Outside the try: without credentials nothing was sent, and repeating does not bring them.
  const headers = await authorizedHeaders(auth, request, timing.now());
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      // A signature is for one host and path.
      redirect: 'manual',
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
    });
    const text = await response.text();
    const retryAfter = response.headers.get('retry-after');
    return { kind: 'answer', status: response.status, retryAfter, text };
  } catch (error) {
    signal?.throwIfAborted();
    return { kind: 'no-answer', cause: reasonOf(error, timeout, timeoutMs) };
  }
}

/** `fetch failed` says nothing; what it stands for is in the cause. */
function reasonOf(error: unknown, timeout: AbortSignal, timeoutMs: number): unknown {
  if (timeout.aborted) return new Error(`no answer within ${timeoutMs} ms`, { cause: error });
  return error instanceof Error && error.cause instanceof Error ? error.cause : error;
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parsed(call: string, made: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OrdersUnreachableError(
      call,
      made,
      new Error('its answer is no JSON', { cause: error }),
    );
  }
}
