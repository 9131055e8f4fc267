import { isCancelDue, isCancelPending } from '../../domain/cancel.ts';
import type { Order } from '../../domain/order.ts';
import { cancelMessage } from '../cancel/cancel-message.ts';
import { METRICS } from '../metrics.ts';
import type { OrderStore } from '../ports.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/**
 * Gives the store of a pass: whatever the pass stores or puts off, an order that is then found open
 * though it is wanted canceled has its cancel asked for. A message too many does no harm.
 *
 * Its methods also throw when the queue of cancels cannot be reached; the order is then looked at
 * again.
 */
export function storeThatAsksForCancels(dependencies: ReconcileDependencies): OrderStore {
  const { orders } = dependencies;
  return {
    ...orders,
    async append(order, events, dueAt) {
      const answer = await orders.append(order, events, dueAt);
      await askForCancel(dependencies, answer.order);
      return answer;
    },
    async postpone(order, dueAt) {
      await askForCancel(dependencies, order);
      await orders.postpone(order, dueAt);
    },
  };
}

async function askForCancel(
  { cancels, clock, metrics, settings }: ReconcileDependencies,
  order: Order,
): Promise<void> {
  if (order.cancel === undefined || !isCancelPending(order)) return;
  const now = clock.now();
  metrics.duration(METRICS.oldestCancelAge, now - order.cancel.requestedAt);
  if (!isCancelDue(order, { now, attemptMaxMs: settings.sendingSweepMs })) return;
  await cancels.enqueue(cancelMessage(order, now));
}
