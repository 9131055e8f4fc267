import { evolve } from '../../domain/evolve.ts';
import type { Order } from '../../domain/order.ts';
import { reviewAt } from '../../domain/review-schedule.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { METRICS } from '../metrics.ts';
import {
  deadlineErrors,
  type OrderRequest,
  parseOrderRequest,
  requestHash,
} from '../order-request.ts';
import type { Halt } from '../ports.ts';
import { receivedEvent } from '../receive-order.ts';
import type { SubmitDependencies } from './dependencies.ts';

/** One message as the queue delivered it. */
export interface QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly messageGroupId: string;
  readonly body: string;
  /** When its sender put it on the queue, by the queue's clock. */
  readonly enqueuedAt: number;
}

/** A record whose order is known and ours. */
export interface OrderRecord {
  readonly kind: 'order';
  readonly record: QueueRecord;
  readonly order: Order;
  readonly account: Account;
  /** Read with the order: an order that does not wait need not ask again. */
  readonly read: StoreRead;
}

/** What was read of the store, when, and how long that took. */
export interface StoreRead {
  readonly halt: Halt;
  readonly at: UnixMs;
  readonly tookMs: number;
}

/** What a record turned out to be. */
export type OpenedRecord =
  | OrderRecord
  /** Nothing is left to do for it. */
  | { readonly kind: 'finished'; readonly record: QueueRecord };

/**
 * Finds the order of a queue message, and stores it first when a producer put it straight on the
 * queue. A message that can never be handled is put aside, so that it blocks nothing.
 *
 * @throws when the store, the accounts or the dead-letter queue cannot be reached
 */
export async function openRecord(
  dependencies: SubmitDependencies,
  record: QueueRecord,
): Promise<OpenedRecord> {
  const parsed = parseOrderRequest(jsonOf(record.body));
  if (parsed.kind === 'invalid') {
    const fields = parsed.errors.map(({ field, message }) => `${field} ${message}`);
    return putAside(dependencies, record, fields.join('; ').slice(0, REASON_LENGTH_MAX));
  }
  const { request } = parsed;
  const tooFar = deadlineErrors(request, record.enqueuedAt).find(
    () => (request.validUntil ?? 0) > record.enqueuedAt,
  );
  if (tooFar !== undefined) {
    return putAside(dependencies, record, `${tooFar.field} ${tooFar.message}`);
  }
  const { accounts, clock, halts, orders } = dependencies;
  const [at, askedMs] = [clock.now(), clock.monotonicMs()];
  const [known, halt, account] = await Promise.all([
    orders.get(request),
    halts.get(request.accountId),
    accounts.get(request.accountId),
  ]);
  const read = { halt, at, tookMs: clock.monotonicMs() - askedMs };
  if (account === undefined) {
    return putAside(dependencies, record, `account ${request.accountId} is not configured`);
  }
  const order = known ?? (await storeFromQueue(dependencies, record, request, account));
  if (order.requestHash !== requestHash(request)) {
    dependencies.metrics.count(METRICS.conflictingMessage);
    return putAside(
      dependencies,
      record,
      `client order id ${request.clientOrderId} is taken by another order`,
    );
  }
  return { kind: 'order', record, order, account, read };
}

/** Enough for every field of a request; bounded for the message attribute that holds it. */
const REASON_LENGTH_MAX = 1_000;

async function storeFromQueue(
  { orders, metrics, rules }: SubmitDependencies,
  record: QueueRecord,
  request: OrderRequest,
  account: Account,
): Promise<Order> {
  // Its deadline counts from when it was sent, not from when we came to read it.
  const event = receivedEvent(request, account, 'queue', record.enqueuedAt);
  const dueAt = reviewAt(evolve(undefined, event), record.enqueuedAt, rules);
  const stored = await orders.create(event, dueAt);
  if (stored.kind === 'stored') metrics.count(METRICS.orderReceived);
  return stored.order;
}

async function putAside(
  { queue, log, metrics }: SubmitDependencies,
  record: QueueRecord,
  reason: string,
): Promise<OpenedRecord> {
  const { body, messageGroupId, messageId } = record;
  await queue.putAside({ body, messageGroupId, messageId, reason });
  metrics.count(METRICS.poisonMessage);
  log.error('a message that can never be handled is put aside', { messageId, reason });
  return { kind: 'finished', record };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Not JSON: the parser of requests says so with the field `body`.
    return error instanceof SyntaxError ? undefined : null;
  }
}
