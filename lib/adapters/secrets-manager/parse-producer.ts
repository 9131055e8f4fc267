import * as z from 'zod/mini';
import type { Producer } from '../../application/account.ts';
import { Secret } from '../../application/secret.ts';
import { assertConfiguredId, CONFIGURED_ID, parseFields } from './parse-fields.ts';
import { resultsSchema } from './parse-results.ts';
import { tradingViewOf, tradingViewSchema } from './parse-trading-view.ts';

/** Secrets valid at once; two are enough for a rotation. */
const SECRETS_MAX = 10;
/** Accounts one producer may order for. */
const ACCOUNTS_MAX = 1_000;
/** Bytes of a secret: fewer can be guessed, more add nothing. */
const SECRET_BYTES_MIN = 16;
const SECRET_BYTES_MAX = 128;

const webhookSecret = z
  .string('must be text')
  .check(
    z.refine(
      isWebhookSecret,
      `must be "whsec_" and the base64 of ${SECRET_BYTES_MIN} to ${SECRET_BYTES_MAX} random bytes`,
    ),
  );

const accountId = z
  .string('must be text')
  .check(z.regex(CONFIGURED_ID, 'must be 1 to 32 of the characters a-z, 0-9 and "-"'));

const fieldsSchema = z.object(
  {
    // A producer of alerts alone signs nothing.
    secrets: z._default(
      z
        .array(webhookSecret, 'must be a list of secrets')
        .check(z.maxLength(SECRETS_MAX, `must hold at most ${SECRETS_MAX} secrets`)),
      [],
    ),
    accounts: z
      .array(accountId, 'must be a list of account ids')
      .check(z.maxLength(ACCOUNTS_MAX, `must hold at most ${ACCOUNTS_MAX} accounts`)),
    tradingView: z.optional(tradingViewSchema),
    results: z.optional(resultsSchema(webhookSecret)),
  },
  'must be a JSON object',
);

/** Whoever cannot prove who it is has no place here. */
const producerSchema = fieldsSchema.check(
  z.refine(({ secrets, tradingView }) => secrets.length > 0 || tradingView !== undefined, {
    error: 'must hold at least one secret',
    path: ['secrets'],
  }),
);

/**
 * Reads a producer from the value of its secret, or from its place in an accounts file.
 *
 * @throws ConfigurationError naming the producer and every wrong field, never a value
 */
export function parseProducer(producerId: string, value: unknown): Producer {
  assertConfiguredId('producer', producerId);
  const subject = `producer "${producerId}"`;
  const { secrets, accounts, results, tradingView } = parseFields(producerSchema, subject, value);
  return {
    producerId,
    secrets: secrets.map((secret) => new Secret(secret)),
    accounts,
    ...(tradingView !== undefined && { tradingView: tradingViewOf(tradingView) }),
    ...(results !== undefined && {
      results: {
        url: results.url,
        secrets: results.secrets.map((secret) => new Secret(secret)),
        ...(results.events !== undefined && { events: results.events }),
      },
    }),
  };
}

function isWebhookSecret(text: string): boolean {
  const [, base64] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64 === undefined || base64.length % 4 !== 0) return false;
  const bytes = Buffer.from(base64, 'base64').length;
  return bytes >= SECRET_BYTES_MIN && bytes <= SECRET_BYTES_MAX;
}
