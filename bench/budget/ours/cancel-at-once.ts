import { createMemoryOrderQueue } from '../../../lib/adapters/memory/order-queue.ts';
import { cancelBatch } from '../../../lib/application/cancel/cancel-batch.ts';
import type { CancelDependencies } from '../../../lib/application/cancel/dependencies.ts';
import { requestCancel } from '../../../lib/application/cancel/request-cancel.ts';
import type { OrderKey } from '../../../lib/domain/order.ts';

/** Open orders looked through for one that is not canceled yet. */
const LISTED = 20;
/** Life of one invocation, as the function's timeout. */
const INVOCATION_MS = 20_000;

/**
 * Cancels an open order as the service does: recorded, queued, and carried out by the use case.
 *
 * @param wanted - taken when no order is known to be open
 */
export async function cancelAtOnce(
  dependencies: Omit<CancelDependencies, 'queue'>,
  wanted: OrderKey,
): Promise<void> {
  const { clock, orders } = dependencies;
  const { accountId } = wanted;
  const open = await orders.list({ accountId, status: 'NEW', limit: LISTED });
  const key = open.orders.find(({ cancel }) => cancel === undefined) ?? wanted;
  const queue = createMemoryOrderQueue(clock);
  const receipt = await requestCancel({ ...dependencies, cancels: queue }, key);
  if (receipt.kind !== 'recorded') throw new Error(`The cancel ended as ${receipt.kind}.`);
  const endsMs = clock.monotonicMs() + INVOCATION_MS;
  const remainingMs = () => endsMs - clock.monotonicMs();
  while (queue.waiting().length > 0 && remainingMs() > 0) {
    const messages = queue.receive(1);
    const records = messages.map((message) => ({ ...message, enqueuedAt: clock.now() }));
    const returned = await cancelBatch({ ...dependencies, queue }, records, remainingMs);
    for (const { messageId, receiptHandle } of messages) {
      if (!returned.includes(messageId)) queue.acknowledge(receiptHandle);
    }
    const nextAt = queue.nextVisibleAt();
    if (nextAt !== undefined) await clock.sleep(Math.max(1, nextAt - clock.now()));
  }
}
