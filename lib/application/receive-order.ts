import type { OrderReceived, Origin } from '../domain/events.ts';
import { evolve } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import { type ReviewRules, reviewAt } from '../domain/review-schedule.ts';
import type { Account } from './account.ts';
import { advanceReplacement } from './cancel/advance-replacement.ts';
import { orderMessage } from './message.ts';
import { METRICS } from './metrics.ts';
import {
  deadlineErrors,
  type FieldError,
  type OrderRequest,
  parseOrderRequest,
  requestHash,
  termsOf,
} from './order-request.ts';
import type { Accounts, Clock, Log, Metrics, OrderQueue, OrderStore } from './ports.ts';

/** What receiving an order needs. */
export interface ReceiveDependencies {
  readonly orders: OrderStore;
  readonly queue: OrderQueue;
  /** The queue of cancels, for orders that take the place of others. */
  readonly cancels: OrderQueue;
  readonly accounts: Accounts;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly rules: ReviewRules;
}

/** An order request from outside. */
export interface Received {
  /** Parsed JSON of unknown shape. */
  readonly body: unknown;
  readonly origin: Origin;
  /** The accounts that the sender may trade; absent when it may trade every configured one. */
  readonly allowedAccounts?: readonly string[];
  /** Whose signed webhook it is. */
  readonly producerId?: string;
}

/** What became of the request. Only `accepted` and `repeated` mean that the order is ours. */
export type Receipt =
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'forbidden'; readonly accountId: string }
  | { readonly kind: 'accepted'; readonly order: Order }
  | { readonly kind: 'repeated'; readonly order: Order }
  /** The id is taken by another order; its hash tells the caller which. */
  | { readonly kind: 'taken'; readonly clientOrderId: string; readonly requestHash: string }
  /** Stored but not queued: a repeat heals it, and so does the sweep. */
  | { readonly kind: 'not-queued'; readonly order: Order };

/**
 * Makes an order request ours: stored first, queued second, acknowledged last.
 *
 * Idempotent by account and client order id. Throws only when the store or the accounts cannot be
 * reached; then nothing was accepted.
 */
export async function receiveOrder(
  dependencies: ReceiveDependencies,
  received: Received,
): Promise<Receipt> {
  const now = dependencies.clock.now();
  const parsed = parseOrderRequest(received.body);
  if (parsed.kind === 'invalid') return parsed;
  const { request } = parsed;

  const { allowedAccounts } = received;
  if (allowedAccounts !== undefined && !allowedAccounts.includes(request.accountId)) {
    return { kind: 'forbidden', accountId: request.accountId };
  }
  const account = await dependencies.accounts.get(request.accountId);
  if (account === undefined) {
    const message = 'is not configured here';
    return { kind: 'invalid', errors: [{ field: 'accountId', message }] };
  }

  const known = await dependencies.orders.get(request);
  if (known === undefined) {
    const errors = [
      ...deadlineErrors(request, now),
      ...(await replacementErrors(dependencies, request)),
    ];
    if (errors.length > 0) return { kind: 'invalid', errors };
  }
  const event = producedBy(received, receivedEvent(request, account, received.origin, now));
  const order = evolve(undefined, event);
  const stored =
    known === undefined
      ? await dependencies.orders.create(event, reviewAt(order, now, dependencies.rules))
      : { kind: 'conflict' as const, order: known };
  if (stored.kind === 'stored') dependencies.metrics.count(METRICS.orderReceived);
  return settleReceipt(dependencies, account, stored, event.requestHash);
}

async function replacementErrors(
  { orders }: ReceiveDependencies,
  { accountId, clientOrderId, replaces }: OrderRequest,
): Promise<readonly FieldError[]> {
  if (replaces === undefined) return [];
  const field = 'replaces';
  if (replaces === clientOrderId) return [{ field, message: 'names the order itself' }];
  const replaced = await orders.get({ accountId, clientOrderId: replaces });
  return replaced === undefined ? [{ field, message: 'names no order of this account' }] : [];
}

/** Makes the first event of an order's life. */
export function receivedEvent(
  request: OrderRequest,
  account: Account,
  origin: Origin,
  at: number,
): OrderReceived {
  return {
    type: 'OrderReceived',
    at,
    accountId: request.accountId,
    clientOrderId: request.clientOrderId,
    terms: termsOf(request, { at, validForMs: account.validForMs }),
    request: { ...request },
    requestHash: requestHash(request),
    origin,
  };
}

function producedBy({ producerId }: Received, event: OrderReceived): OrderReceived {
  return producerId === undefined ? event : { ...event, producerId };
}

async function settleReceipt(
  dependencies: ReceiveDependencies,
  account: Account,
  stored: { readonly kind: 'stored' | 'conflict'; readonly order: Order },
  hash: string,
): Promise<Receipt> {
  const { order } = stored;
  if (order.requestHash !== hash) {
    return { kind: 'taken', clientOrderId: order.clientOrderId, requestHash: order.requestHash };
  }
  // A repeat of a waiting order is queued again: the first time may have failed. The queue drops
  // it when it did not, and a message for an order that was sent is acknowledged without sending.
  if (order.status === 'RECEIVED') {
    try {
      const { kind } = await advanceReplacement(dependencies, order);
      if (kind === 'send') await dependencies.queue.enqueue(orderMessage(order, account, 0));
    } catch (error) {
      dependencies.metrics.count(METRICS.enqueueFailed);
      dependencies.log.error('an order is stored but could not be queued', {
        accountId: order.accountId,
        clientOrderId: order.clientOrderId,
        cause: error instanceof Error ? error.name : 'unknown',
      });
      return { kind: 'not-queued', order };
    }
  }
  return { kind: stored.kind === 'stored' ? 'accepted' : 'repeated', order };
}
