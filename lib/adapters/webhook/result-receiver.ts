import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { type ClientRequest, type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import type { LookupFunction } from 'node:net';
import * as z from 'zod/mini';
import type { Results } from '../../application/account.ts';
import type { Delivered, ResultReceiver } from '../../application/deliver-results/ports.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { timeLimit } from '../system/time-limit.ts';
import { addressIn, isLoopbackAddress, isPublicAddress } from './public-address.ts';
import { signWebhook } from './standard-webhooks.ts';

/** From the name's look-up to the answer's status. A receiver stores and answers; work comes after. */
const TIMEOUT_MS = 5 * SECOND_MS;
/** Header bytes of an answer; its body is not read at all. */
const HEADER_BYTES_MAX = 16 * 1_024;
/** Characters of what a failure says. */
const WHY_CHARACTERS_MAX = 200;
const GONE = 410;

const failureSchema = z.catch(
  z.object({ code: z.catch(z.optional(z.string()), undefined), message: z.optional(z.string()) }),
  {},
);

/** How receivers are reached. */
export interface ReceiverOptions {
  /** Whether a receiver on this machine is called: where the service itself runs there too. */
  readonly allowsLoopback: boolean;
  readonly timeoutMs?: number;
  /** Looks addresses up; the system's own without it. */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/**
 * Posts result webhooks, signed by the Standard Webhooks scheme.
 *
 * The address of a receiver comes from whoever writes a producer's secret, and this runs inside: so
 * only public addresses are called, judged when the connection is made and not before, which a name
 * that changes its address in between would pass. Redirects are not followed, bodies not read.
 */
export function createResultReceiver(options: ReceiverOptions): ResultReceiver {
  return {
    async post({ body, id, now }, to) {
      const timestamp = Math.floor(now / SECOND_MS);
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'hashkey-order-service',
        'webhook-id': id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': to.secrets
          .map((secret) => signWebhook({ secret, id, timestamp, body }))
          .join(' '),
      };
      try {
        return outcomeOf(await post(options, to, { body, headers }));
      } catch (error) {
        return { kind: 'failed', why: reasonOf(error) };
      }
    },
  };
}

function outcomeOf(status: number): Delivered {
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status === GONE) return { kind: 'gone' };
  return { kind: 'failed', why: `answered ${status}` };
}

/** @returns the status of the answer */
async function post(
  options: ReceiverOptions,
  { url: text }: Results,
  { body, headers }: { readonly body: string; readonly headers: Record<string, string> },
): Promise<number> {
  const url = new URL(text);
  const address = addressIn(url);
  // A connection to a bare address looks no name up.
  if (address !== undefined && !isAllowed(address, options)) throw new ForbiddenAddressError();
  const isPlain = url.protocol === 'http:';
  const send = isPlain ? requestPlainly : requestSecurely;
  const { promise, reject, resolve } = Promise.withResolvers<number>();
  const call: ClientRequest = send(
    url,
    {
      method: 'POST',
      headers,
      // A connection of its own each time: what was judged is what is called.
      agent: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      lookup: allowedOnly(options, isPlain),
    },
    (answer: IncomingMessage) => {
      resolve(answer.statusCode ?? 0);
      answer.destroy();
    },
  );
  call.on('error', reject);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const stop = timeLimit(timeoutMs, () => {
    call.destroy(new Error(`no answer within ${timeoutMs} ms`));
  });
  call.end(body);
  try {
    return await promise;
  } finally {
    stop();
    call.destroy();
  }
}

/** Looks a name up and refuses it when any of its addresses must not be called. */
function allowedOnly(options: ReceiverOptions, isPlain: boolean): LookupFunction {
  const find = options.lookup ?? ((hostname) => lookup(hostname, { all: true }));
  const look = async (hostname: string) => {
    const found = (await find(hostname)).map(({ address, family }) => ({ address, family }));
    const isFine = ({ address }: LookupAddress) =>
      isAllowed(address, options) && (!isPlain || isLoopbackAddress(address));
    if (found.length > 0 && found.every(isFine)) return found;
    throw new ForbiddenAddressError();
  };
  return (hostname, _options, callback) => {
    look(hostname).then(
      (found) => callback(null, found),
      (error) => callback(error, ''),
    );
  };
}

function isAllowed(address: string, { allowsLoopback }: ReceiverOptions): boolean {
  return isPublicAddress(address) || (allowsLoopback && isLoopbackAddress(address));
}

/** The receiver's address is not one that this service calls. */
class ForbiddenAddressError extends Error {
  override readonly name = 'ForbiddenAddressError';

  constructor() {
    super('its address is not public');
  }
}

/** By code where there is one: a message of the network may tell what is behind a name. */
function reasonOf(error: unknown): string {
  const { code, message } = failureSchema.parse(error);
  return (code ?? message ?? 'unknown').slice(0, WHY_CHARACTERS_MAX);
}
