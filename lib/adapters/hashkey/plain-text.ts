import type { ApiKey } from '../../application/account.ts';

/** Removes what must not be shown from a text of the exchange. */
export type Redact = (text: string) => string;

const REDACTED = '[redacted]';
/** Anything as long as a key or a signature; client order ids are shorter. */
const KEY_LIKE = /[A-Za-z0-9+/=]{40,}/g;
/** Control characters, line and paragraph separators, and marks that turn the writing direction. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** What a cut may leave of a character outside the basic plane. */
const HALF_CHARACTER = /\p{Cs}$/u;
/** More is never looked at: 200 characters are kept, and redaction must see past them. */
const LOOKED_AT_MAX = 4_096;

/**
 * Makes the redaction of one call: the key, its secret and the signatures made with them, and
 * everything that looks like one.
 *
 * @param signatures - may grow after this call
 */
export function redaction(key: ApiKey, signatures: readonly string[]): Redact {
  return (text) => {
    let shown = text;
    for (const secret of [key.apiSecret.reveal(), key.apiKey.reveal(), ...signatures]) {
      for (const form of [secret, secret.toLowerCase(), secret.toUpperCase()]) {
        if (form !== '') shown = shown.replaceAll(form, REDACTED);
      }
    }
    return shown.replaceAll(KEY_LIKE, REDACTED);
  };
}

/** Makes a text of the exchange fit for logs and tables: one line, redacted, then cut. */
export function plainText(text: string, lengthMax: number, redact: Redact): string {
  const line = text.slice(0, LOOKED_AT_MAX).replaceAll(UNPRINTABLE, ' ').trim();
  return redact(line).slice(0, lengthMax).replace(HALF_CHARACTER, '');
}
