import { type Answer, readAnswer, treatmentOf } from './answer.ts';
import type { Connection } from './connection.ts';
import { pathBelow } from './sites.ts';

/** What an unsigned read is made with. */
export interface UnsignedReadOptions {
  readonly connection: Connection;
  /** Time limit of one read. */
  readonly publicTimeoutMs: number;
}

/** How an unsigned read ended. */
export type UnsignedRead =
  | {
      readonly kind: 'read';
      readonly body: Answer['body'];
      readonly timing: Answer['timing'];
      readonly roundTripMs: number;
    }
  | { readonly kind: 'throttled' | 'banned' | 'failed' };

/**
 * How long the exchange is left alone after a read that failed: a moment for a fault, and its
 * suspension with a margin after a refusal for rate reasons, which going on would turn into a ban.
 */
export const READ_PAUSE_MS = { failed: 5_000, throttled: 62_000, banned: 62_000 } as const;

/** Reads something that needs no key, once. */
export async function readUnsigned(
  { connection, publicTimeoutMs }: UnsignedReadOptions,
  url: URL,
  path: string,
): Promise<UnsignedRead> {
  const end = await connection.query({
    url,
    method: 'GET',
    headers: { Accept: 'application/json' },
    write: () => ({ path: pathBelow(url, path) }),
    timeoutMs: publicTimeoutMs,
  });
  if (end.kind !== 'answer') return { kind: 'failed' };

  const answer = readAnswer(end);
  const refused = treatmentOf(answer)?.query;
  if (refused === 'throttled' || refused === 'banned') return { kind: refused };
  if (refused !== undefined) return { kind: 'failed' };
  return { kind: 'read', body: answer.body, timing: answer.timing, roundTripMs: end.roundTripMs };
}
