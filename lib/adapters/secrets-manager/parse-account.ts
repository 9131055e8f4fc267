import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Account, ApiKey, Site } from '../../application/account.ts';
import { Secret } from '../../application/secret.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import { assertConfiguredId, parseFields } from './parse-fields.ts';
import { LIMITS_DEFAULT, limitsSchema, whole } from './parse-limits.ts';

/** Keys of one account; each is a lane of its own. */
const KEYS_MAX = 20;
/** Characters of a key or its secret; the exchange's have 64. */
const KEY_CHARACTERS_MAX = 256;
/** Characters of an address. */
const URL_CHARACTERS_MAX = 200;
const LANES_MAX = 100;
/** How long an order may wait when nothing is configured. */
const VALID_FOR_DEFAULT_MS = MINUTE_MS;
/** Hex digits that name a key. */
const KEY_ID_DIGITS = 16;

const SITES: { readonly [Name in Site]: Name } = { HK: 'HK', GLOBAL: 'GLOBAL', MENA: 'MENA' };

const keyText = z
  .string('must be text')
  .check(z.regex(/^[!-~]+$/, 'must be printable characters without spaces'))
  .check(z.maxLength(KEY_CHARACTERS_MAX, `must have at most ${KEY_CHARACTERS_MAX} characters`));

const accountSchema = z.object(
  {
    site: z.pipe(
      z.pipe(
        z.string('must be HK, Global or MENA'),
        z.transform((site) => site.toUpperCase()),
      ),
      z.enum(SITES, 'must be HK, Global or MENA'),
    ),
    environment: z.enum(['sandbox', 'production'], 'must be sandbox or production'),
    baseUrl: z.optional(
      z
        .string('must be text')
        .check(
          z.maxLength(URL_CHARACTERS_MAX, `must have at most ${URL_CHARACTERS_MAX} characters`),
        )
        .check(z.refine(isPlainUrl, 'must be an http or https address without user, query and #')),
    ),
    keys: z
      .array(
        z.object({ apiKey: keyText, apiSecret: keyText }, 'must hold apiKey and apiSecret'),
        'must be a list of keys',
      )
      .check(z.minLength(1, 'must hold at least one key'))
      .check(z.maxLength(KEYS_MAX, `must hold at most ${KEYS_MAX} keys`))
      .check(z.refine(allDifferent, 'must be different keys')),
    limits: z.optional(limitsSchema),
    exchangeAccountId: z.optional(
      z.string('must be text').check(z.regex(/^\d{1,20}$/, 'must be 1 to 20 digits, in quotes')),
    ),
    lanes: z.optional(whole(1, LANES_MAX)),
    streams: z._default(z.boolean('must be true or false'), false),
    validForMs: z._default(whole(SECOND_MS, DAY_MS), VALID_FOR_DEFAULT_MS),
  },
  'must be a JSON object',
);

/**
 * Reads an account from the value of its secret, or from its place in an accounts file.
 *
 * @throws ConfigurationError naming the account and every wrong field, never a value
 */
export function parseAccount(accountId: string, value: unknown): Account {
  assertConfiguredId('account', accountId);
  const fields = parseFields(accountSchema, `account "${accountId}"`, value);
  const { site, environment, baseUrl, exchangeAccountId, keys, limits, lanes } = fields;
  const { streams, validForMs } = fields;
  return {
    accountId,
    site,
    environment,
    ...(exchangeAccountId !== undefined && { exchangeAccountId }),
    ...(baseUrl !== undefined && { baseUrl }),
    keys: keys.map(namedKey),
    limits: limits ?? LIMITS_DEFAULT,
    lanes: lanes ?? keys.length,
    ...(streams && { streams }),
    validForMs,
  };
}

/** Gives the name of an API key: the first 16 hex digits of its SHA-256. */
export function keyIdOf(apiKey: string): string {
  return createHash('sha256').update(apiKey).digest('hex').slice(0, KEY_ID_DIGITS);
}

function namedKey(key: { readonly apiKey: string; readonly apiSecret: string }): ApiKey {
  return {
    keyId: keyIdOf(key.apiKey),
    apiKey: new Secret(key.apiKey),
    apiSecret: new Secret(key.apiSecret),
  };
}

function allDifferent(keys: readonly { readonly apiKey: string }[]): boolean {
  return new Set(keys.map(({ apiKey }) => apiKey)).size === keys.length;
}

function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === '';
}
