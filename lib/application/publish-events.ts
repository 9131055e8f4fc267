import { invariant } from '../domain/invariant.ts';
import type { HistoryEntry, Order } from '../domain/order.ts';
import { resultMessage } from './deliver-results/result-message.ts';
import { inParallel } from './in-parallel.ts';
import { type IntegrationEvent, PUBLIC_TYPE } from './integration-event.ts';
import { METRICS } from './metrics.ts';
import { orderResource } from './order-resource.ts';
import type { EventPublisher, Log, Metrics, OrderQueue } from './ports.ts';

/** One stored write of an order, as the table's stream tells it. */
export interface OrderChange {
  /** The stream's own number of the write. */
  readonly sequenceNumber: string;
  /** Version before the write; 0 for a new order. */
  readonly previousVersion: number;
  readonly order: Order;
}

/** What publishing needs. */
export interface PublishDependencies {
  readonly publisher: EventPublisher;
  /** The queue of results. */
  readonly results: Pick<OrderQueue, 'enqueue'>;
  readonly log: Log;
  readonly metrics: Metrics;
}

interface Pending {
  readonly event: IntegrationEvent;
  readonly producerId: string | undefined;
  /** Where the stream is read again when this is not surely out. */
  readonly from: string;
}

/** Sends under way at once, each of another order. */
const SENDS_MAX = 10;

/**
 * Changes that a person has to hear of. Whoever stores one counts it at once, unless it dies between
 * the write and the count; counted here as well, none is missed, and twice does no harm.
 */
const ALARMING: Partial<Record<HistoryEntry['type'], string>> = {
  OrderHeld: METRICS.orderHeld,
  ExecutionExceeded: METRICS.executionExceeded,
  OrderResurrected: METRICS.orderResurrected,
};

/** An alarm has no order's name, so the log has it. */
function tellAlarming(
  { log, metrics }: PublishDependencies,
  { order, previousVersion }: OrderChange,
): void {
  const { accountId, clientOrderId, reason } = order;
  for (const { sequence, type } of order.history) {
    const metric = sequence > previousVersion ? ALARMING[type] : undefined;
    if (metric === undefined) continue;
    metrics.count(metric);
    const orderId = `${accountId}/${clientOrderId}`;
    log.warn('an order needs a person', { orderId, change: type, reason });
  }
}

/** Gives the public name of a kind of change; one that is not known keeps its own name. */
export function publicTypeOf(type: string): string {
  return new Map<string, string>(Object.entries(PUBLIC_TYPE)).get(type) ?? type;
}

/**
 * Publishes every change of orders, in the order of the stream, counts those that alarm, and queues
 * those of producers' orders as results.
 *
 * @returns the stream number of the first write that is not surely out on both ways, from which to
 *   go on later; undefined when all are
 */
export async function publishEvents(
  dependencies: PublishDependencies,
  changes: readonly OrderChange[],
): Promise<string | undefined> {
  const pending = changes.flatMap((change) =>
    integrationEvents(change).map((event) => ({
      event,
      producerId: change.order.producerId,
      from: change.sequenceNumber,
    })),
  );
  if (pending.length === 0) return undefined;
  // Before they are published: what fails after this is read again, and counted again.
  for (const change of changes) tellAlarming(dependencies, change);
  const published = await dependencies.publisher.publish(pending.map(({ event }) => event));
  // Of an event that is not on the bus yet, the repeat queues the result.
  const queued = await queueResults(dependencies, pending.slice(0, published));
  return pending[Math.min(published, queued)]?.from;
}

/**
 * Queues results, each order's strictly one after the other: a later one must not stand before one
 * that failed. What is sent again after a failure is dropped by its id.
 *
 * @returns how many of the first are surely queued, or need not be
 */
async function queueResults(
  { log, results }: PublishDependencies,
  pending: readonly Pending[],
): Promise<number> {
  const numbered = pending.map((one, index) => ({ ...one, index }));
  const orders = [...Map.groupBy(numbered, ({ event }) => event.orderId).values()];
  const failed: number[] = [];
  await inParallel(orders, SENDS_MAX, async (ofOrder) => {
    for (const { event, index, producerId } of ofOrder) {
      if (producerId === undefined) continue;
      // Once one send failed, more of them would only use up the time of this invocation.
      if (failed.length > 0) {
        failed.push(index);
        return;
      }
      try {
        await results.enqueue(resultMessage({ producerId, event }));
      } catch (error) {
        log.error('a result could not be queued; its change is read again', {
          orderId: event.orderId,
          cause: error instanceof Error ? error.name : 'unknown',
        });
        failed.push(index);
        return;
      }
    }
  });
  return Math.min(pending.length, ...failed);
}

/**
 * Gives the events of one write: one for each change, numbered without a gap.
 *
 * A write that changed nothing (a look that was only postponed) has none.
 */
export function integrationEvents({
  order,
  previousVersion,
}: OrderChange): readonly IntegrationEvent[] {
  const entries = order.history.filter((entry) => entry.sequence > previousVersion);
  invariant(
    entries.length === order.version - previousVersion,
    'an order keeps every change that its last write made',
  );
  const orderId = `${order.accountId}/${order.clientOrderId}`;
  const { history: _history, attempts: _attempts, ...resource } = orderResource(order);
  return entries.map((entry) => ({
    id: `${orderId}/${entry.sequence}`,
    orderId,
    type: PUBLIC_TYPE[entry.type],
    schemaVersion: 1 as const,
    data: {
      accountId: order.accountId,
      clientOrderId: order.clientOrderId,
      sequence: entry.sequence,
      at: entry.at,
      status: entry.status,
      detail: entry.detail,
      order: resource,
    },
  }));
}
