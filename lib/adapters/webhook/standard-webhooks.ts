import { timingSafeEqual } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookVerifier } from '../../application/ports.ts';
import type { Secret } from '../../application/secret.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';

/** How far a webhook's timestamp may be from our clock, either way. */
const TOLERANCE_MS = 5 * MINUTE_MS;
/** Characters of the signature header; ten signatures take about 480. */
const SIGNATURE_CHARACTERS_MAX = 2_000;
/** Signatures looked at in one header; a sender rotating its secret gives two. */
const SIGNATURES_MAX = 10;

/** Printable without a dot: a dot in the id would let text move between id, time and body. */
const ID = /^[!-\-/-~]{1,256}$/;
/** Seconds without leading zeros, as they are signed. */
const TIMESTAMP = /^[1-9]\d{0,11}$/;
const SIGNATURE = /^v1,([A-Za-z0-9+/]{43}=)$/;

/**
 * Verifies webhooks by the Standard Webhooks scheme.
 *
 * The library signs; comparing is done here, in constant time, because the library judges the
 * timestamp by the machine's clock and not by the `now` that it is given.
 *
 * @see https://www.standardwebhooks.com
 */
export const standardWebhooks: WebhookVerifier = {
  verify({ producer, body, id, timestamp, signature, now }) {
    const malformed = malformedHeader({ id, timestamp, signature });
    if (malformed !== undefined) return { kind: 'refused', reason: malformed };

    const seconds = Number(timestamp);
    const untimely = untimelyBy(seconds, now);
    if (untimely !== undefined) return { kind: 'refused', reason: untimely };

    const given = signaturesIn(signature);
    const matches = producer.secrets.map((secret) => {
      const expected = Buffer.from(signWebhook({ secret, id, timestamp: seconds, body }));
      return given.map((one) => sameText(Buffer.from(one), expected)).some(Boolean);
    });
    if (matches.some(Boolean)) return { kind: 'verified' };
    return {
      kind: 'refused',
      reason:
        'no v1 signature in webhook-signature matches; ' +
        'sign "id.timestamp.body" with the raw body and a current secret of this producer',
    };
  },
};

/**
 * Gives the `webhook-signature` of a body: of results, and in tests and local tools.
 *
 * @param webhook.timestamp - Unix seconds, as in `webhook-timestamp`
 */
export function signWebhook(webhook: {
  readonly secret: Secret;
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
}): string {
  const { secret, id, timestamp, body } = webhook;
  return new Webhook(secret.reveal()).sign(id, new Date(timestamp * SECOND_MS), body);
}

/** Names the header that cannot be one; undefined when all can. */
function malformedHeader(headers: {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}): string | undefined {
  if (!ID.test(headers.id)) {
    return 'webhook-id must be 1 to 256 printable characters without spaces and dots';
  }
  if (!TIMESTAMP.test(headers.timestamp)) return 'webhook-timestamp must be Unix seconds';
  if (headers.signature.length > SIGNATURE_CHARACTERS_MAX) {
    return `webhook-signature has more than ${SIGNATURE_CHARACTERS_MAX} characters`;
  }
  if (signaturesIn(headers.signature).length === 0) {
    return 'webhook-signature must hold a signature of the form "v1," and base64 of 32 bytes';
  }
  return undefined;
}

function untimelyBy(seconds: number, now: UnixMs): string | undefined {
  const ageMs = now - seconds * SECOND_MS;
  if (Math.abs(ageMs) <= TOLERANCE_MS) return undefined;
  const ageS = Math.round(Math.abs(ageMs) / SECOND_MS);
  const nowS = Math.floor(now / SECOND_MS);
  const clock = `our clock says ${nowS}, ${TOLERANCE_MS / SECOND_MS} s either way are allowed`;
  if (ageMs > 0) return `timestamp is ${ageS} s old; ${clock}`;
  return `timestamp is ${ageS} s in the future; ${clock}`;
}

/** Other versions than v1 are skipped, as the scheme asks. */
function signaturesIn(header: string): readonly string[] {
  return header
    .split(' ')
    .filter((one) => SIGNATURE.test(one))
    .slice(0, SIGNATURES_MAX);
}

function sameText(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
