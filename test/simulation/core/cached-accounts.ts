import type { Account } from '../../../lib/application/account.ts';
import type { Accounts, Clock } from '../../../lib/application/ports.ts';

/** As the real cache: a value is at most a minute old, a second when it is asked for afresh. */
const AGE_MAX_MS = 60_000;
const FRESH_AGE_MAX_MS = 1_000;

/** Remembers accounts in one process, as the adapter of the secrets does. */
export function createCachedAccounts(source: Accounts, clock: Clock): Accounts {
  const known = new Map<
    string,
    { readonly account: Account | undefined; readonly readMs: number }
  >();
  return {
    async get(accountId, options) {
      const ageMaxMs = options?.fresh ? FRESH_AGE_MAX_MS : AGE_MAX_MS;
      const kept = known.get(accountId);
      const nowMs = clock.monotonicMs();
      if (kept !== undefined && nowMs - kept.readMs < ageMaxMs) return kept.account;
      const account = await source.get(accountId, options);
      known.set(accountId, { account, readMs: nowMs });
      return account;
    },
  };
}
