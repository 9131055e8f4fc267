import { createHmac } from 'node:crypto';
import type { Secret } from '../../application/secret.ts';
import { invariant } from '../../domain/invariant.ts';

/** One request parameter. Order matters: the text is signed as it is sent. */
export type Parameter = readonly [name: string, value: string];

/**
 * Characters that no encoder changes. The exchange does not say whether it signs encoded or decoded
 * text, and its own samples disagree; with these alone both are the same.
 */
const PLAIN_VALUE = /^[A-Za-z0-9._-]+$/;
/** The one list that the exchange takes; its commas are sent and signed as they are. */
const ID_LIST = /^[A-Za-z0-9_-]+(?:,[A-Za-z0-9_-]+)*$/;
const ID_LIST_NAME = 'ids';
const PLAIN_NAME = /^[A-Za-z]+$/;

/**
 * Builds the text of a query or a form body.
 *
 * @throws InvariantError when a value holds a character that an encoder may change; the message
 *   names the parameter, never its value
 */
export function parameterText(parameters: readonly Parameter[]): string {
  for (const [name, value] of parameters) {
    const allowed = name === ID_LIST_NAME ? ID_LIST : PLAIN_VALUE;
    invariant(PLAIN_NAME.test(name), 'the name of a request parameter holds letters only');
    invariant(allowed.test(value), `request parameter ${name} holds only A-Z a-z 0-9 - _ .`);
  }
  return parameters.map(([name, value]) => `${name}=${value}`).join('&');
}

/**
 * Signs the exact text that is sent: HMAC-SHA256 in lower-case hex.
 *
 * @see docs/hashkey.md, "Signing"
 */
export function signatureOf(text: string, secret: Secret): string {
  return createHmac('sha256', secret.reveal()).update(text, 'utf8').digest('hex');
}
