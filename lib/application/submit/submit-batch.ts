import { decidePreparationFailure } from '../../domain/decide.ts';
import type { Order } from '../../domain/order.ts';
import { decideAndStore } from '../store-changes.ts';
import type { Handled, SubmitDependencies } from './dependencies.ts';
import { createKeyPools } from './key-pool.ts';
import {
  type OpenedRecord,
  type OrderRecord,
  openRecord,
  type QueueRecord,
} from './queue-record.ts';
import { submitOrder } from './submit-order.ts';

/** A dependency that failed is tried again after so long. */
const FAULT_RETRY_MS = 2_000;

/**
 * Handles one batch of queue records: message groups and, inside them, ordering keys concurrently,
 * one ordering key strictly in order.
 *
 * When a record has to come back, every later record of its group that has not been sent comes
 * back with it, hidden until there is a point in trying again. Records are in queue order.
 *
 * @param remainingMs - milliseconds before the function is killed
 * @returns message ids of the records to deliver again
 */
export async function submitBatch(
  dependencies: SubmitDependencies,
  records: readonly QueueRecord[],
  remainingMs: () => number,
): Promise<readonly string[]> {
  const { reachMs } = dependencies.settings;
  const pools = createKeyPools({ ...dependencies, reachMs, call: 'submit' });
  const groups = Map.groupBy(records, (record) => record.messageGroupId);
  const returned = await Promise.all(
    [...groups.values()].map(async (group) => {
      const run = new GroupRun(dependencies, pools, remainingMs);
      await run.handle(group);
      await hide(dependencies, run);
      return run.returned;
    }),
  );
  return returned.flat().map((record) => record.messageId);
}

/** Hides what comes back until there is a point in trying again. */
async function hide({ queue, clock, log }: SubmitDependencies, run: GroupRun): Promise<void> {
  if (run.returned.length === 0) return;
  const visibleInMs = Math.max(0, run.returnAt - clock.now());
  const handles = run.returned.map((record) => record.receiptHandle);
  try {
    await queue.postpone(handles, visibleInMs);
  } catch (error) {
    // The queue's own visibility timeout brings them back: later or sooner, never twice sent.
    log.warn('returned messages keep the visibility timeout of the queue', {
      cause: error instanceof Error ? error.name : 'unknown',
    });
  }
}

/** One message group of a batch. */
class GroupRun {
  readonly returned: QueueRecord[] = [];
  returnAt = 0;
  #isStopped = false;
  readonly #dependencies: SubmitDependencies;
  readonly #pools: ReturnType<typeof createKeyPools>;
  readonly #remainingMs: () => number;

  constructor(
    dependencies: SubmitDependencies,
    pools: ReturnType<typeof createKeyPools>,
    remainingMs: () => number,
  ) {
    this.#dependencies = dependencies;
    this.#pools = pools;
    this.#remainingMs = remainingMs;
  }

  async handle(records: readonly QueueRecord[]): Promise<void> {
    const opened = await Promise.all(records.map((record) => this.#open(record)));
    const orders = opened.filter((record) => record?.kind === 'order');
    const keys = Map.groupBy(
      orders,
      ({ order }) => `${order.accountId}#${order.terms.orderingKey}`,
    );
    await Promise.all([...keys.values()].map((ofKey) => this.#handleInOrder(ofKey)));
  }

  async #open(record: QueueRecord): Promise<OpenedRecord | undefined> {
    try {
      return await openRecord(this.#dependencies, record);
    } catch (error) {
      this.#fault(error, { messageId: record.messageId });
      this.#return(record, this.#dependencies.clock.now() + FAULT_RETRY_MS);
      return undefined;
    }
  }

  async #handleInOrder(records: readonly OrderRecord[]): Promise<void> {
    for (const opened of records) {
      if (this.#isStopped) {
        this.returned.push(opened.record);
        continue;
      }
      const handled = await this.#handleOne(opened);
      if (handled.kind === 'return') this.#return(opened.record, handled.at);
    }
  }

  async #handleOne({ order, account, read }: OrderRecord): Promise<Handled> {
    const pool = this.#pools(account);
    const turn = { account, pool, read, remainingMs: this.#remainingMs };
    try {
      return await submitOrder(this.#dependencies, order, turn);
    } catch (error) {
      this.#fault(error, { accountId: order.accountId, clientOrderId: order.clientOrderId });
      return this.#afterFault(order, error);
    }
  }

  /** A bug of ours is counted on the order, so that it ends with a person and not in a circle. */
  async #afterFault(order: Order, error: unknown): Promise<Handled> {
    const { clock, orders } = this.#dependencies;
    const now = clock.now();
    if (!isOurBug(error)) return { kind: 'return', at: now + FAULT_RETRY_MS };
    const message = `${error.name}: ${error.message}`.slice(0, 200);
    try {
      const current = (await orders.get(order)) ?? order;
      const decide = (known: Order) => decidePreparationFailure(known, message, now);
      const stored = await decideAndStore(this.#dependencies, current, { decide, now });
      return stored.status === 'HELD'
        ? { kind: 'done' }
        : { kind: 'return', at: now + FAULT_RETRY_MS };
    } catch (second) {
      this.#fault(second, { clientOrderId: order.clientOrderId });
      return { kind: 'return', at: now + FAULT_RETRY_MS };
    }
  }

  #return(record: QueueRecord, at: number): void {
    this.#isStopped = true;
    this.returned.push(record);
    this.returnAt = Math.max(this.returnAt, at);
  }

  #fault(error: unknown, fields: Readonly<Record<string, unknown>>): void {
    this.#dependencies.log.error('handling an order failed; its message comes back', {
      ...fields,
      cause: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown',
    });
  }
}

function isOurBug(error: unknown): error is Error {
  return (
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof ReferenceError ||
    (error instanceof Error && error.name === 'InvariantError')
  );
}
