import { isIPv4 } from 'node:net';
import type { EgressSource } from '../../application/check-egress.ts';

/** An address and a line break; whatever is longer is a page of somebody else. */
const ANSWER_BYTES_MAX = 64;
const TIMEOUT_MS = 5_000;
const STATUS_OK = 200;

/**
 * Asks a server outside which address it was asked from.
 *
 * @param url - of a server that answers with nothing but that address, as plain text
 */
export function createSeenAddress(url: string): EgressSource {
  return {
    async seenAddress() {
      const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (answer.status !== STATUS_OK) {
        await answer.body?.cancel();
        throw new Error(`${url} answered ${answer.status}: ask another server.`);
      }
      const text = await beginning(answer);
      const address = text.trim();
      if (isIPv4(address)) return address;
      throw new Error(`${url} answered with something that is no IPv4 address.`);
    },
  };
}

/** Gives a short text in full; of a longer one more than an address ever has. */
async function beginning(answer: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > ANSWER_BYTES_MAX) break;
  }
  return text;
}
