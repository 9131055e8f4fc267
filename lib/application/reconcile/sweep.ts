import type { Order } from '../../domain/order.ts';
import { isReplacement } from '../../domain/replacement.ts';
import { reviewAt } from '../../domain/review-schedule.ts';
import { abandonAttempt } from '../../domain/submit-outcome.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { advanceReplacement } from '../cancel/advance-replacement.ts';
import { orderMessage } from '../message.ts';
import { METRICS } from '../metrics.ts';
import { decideAndStore } from '../store-changes.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/**
 * Looks after an order that has not been sent: past its deadline it expires, otherwise its message
 * may be lost and it is queued again. A message too many does no harm.
 */
export async function sweepReceived(
  dependencies: ReconcileDependencies,
  order: Order,
  account: Account | undefined,
  now: UnixMs,
): Promise<void> {
  const { metrics, orders, queue, settings } = dependencies;
  metrics.duration(METRICS.oldestReceivedAge, now - order.createdAt);
  if (now >= order.terms.validUntil) {
    await decideAndStore(dependencies, order, {
      decide: (known) => (known.status === 'RECEIVED' ? [{ type: 'OrderExpired', at: now }] : []),
      now,
    });
    return;
  }
  if (isReplacement(order) && (await advanceReplacement(dependencies, order)).kind !== 'send') {
    await orders.postpone(order, reviewAt(order, now, settings));
    return;
  }
  if (account !== undefined) await queue.enqueue(orderMessage(order, account, roundOf(now)));
  const nextAt = Math.min(now + settings.receivedSweepMs, order.terms.validUntil + 1);
  await orders.postpone(order, nextAt);
}

/** Puts an order in doubt whose sender was killed between the send and the stored outcome. */
export async function sweepSending(
  dependencies: ReconcileDependencies,
  order: Order,
  now: UnixMs,
): Promise<Order> {
  const latest = order.attempts.at(-1);
  const dueAt = (latest?.startedAt ?? 0) + dependencies.settings.sendingSweepMs;
  if (now < dueAt) return order;
  return decideAndStore(dependencies, order, {
    decide: (known) => abandonAttempt(known, now),
    now,
  });
}

/**
 * Numbers the sweeps of one order by time, so that each gives a new deduplication id without a
 * counter to store: the queue forgets ids after five minutes, sweeps are minutes apart.
 */
function roundOf(now: UnixMs): number {
  return Math.floor(now / 1_000);
}
