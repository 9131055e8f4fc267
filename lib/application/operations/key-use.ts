import { isFinal, latestAttempt, type OrderStatus } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Accounts, OrderStore } from '../ports.ts';
import type { KeyView, RateBudget } from '../rate-budget.ts';

/** What looking at the keys of an account needs. */
export interface KeyUseDependencies {
  readonly accounts: Accounts;
  readonly orders: OrderStore;
  readonly budget: RateBudget;
}

/** One key that is configured, or that an unsettled order was sent with. */
export interface KeyUse {
  readonly keyId: string;
  readonly isConfigured: boolean;
  /** Orders whose latest attempt used it and whose fate is open. */
  readonly unsettled: number;
  readonly gate: KeyView['gate'];
}

/** Statuses in which the exchange may still have to be asked with the key that sent. */
const UNSETTLED: readonly OrderStatus[] = ['SENDING', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED'];
const PAGE = 100;

/**
 * Says of each key of an account whether orders still hang on it, so that a key is deleted at the
 * exchange only when nothing needs it any more.
 *
 * @returns undefined when no such account is configured
 */
export async function keyUse(
  { accounts, budget, orders }: KeyUseDependencies,
  accountId: string,
  now: UnixMs,
): Promise<readonly KeyUse[] | undefined> {
  const account = await accounts.get(accountId);
  if (account === undefined) return undefined;
  const counts = new Map(account.keys.map(({ keyId }) => [keyId, 0]));
  for (const status of UNSETTLED) {
    let cursor: string | undefined;
    do {
      const page = await orders.list({
        accountId,
        status,
        limit: PAGE,
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const order of page.orders) {
        const keyId = latestAttempt(order)?.keyId;
        if (keyId === undefined || isFinal(order.status)) continue;
        counts.set(keyId, (counts.get(keyId) ?? 0) + 1);
      }
      cursor = page.cursor;
    } while (cursor !== undefined);
  }
  return Promise.all(
    [...counts].map(async ([keyId, unsettled]) => ({
      keyId,
      unsettled,
      isConfigured: account.keys.some((key) => key.keyId === keyId),
      gate: (await budget.view(keyId, now)).gate,
    })),
  );
}
