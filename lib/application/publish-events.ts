import { invariant } from '../domain/invariant.ts';
import type { HistoryEntry, Order } from '../domain/order.ts';
import { type IntegrationEvent, PUBLIC_TYPE } from './integration-event.ts';
import { METRICS } from './metrics.ts';
import { orderResource } from './order-resource.ts';
import type { EventPublisher, Metrics } from './ports.ts';

/** One stored write of an order, as the table's stream tells it. */
export interface OrderChange {
  /** The stream's own number of the write. */
  readonly sequenceNumber: string;
  /** Version before the write; 0 for a new order. */
  readonly previousVersion: number;
  readonly order: Order;
}

/**
 * Changes that a person has to hear of. Whoever stores one counts it at once, unless it dies between
 * the write and the count; counted here as well, none is missed, and twice does no harm.
 */
const ALARMING: Partial<Record<HistoryEntry['type'], string>> = {
  OrderHeld: METRICS.orderHeld,
  OrderResurrected: METRICS.orderResurrected,
};

/** Gives the public name of a kind of change; one that is not known keeps its own name. */
export function publicTypeOf(type: string): string {
  return new Map<string, string>(Object.entries(PUBLIC_TYPE)).get(type) ?? type;
}

/**
 * Publishes every change of orders, in the order of the stream, and counts those that alarm.
 *
 * @returns the stream number of the first write that is not surely published, from which to go on
 *   later; undefined when all are
 */
export async function publishEvents(
  { metrics, publisher }: { readonly metrics: Metrics; readonly publisher: EventPublisher },
  changes: readonly OrderChange[],
): Promise<string | undefined> {
  const pending = changes.flatMap((change) =>
    integrationEvents(change).map((event) => ({ event, from: change.sequenceNumber })),
  );
  if (pending.length === 0) return undefined;
  // Before they are published: what fails after this is read again, and counted again.
  for (const { order, previousVersion } of changes) {
    for (const { sequence, type } of order.history) {
      const metric = sequence > previousVersion ? ALARMING[type] : undefined;
      if (metric !== undefined) metrics.count(metric);
    }
  }
  const published = await publisher.publish(pending.map(({ event }) => event));
  return pending[published]?.from;
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
