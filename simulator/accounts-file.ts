import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';
import { readError } from './error-text.ts';
import { siteNamed } from './exchange/sites.ts';
import type { AccountSettings } from './options.ts';

/** An accounts file which cannot be used; the message names the file and the place in it. */
export class AccountsFileError extends Error {}

const KEYS_MAX = 100;
const ACCOUNTS_MAX = 1000;
const PER_SECOND_MAX = 100_000;

const perSecond = z.optional(z.int().check(z.minimum(1), z.maximum(PER_SECOND_MAX)));
const credential = z.string().check(z.minLength(1), z.maxLength(500));
const KEY = z.object({ apiKey: credential, apiSecret: credential });
const ACCOUNT = z.object({
  site: z.string(),
  keys: z.array(KEY).check(z.minLength(1), z.maxLength(KEYS_MAX)),
  limits: z.optional(z.object({ ordersPerSecond: perSecond, queriesPerSecond: perSecond })),
  subAccounts: z.optional(z.array(z.string()).check(z.maxLength(ACCOUNTS_MAX))),
});
const ACCOUNTS_FILE = z.object({ accounts: z.record(z.string(), ACCOUNT) });

export function readAccountsFile(file: string): AccountSettings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = readError(error);
    throw new AccountsFileError(`The accounts file ${file} cannot be read (${code}).`);
  }
  return readAccounts(text, file);
}

/** @param name - what to call the text in messages; no message quotes its values */
export function readAccounts(text: string, name: string): AccountSettings {
  const parsed = z.safeParse(ACCOUNTS_FILE, parseJson(text, name));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = issue?.path.join('.') || 'the top';
    throw new AccountsFileError(
      `The accounts file ${name} is wrong at ${place}: ${issue?.message}.`,
    );
  }
  const accounts = Object.entries(parsed.data.accounts);
  if (accounts.length > ACCOUNTS_MAX) {
    throw new AccountsFileError(
      `The accounts file ${name} has more than ${ACCOUNTS_MAX} accounts.`,
    );
  }
  return Object.fromEntries(
    accounts.map(([account, row]) => [account, setting(row, account, name)]),
  );
}

function setting(row: z.infer<typeof ACCOUNT>, account: string, name: string) {
  const site = siteNamed(row.site);
  if (!site) {
    throw new AccountsFileError(
      `The accounts file ${name} is wrong at accounts.${account}.site: use HK or GLOBAL.`,
    );
  }
  const { ordersPerSecond, queriesPerSecond } = row.limits ?? {};
  const limits = {
    ...(ordersPerSecond !== undefined && { ordersPerSecond }),
    ...(queriesPerSecond !== undefined && { queriesPerSecond }),
  };
  const { keys, subAccounts } = row;
  return { site, keys, limits, ...(subAccounts !== undefined && { subAccounts }) };
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // The parser's own message quotes the text, which holds secrets.
    if (error instanceof SyntaxError) {
      throw new AccountsFileError(`The accounts file ${name} is not valid JSON.`);
    }
    throw error;
  }
}
