import { isOpen, type Order } from '../../domain/order.ts';
import { reconcile } from '../../domain/reconcile.ts';
import type { Account } from '../account.ts';
import { weightOf } from '../call-weights.ts';
import type { QueryAnswer } from '../exchange.ts';
import { ask } from '../reconcile/ask.ts';
import { decideAndStore } from '../store-changes.ts';
import type { CancelDependencies } from './dependencies.ts';

/** A query slot further away than this is left to the reconciler, which reads in bulk. */
const CONFIRM_REACH_MS = 1_000;

/**
 * Fetches the truth about an order after its cancel was answered, once and if there is a slot soon.
 * What it does not end the reconciler does: the order stays due.
 *
 * Never throws: the cancel itself is done with.
 */
export async function confirmCancel(
  dependencies: CancelDependencies,
  account: Account,
  order: Order,
): Promise<Order> {
  if (!isOpen(order.status)) return order;
  const { clock, exchange, log, reconcile: settings } = dependencies;
  const soon = { ...settings, reachMs: CONFIRM_REACH_MS };
  const asking = { ...dependencies, settings: soon };
  try {
    const answer = await ask<QueryAnswer>(asking, account, {
      weight: weightOf(account, 'queryOrder'),
      deadline: clock.now() + CONFIRM_REACH_MS,
      read: (context) => exchange.queryOrder(context, order.clientOrderId),
    });
    // A not-found is no verdict: the reconciler asks again until the exchange is clear.
    if (answer.kind !== 'found') return order;
    const now = clock.now();
    const decide = (known: Order) => reconcile(known, answer, now);
    return await decideAndStore(dependencies, order, { decide, now });
  } catch (error) {
    log.warn('a cancel could not be confirmed yet', {
      accountId: order.accountId,
      clientOrderId: order.clientOrderId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
    return order;
  }
}
