import type { ApiKey } from '../exchange/accounts.ts';
import { REFUSED, type Refusal } from '../exchange/refusals.ts';

/**
 * Gives the key as it acts in one call: for its own account, or for the sub-account which the call
 * names. Any other account is refused, whatever the call does.
 */
export function actingKey(key: ApiKey, parameters: ReadonlyMap<string, string>): ApiKey | Refusal {
  const asked = parameters.get('accountId');
  if (asked === undefined || asked === key.account.accountId) return key;
  const account = key.subAccounts.find(({ accountId }) => accountId === asked);
  return account === undefined ? REFUSED.accountId : { ...key, account };
}
