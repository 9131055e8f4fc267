import { METRICS } from '../metrics.ts';
import type { Handled } from '../submit/dependencies.ts';
import type { QueueRecord } from '../submit/queue-record.ts';
import { parseCancelMessage } from './cancel-message.ts';
import { cancelOrder } from './cancel-order.ts';
import { createCancelPools } from './cancel-pools.ts';
import type { CancelDependencies } from './dependencies.ts';

/** A dependency that failed is tried again after so long. */
const FAULT_RETRY_MS = 2_000;

/**
 * Carries out one batch of cancels, orders beside each other, the messages of one order one after
 * the other. What cannot go on now comes back when there is a point in trying again.
 *
 * @param remainingMs - milliseconds before the function is killed
 * @returns message ids of the records to deliver again
 */
export async function cancelBatch(
  dependencies: CancelDependencies,
  records: readonly QueueRecord[],
  remainingMs: () => number,
): Promise<readonly string[]> {
  const { reachMs } = dependencies.settings;
  const pools = createCancelPools({ ...dependencies, reachMs, call: 'cancel' });
  const groups = Map.groupBy(records, ({ messageGroupId }) => messageGroupId);
  const returned = await Promise.all(
    [...groups.values()].map((group) => handleGroup(dependencies, group, { pools, remainingMs })),
  );
  return returned.flat().map(({ messageId }) => messageId);
}

interface Batch {
  readonly pools: ReturnType<typeof createCancelPools>;
  readonly remainingMs: () => number;
}

/** Gives the records that come back: from the first that cannot go on, all of them. */
async function handleGroup(
  dependencies: CancelDependencies,
  group: readonly QueueRecord[],
  batch: Batch,
): Promise<readonly QueueRecord[]> {
  for (const [index, record] of group.entries()) {
    const handled = await handleRecord(dependencies, record, batch);
    if (handled.kind === 'done') continue;
    const rest = group.slice(index);
    await hide(dependencies, rest, handled.at);
    return rest;
  }
  return [];
}

async function handleRecord(
  dependencies: CancelDependencies,
  record: QueueRecord,
  batch: Batch,
): Promise<Handled> {
  const { accounts, clock, log, orders } = dependencies;
  try {
    const key = parseCancelMessage(record.body);
    if (key === undefined) return await putAside(dependencies, record, 'is no cancel message');
    const askedMs = clock.monotonicMs();
    const [order, account] = await Promise.all([orders.get(key), accounts.get(key.accountId)]);
    const storeMs = clock.monotonicMs() - askedMs;
    if (order === undefined) return await putAside(dependencies, record, 'names no order');
    if (account === undefined) {
      return await putAside(dependencies, record, `account ${key.accountId} is not configured`);
    }
    const { pools, remainingMs } = batch;
    const pool = pools(account);
    return await cancelOrder(dependencies, order, { account, pool, storeMs, remainingMs });
  } catch (error) {
    log.error('carrying out a cancel failed; its message comes back', {
      messageId: record.messageId,
      cause: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown',
    });
    return { kind: 'return', at: clock.now() + FAULT_RETRY_MS };
  }
}

async function putAside(
  { queue, log, metrics }: CancelDependencies,
  record: QueueRecord,
  reason: string,
): Promise<Handled> {
  const { body, messageGroupId, messageId } = record;
  await queue.putAside({ body, messageGroupId, messageId, reason });
  metrics.count(METRICS.poisonMessage);
  log.error('a cancel that can never be carried out is put aside', { messageId, reason });
  return { kind: 'done' };
}

/** Hides what comes back until there is a point in trying again. */
async function hide(
  { queue, clock, log }: CancelDependencies,
  records: readonly QueueRecord[],
  at: number,
): Promise<void> {
  const handles = records.map(({ receiptHandle }) => receiptHandle);
  try {
    await queue.postpone(handles, Math.max(0, at - clock.now()));
  } catch (error) {
    // The queue's own visibility timeout brings them back: later or sooner, never wrong.
    log.warn('returned cancels keep the visibility timeout of the queue', {
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}
