import * as http from 'node:http';
import * as https from 'node:https';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { CallTiming } from '../../application/exchange.ts';
import type { Clock } from '../../application/ports.ts';
import type { UnixMs } from '../../domain/time.ts';
import { timeLimit } from '../system/time-limit.ts';

/** Largest answer read, in bytes. A page of 500 orders has about 400 KB. */
export const BODY_BYTES_MAX = 1_048_576;

/** What goes out once the connection stands. */
export interface Written {
  readonly path: string;
  /** A form body. */
  readonly form?: string;
}

/** One HTTP exchange. */
export interface SendOptions {
  readonly clock: Clock;
  readonly agent: http.Agent;
  readonly url: URL;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** Called right before the first byte leaves; undefined stops the call unsent. */
  readonly write: (now: UnixMs) => Written | undefined;
  /** For getting a connection, from the call on. */
  readonly connectTimeoutMs: number;
  /** For the whole answer, from the first byte sent; asked when that is about to leave. */
  readonly answerTimeoutMs: () => number;
}

/** How one HTTP exchange ended. `errno` is the system's name of a fault, or one of ours. */
export type SendEnd =
  | {
      readonly kind: 'answer';
      readonly httpStatus: number;
      readonly text: string;
      readonly timing: CallTiming;
      /** By the monotonic clock. */
      readonly roundTripMs: number;
    }
  /** Proven: the request was never handed to a connection. */
  | { readonly kind: 'not-sent'; readonly errno: string }
  | { readonly kind: 'lost'; readonly errno: string; readonly timing: CallTiming };

/**
 * Makes one HTTP exchange, without any repeat.
 *
 * The request is written only when its connection stands and is secured, so that a fault before
 * that moment proves that no byte has left, and the timestamp inside is as young as can be. A fault
 * after it proves nothing, also on a kept connection that turns out to be closed.
 *
 * @throws InvariantError only what `write` throws; then nothing was sent
 */
export function sendOnce(options: SendOptions): Promise<SendEnd> {
  const { clock } = options;
  const { promise, resolve, reject } = Promise.withResolvers<SendEnd>();
  const request = openRequest(options);
  let clearLimit = timeLimit(options.connectTimeoutMs, () => stop('CONNECT_TIMEOUT'));
  let sent: Sent | undefined;
  let settled = false;

  const settle = (finish: () => void) => {
    if (settled) return;
    settled = true;
    clearLimit();
    finish();
  };
  const stop = (errno: string) => {
    settle(() => {
      request.destroy();
      resolve(endOfFault(errno, sent, clock));
    });
  };
  const write = () => {
    const now = clock.now();
    const written = options.write(now);
    if (written === undefined) {
      stop('TOO_LATE');
      return;
    }
    clearLimit();
    clearLimit = timeLimit(options.answerTimeoutMs(), () => stop('TIMEOUT'));
    sent = { at: now, monotonicMs: clock.monotonicMs() };
    request.path = written.path;
    request.end(written.form);
  };

  request.on('error', (error) => stop(errnoOf(error)));
  request.on('close', () => stop('CLOSED'));
  whenReady(request, () => {
    try {
      if (!settled) write();
    } catch (error) {
      settle(() => {
        request.destroy();
        reject(error);
      });
    }
  });
  request.on('response', (response) => {
    readBody(response, stop, (text) => {
      settle(() => resolve(endOfAnswer(response, text, sent, clock)));
    });
  });
  return promise;
}

interface Sent {
  readonly at: UnixMs;
  readonly monotonicMs: number;
}

function endOfFault(errno: string, sent: Sent | undefined, clock: Clock): SendEnd {
  if (sent === undefined) return { kind: 'not-sent', errno };
  return { kind: 'lost', errno, timing: { sentAt: sent.at, answeredAt: clock.now() } };
}

function endOfAnswer(
  response: http.IncomingMessage,
  text: string,
  sent: Sent | undefined,
  clock: Clock,
): SendEnd {
  // An answer to nothing: the connection is out of step, and no request of ours is on it.
  if (sent === undefined) return { kind: 'not-sent', errno: 'EARLY_ANSWER' };
  const timing = { sentAt: sent.at, answeredAt: clock.now() };
  const roundTripMs = clock.monotonicMs() - sent.monotonicMs;
  return { kind: 'answer', httpStatus: response.statusCode ?? 0, text, timing, roundTripMs };
}

/** Nothing is written by this: Node sends the head with the first piece of the body. */
function openRequest({ url, agent, method, headers }: SendOptions): http.ClientRequest {
  const open = url.protocol === 'https:' ? https.request : http.request;
  return open({ host: hostOf(url), port: url.port, agent, method, headers });
}

/** An IPv6 address stands in brackets in a URL only. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

const readied = new WeakSet<Socket>();

/** Calls `then` once the request has a connection that is open and, where it has to be, secured. */
function whenReady(request: http.ClientRequest, then: () => void): void {
  request.on('socket', (socket) => {
    const isSecure = socket instanceof TLSSocket;
    if (readied.has(socket) || !(isSecure || socket.connecting)) {
      then();
      return;
    }
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      readied.add(socket);
      then();
    });
  });
}

function readBody(
  response: http.IncomingMessage,
  stop: (errno: string) => void,
  whole: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) stop('BODY_TOO_LARGE');
    else chunks.push(chunk);
  });
  response.on('error', (error) => stop(errnoOf(error)));
  // An answer that breaks off ends as an error, never here.
  response.on('end', () => whole(Buffer.concat(chunks).toString('utf8')));
}

const ERRNO = /^[A-Z][A-Z0-9_]{1,47}$/;

function errnoOf(error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' && ERRNO.test(code) ? code : 'FAULT';
}
