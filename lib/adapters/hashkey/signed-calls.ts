import type { ApiKey, ExchangeSite } from '../../application/account.ts';
import type { Clock } from '../../application/ports.ts';
import { invariant } from '../../domain/invariant.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { CommandEnd, Connection, QueryEnd } from './connection.ts';
import { type Redact, redaction } from './plain-text.ts';
import type { Written } from './send-once.ts';
import type { ServerClock } from './server-clock.ts';
import { type Parameter, parameterText, signatureOf } from './signing.ts';
import { baseUrlOf, pathBelow, siteFacts } from './sites.ts';

/** Greatest receive window that the exchange takes since April 2026. */
const RECV_WINDOW_MAX_MS = 8_000;
/** What a header can carry, and what no key of the exchange goes beyond. */
const HEADER_VALUE = /^[\x21-\x7e]{1,256}$/;
const FORM_TYPE = 'application/x-www-form-urlencoded';

/** One signed call before its timestamp. */
export interface SignedCall {
  readonly site: ExchangeSite;
  readonly key: ApiKey;
  readonly recvWindowMs: number;
  readonly timeoutMs: number;
  readonly path: string;
  readonly parameters: readonly Parameter[];
}

/** A signed call that changes something. */
export interface SignedCommand extends SignedCall {
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly sendBy: UnixMs;
}

/** A call that was not made because it is known to be refused. */
export interface Withheld {
  readonly kind: 'withheld';
  readonly reason: 'throttled' | 'banned' | 'bad-key';
  /** Names the cause in evidence. */
  readonly code: string;
}

/** How a signed call ended, and how to show what came back. */
export interface Told<End> {
  readonly end: End;
  readonly redact: Redact;
}

/** Signed calls to the exchange; neither kind is ever repeated. */
export interface SignedCalls {
  command(call: SignedCommand): Promise<Told<CommandEnd | Withheld>>;
  query(call: SignedCall): Promise<Told<QueryEnd | Withheld>>;
}

/** What signed calls are made with. */
export interface SignedCallsOptions {
  readonly clock: Clock;
  readonly connection: Connection;
  readonly serverClock: ServerClock;
}

/**
 * Makes signed calls possible. The timestamp and the signature are made when the connection stands,
 * right before the first byte. Parameters go into the form body of a POST and into the query of
 * everything else, never into both.
 */
export function createSignedCalls(options: SignedCallsOptions): SignedCalls {
  const { connection } = options;
  return {
    async command(call) {
      const prepared = prepare(call, call.method === 'POST', options.serverClock);
      const withheld = await hindrance(call, options.serverClock);
      if (withheld) return { end: withheld, redact: prepared.redact };
      const { method, timeoutMs, sendBy } = call;
      const { redact, ...request } = prepared;
      return { redact, end: await connection.command({ ...request, method, timeoutMs, sendBy }) };
    },
    async query(call) {
      const prepared = prepare(call, false, options.serverClock);
      const withheld = await hindrance(call, options.serverClock);
      if (withheld) return { end: withheld, redact: prepared.redact };
      const { redact, ...request } = prepared;
      const { timeoutMs } = call;
      return { redact, end: await connection.query({ ...request, method: 'GET', timeoutMs }) };
    },
  };
}

async function hindrance(
  { site, key }: SignedCall,
  serverClock: ServerClock,
): Promise<Withheld | undefined> {
  if (!HEADER_VALUE.test(key.apiKey.reveal())) {
    return { kind: 'withheld', reason: 'bad-key', code: 'MALFORMED_KEY' };
  }
  const readiness = await serverClock.readiness(baseUrlOf(site));
  if (readiness === 'ready') return undefined;
  return { kind: 'withheld', reason: readiness, code: 'TIME_REFUSED' };
}

/** Always named where it is configured: what a call without it means depends on the key. */
function accountParameter({ exchangeAccountId }: ExchangeSite): readonly Parameter[] {
  return exchangeAccountId === undefined ? [] : [['accountId', exchangeAccountId]];
}

/** Checks everything that can be checked before a connection is opened. */
function prepare(call: SignedCall, inForm: boolean, serverClock: ServerClock) {
  const { key, recvWindowMs } = call;
  const url = baseUrlOf(call.site);
  const path = pathBelow(url, call.path);
  invariant(
    Number.isSafeInteger(recvWindowMs) && recvWindowMs > 0 && recvWindowMs <= RECV_WINDOW_MAX_MS,
    `a receive window is 1 to ${RECV_WINDOW_MAX_MS} ms`,
  );
  const text = parameterText([
    ...call.parameters,
    ...accountParameter(call.site),
    ['recvWindow', String(recvWindowMs)],
  ]);

  const signatures: string[] = [];
  const write = (now: UnixMs): Written => {
    const stamped = `${text}&timestamp=${serverClock.timestamp(url, now)}`;
    const signature = signatureOf(stamped, key.apiSecret);
    signatures.push(signature);
    const signed = `${stamped}&signature=${signature}`;
    return inForm ? { path, form: signed } : { path: `${path}?${signed}` };
  };
  const headers = {
    [siteFacts(call.site.site).apiKeyHeader]: key.apiKey.reveal(),
    Accept: 'application/json',
    ...(inForm ? { 'Content-Type': FORM_TYPE } : {}),
  };
  return { url, headers, write, redact: redaction(key, signatures) };
}
