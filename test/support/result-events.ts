import type { HandedEvent } from '../../lib/application/integration-event.ts';

/** An event of an order, the same for the same number. */
export function resultEvent(
  orderId: string,
  sequence: number,
  at = 1_800_000_000_000,
): HandedEvent {
  const [accountId, clientOrderId] = orderId.split('/');
  const data = { accountId, clientOrderId, sequence, at: at + sequence, status: 'NEW', order: {} };
  return { id: `${orderId}/${sequence}`, orderId, type: 'order.reported', schemaVersion: 1, data };
}
