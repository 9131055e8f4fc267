import type { Accounts } from '../../application/ports.ts';
import { createConfiguredSecrets, type SecretSource } from './configured-secrets.ts';
import { parseAccount } from './parse-account.ts';

/** Reads accounts from the secrets `<prefix>/accounts/<accountId>`, at most a minute old. */
export function createAccounts(source: SecretSource): Accounts {
  const secrets = createConfiguredSecrets(source, 'accounts', parseAccount);
  return { get: (accountId, options) => secrets.get(accountId, options?.fresh ?? false) };
}
