import { observeAbsence } from '../../domain/absence.ts';
import { latestAttempt, type Order } from '../../domain/order.ts';
import { reconcile } from '../../domain/reconcile.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { decideAndStore } from '../store-changes.ts';
import { type BulkView, readBulk } from './bulk-view.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { reviewOrder } from './review-order.ts';
import { sweepReceived, sweepSending } from './sweep.ts';

/** When each order of a pass may be looked at again; kept for one pass only. */
export type NotBefore = Map<string, UnixMs>;

/**
 * Looks once at each due order of one account: sweeps first, which cost no query, then targeted
 * queries, then one read of the bulk lists for all that were not found.
 *
 * @param keys - client order ids of due orders, oldest first
 */
export async function reviewAccount(
  dependencies: ReconcileDependencies,
  accountId: string,
  keys: readonly string[],
  round: { readonly deadline: UnixMs; readonly notBefore: NotBefore },
): Promise<void> {
  const { accounts, clock, orders } = dependencies;
  const account = await accounts.get(accountId);
  const notFound: Order[] = [];
  for (const clientOrderId of keys) {
    if (clock.now() >= round.deadline) return;
    // The index lags behind; the order itself decides.
    const order = await orders.get({ accountId, clientOrderId });
    if (order === undefined) continue;
    const missing = await reviewOne(dependencies, account, order, round);
    if (missing !== undefined) notFound.push(missing);
  }
  if (account !== undefined && notFound.length > 0) {
    await witnessInBulk(dependencies, account, notFound, round);
  }
}

async function reviewOne(
  dependencies: ReconcileDependencies,
  account: Account | undefined,
  order: Order,
  round: { readonly deadline: UnixMs; readonly notBefore: NotBefore },
): Promise<Order | undefined> {
  const now = dependencies.clock.now();
  const setNotBefore = (at: UnixMs | undefined) =>
    round.notBefore.set(nameOf(order), at ?? Number.POSITIVE_INFINITY);
  if (order.status === 'RECEIVED') {
    await sweepReceived(dependencies, order, account, now);
    setNotBefore(now + dependencies.settings.receivedSweepMs);
    return undefined;
  }
  const swept = order.status === 'SENDING' ? await sweepSending(dependencies, order, now) : order;
  if (swept.status === 'SENDING' || account === undefined) {
    setNotBefore(now + dependencies.settings.spacingMs);
    return undefined;
  }
  const review = await reviewOrder(dependencies, account, swept, round.deadline);
  setNotBefore(review.againAt);
  return review.notFoundAt === undefined ? undefined : review.order;
}

/**
 * Reads open orders and history once for all orders that a query did not find. What is in the
 * lists is adopted; for the rest the lists are the second witness of their absence.
 */
async function witnessInBulk(
  dependencies: ReconcileDependencies,
  account: Account,
  notFound: readonly Order[],
  round: { readonly deadline: UnixMs; readonly notBefore: NotBefore },
): Promise<void> {
  const starts = notFound.map((order) => latestAttempt(order)?.startedAt ?? order.createdAt);
  const since = Math.min(...starts) - dependencies.settings.historyMarginMs;
  const view = await readBulk(dependencies, account, { since, deadline: round.deadline });
  if (view.kind === 'incomplete') return;
  for (const order of notFound) await witness(dependencies, order, view);
}

async function witness(
  dependencies: ReconcileDependencies,
  order: Order,
  view: BulkView,
): Promise<void> {
  const now = dependencies.clock.now();
  const found = view.reports.get(order.clientOrderId);
  const decide = (known: Order) =>
    found === undefined
      ? observeAbsence(known, 'open-orders-and-history', view.askedAt, dependencies.settings)
      : reconcile(known, found, now);
  await decideAndStore(dependencies, order, { decide, now });
}

/** Names an order within a pass. */
export function nameOf(order: { accountId: string; clientOrderId: string }): string {
  return `${order.accountId}/${order.clientOrderId}`;
}
