import type { Account } from '../../application/account.ts';
import type { Accounts } from '../../application/ports.ts';

/** Accounts in memory. */
export interface MemoryAccounts extends Accounts {
  /** Puts an account in place of the one of the same id, as a rotation does. */
  put(account: Account): void;
}

/** Makes accounts that are known at once; nothing is cached, so nothing goes stale. */
export function createMemoryAccounts(accounts: readonly Account[]): MemoryAccounts {
  const byId = new Map(accounts.map((account) => [account.accountId, account]));
  return {
    async get(accountId) {
      return byId.get(accountId);
    },
    put(account) {
      byId.set(account.accountId, account);
    },
  };
}
