import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { parseAccount } from '../../lib/adapters/secrets-manager/parse-account.ts';
import { parseProducer } from '../../lib/adapters/secrets-manager/parse-producer.ts';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';

/** Accounts and producers as their file has them: each value is what its secret will hold. */
export interface Configuration {
  readonly accounts: Readonly<Record<string, AccountValue>>;
  readonly producers: Readonly<Record<string, unknown>>;
}

/** An account's value; `parseAccount` knows the rest. */
export type AccountValue = Readonly<Record<string, unknown>> & { readonly baseUrl?: unknown };

const fileSchema = z.strictObject({
  accounts: z.record(z.string(), z.looseObject({})),
  producers: z.optional(z.record(z.string(), z.looseObject({}))),
});

/**
 * Reads and checks an accounts file.
 *
 * @throws ConfigurationError naming the file, the account and the field; never a value
 */
export function readConfiguration(file: string): Configuration {
  const parsed = fileSchema.safeParse(jsonIn(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : undefined;
    const where = unknown ?? (issue?.path.join('.') || 'the file');
    const what = unknown === undefined ? (issue?.message ?? 'is wrong') : 'is not known';
    throw new ConfigurationError(
      `${file}: ${where}: ${what}. It takes {"accounts": {"desk-1": {…}}, "producers": {…}}.`,
    );
  }
  const { accounts, producers = {} } = parsed.data;
  if (Object.keys(accounts).length === 0) {
    throw new ConfigurationError(`${file}: accounts is empty: add at least one account.`);
  }
  try {
    for (const [accountId, value] of Object.entries(accounts)) parseAccount(accountId, value);
    for (const [producerId, value] of Object.entries(producers)) {
      const { accounts: allowed } = parseProducer(producerId, value);
      const unknown = allowed.find((accountId) => !(accountId in accounts));
      if (unknown === undefined) continue;
      throw new ConfigurationError(`producer ${producerId}: accounts: ${unknown} is not in it`);
    }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new ConfigurationError(`${file}: ${error.message}`);
  }
  return { accounts, producers };
}

/**
 * Gives two accounts with made-up keys for the simulator, the same ones after a restart. Their file
 * lies in the data directory, where a person finds the webhook secret.
 */
export function demoConfiguration(dataDirectory: string): {
  readonly file: string;
  readonly configuration: Configuration;
} {
  const file = join(dataDirectory, 'accounts.json');
  if (!existsSync(file)) {
    mkdirSync(dataDirectory, { recursive: true });
    writeFileSync(file, `${JSON.stringify(newDemoConfiguration(), null, 2)}\n`, { mode: 0o600 });
  }
  return { file, configuration: readConfiguration(file) };
}

function newDemoConfiguration(): Configuration {
  const key = () => ({
    apiKey: randomBytes(32).toString('hex'),
    apiSecret: randomBytes(32).toString('hex'),
  });
  return {
    accounts: {
      'desk-1': { site: 'HK', environment: 'sandbox', keys: [key()] },
      'desk-2': { site: 'GLOBAL', environment: 'sandbox', keys: [key()] },
    },
    producers: {
      demo: {
        secrets: [`whsec_${randomBytes(32).toString('base64')}`],
        accounts: ['desk-1', 'desk-2'],
      },
    },
  };
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? `is not JSON: ${error.message}` : 'cannot be read';
    throw new ConfigurationError(`${file} ${why}.`);
  }
}
