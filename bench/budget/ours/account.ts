import { createHash } from 'node:crypto';
import type { Account } from '../../../lib/application/account.ts';
import { Secret } from '../../../lib/application/secret.ts';
import type { KeyPair } from '../sender.ts';

/** What a process has to know to act for the account. */
export interface AccountDescription {
  readonly accountId: string;
  readonly exchangeUrl: string;
  readonly keys: readonly KeyPair[];
  readonly lanes: number;
}

/** No order of a run expires. */
const VALID_FOR_MS = 3_600_000;

/** Makes the account as its secret would describe it. */
export function accountOf(description: AccountDescription): Account {
  const { accountId, exchangeUrl, keys, lanes } = description;
  return {
    accountId,
    site: 'GLOBAL',
    environment: 'sandbox',
    baseUrl: exchangeUrl,
    keys: keys.map(({ apiKey, apiSecret }) => ({
      keyId: createHash('sha256').update(apiKey).digest('hex').slice(0, 16),
      apiKey: new Secret(apiKey),
      apiSecret: new Secret(apiSecret),
    })),
    limits: { ordersPerSecond: 10, queriesPerSecond: 2 },
    lanes,
    validForMs: VALID_FOR_MS,
  };
}
