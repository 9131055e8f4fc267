import type { QueueRecord } from '../submit/queue-record.ts';
import { deliverOrder, type OrderResults } from './deliver-order.ts';
import type { DeliverDependencies } from './dependencies.ts';
import { parseResultMessage, type ResultMessage } from './result-message.ts';

interface Opened {
  readonly record: QueueRecord;
  readonly message: ResultMessage;
}

/**
 * Handles one batch of the queue of results: orders concurrently, each strictly in order.
 *
 * A message group holds many orders and exists to bound the consumers of one producer, so only the
 * messages of an order that failed come back; those of others were delivered or are kept.
 *
 * @param remainingMs - milliseconds before the function is killed
 * @returns message ids of the records to deliver again
 */
export async function deliverBatch(
  dependencies: DeliverDependencies,
  records: readonly QueueRecord[],
  remainingMs: () => number,
): Promise<readonly string[]> {
  const opened: Opened[] = [];
  const returned: QueueRecord[] = [];
  for (const record of records) {
    const message = parseResultMessage(record.body);
    if (message !== undefined) opened.push({ record, message });
    else if (!(await isPutAside(dependencies, record))) returned.push(record);
  }
  const orders = Map.groupBy(opened, ({ message }) => keyOf(message));
  await Promise.all(
    [...orders.values()].map(async (ofOrder) => {
      try {
        await deliverOrder(dependencies, together(ofOrder), remainingMs);
      } catch (error) {
        logFault(dependencies, error);
        returned.push(...ofOrder.map(({ record }) => record));
      }
    }),
  );
  return returned.map(({ messageId }) => messageId);
}

function together(ofOrder: readonly Opened[]): OrderResults {
  const messages = ofOrder.map(({ message }) => message);
  const [first] = messages;
  return {
    orderId: first === undefined ? '' : orderIdOf(first),
    producerId: first === undefined ? '' : producerIdOf(first),
    events: messages.flatMap((one) => (one.kind === 'event' ? [one.result.event] : [])),
    isDue: messages.some(({ kind }) => kind === 'due'),
    enqueuedAt: Math.min(...ofOrder.map(({ record }) => record.enqueuedAt)),
  };
}

/** A message that is none would block its group for ever. */
async function isPutAside(
  dependencies: DeliverDependencies,
  { body, messageGroupId, messageId }: QueueRecord,
): Promise<boolean> {
  try {
    const reason = 'not a result: JSON of {producerId, event} or {producerId, due}';
    await dependencies.queue.putAside({ body, messageGroupId, messageId, reason });
    return true;
  } catch (error) {
    logFault(dependencies, error);
    return false;
  }
}

function logFault({ log }: DeliverDependencies, error: unknown): void {
  log.error('handling results failed; their messages come back', {
    cause: error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 200) : 'unknown',
  });
}

function keyOf(message: ResultMessage): string {
  return `${producerIdOf(message)}/${orderIdOf(message)}`;
}

function orderIdOf(message: ResultMessage): string {
  return message.kind === 'due' ? message.orderId : message.result.event.orderId;
}

function producerIdOf(message: ResultMessage): string {
  return message.kind === 'due' ? message.producerId : message.result.producerId;
}
