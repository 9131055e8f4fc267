import * as z from 'zod/mini';
import { decideCancelRequest } from '../../domain/cancel.ts';
import { isFinal, type Order, type OrderKey } from '../../domain/order.ts';
import { METRICS } from '../metrics.ts';
import type { FieldError } from '../order-request.ts';
import type { Clock, Log, OrderQueue } from '../ports.ts';
import { type ChangeDependencies, decideAndStore } from '../store-changes.ts';
import { cancelMessage } from './cancel-message.ts';

/** What taking a request to cancel needs. */
export interface RequestCancelDependencies extends ChangeDependencies {
  /** The queue of cancels. */
  readonly cancels: OrderQueue;
  readonly clock: Clock;
  readonly log: Log;
}

/** A request to cancel from outside. */
export interface CancelRequest {
  /** Parsed JSON of unknown shape: `{"action": "cancel", "accountId", "clientOrderId"}`. */
  readonly body: unknown;
  /** The accounts that the sender may trade; absent when it may trade every configured one. */
  readonly allowedAccounts?: readonly string[];
}

/** What became of the request. `recorded` and `over` mean that the caller need not repeat it. */
export type CancelReceipt =
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }
  | { readonly kind: 'forbidden'; readonly accountId: string }
  | { readonly kind: 'no-order'; readonly key: OrderKey }
  /** It stands with the order and will be carried out, unless that was done with this very write. */
  | { readonly kind: 'recorded'; readonly order: Order }
  /** The order had ended before; nothing is left to cancel. */
  | { readonly kind: 'over'; readonly order: Order }
  /** Recorded but not queued: a repeat heals it, and so does the sweep. */
  | { readonly kind: 'not-queued'; readonly order: Order };

const text = (pattern: RegExp, words: string) =>
  z
    .string({ error: (issue) => (issue.input === undefined ? 'is required' : words) })
    .check(z.regex(pattern, { error: words }));

/** What a request to cancel has to be. */
export const cancelRequestSchema = z.strictObject(
  {
    action: z.literal('cancel', { error: 'must be cancel' }),
    accountId: text(/^[a-z0-9-]{1,32}$/, 'must match [a-z0-9-]{1,32}'),
    clientOrderId: text(/^[A-Za-z0-9_-]{1,36}$/, 'must match [A-Za-z0-9_-]{1,36}'),
  },
  { error: 'must be a JSON object' },
);

/** Says whether a body from outside asks for something to be done to an order, not for a new one. */
export function isActionRequest(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'action' in body;
}

/** Parses a request to cancel, and records it; see `requestCancel`. */
export async function receiveCancel(
  dependencies: RequestCancelDependencies,
  { body, allowedAccounts }: CancelRequest,
): Promise<CancelReceipt> {
  const parsed = cancelRequestSchema.safeParse(body);
  if (!parsed.success) return { kind: 'invalid', errors: parsed.error.issues.flatMap(fieldErrors) };
  const { accountId, clientOrderId } = parsed.data;
  if (allowedAccounts !== undefined && !allowedAccounts.includes(accountId)) {
    return { kind: 'forbidden', accountId };
  }
  return requestCancel(dependencies, { accountId, clientOrderId });
}

/**
 * Records the wish to cancel an order: stored first, queued second, acknowledged last.
 *
 * An order that was not sent ends with the same write; its message, wherever it is, then meets a
 * final order, and a submitter that read the order before loses its own conditional write. Repeating
 * a request is safe: it changes nothing while the first one is under way.
 *
 * @throws when the store cannot be reached; then nothing is known to be recorded
 */
export async function requestCancel(
  dependencies: RequestCancelDependencies,
  key: OrderKey,
): Promise<CancelReceipt> {
  const now = dependencies.clock.now();
  const order = await dependencies.orders.get(key);
  if (order === undefined) return { kind: 'no-order', key };
  let isOurs = false;
  const decide = (known: Order) => {
    const events = decideCancelRequest(known, now);
    // The last decision tells: whoever was faster may have ended the order meanwhile.
    isOurs = events.length > 0;
    return events;
  };
  const stored = await decideAndStore(dependencies, order, { decide, now });
  if (isFinal(stored.status)) return { kind: isOurs ? 'recorded' : 'over', order: stored };
  try {
    await dependencies.cancels.enqueue(cancelMessage(stored, now));
  } catch (error) {
    dependencies.metrics.count(METRICS.enqueueFailed);
    dependencies.log.error('a cancel is recorded but could not be queued', {
      accountId: stored.accountId,
      clientOrderId: stored.clientOrderId,
      cause: error instanceof Error ? error.name : 'unknown',
    });
    return { kind: 'not-queued', order: stored };
  }
  return { kind: 'recorded', order: stored };
}

function fieldErrors(issue: z.core.$ZodIssue): readonly FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((field) => ({ field, message: 'is not a field of a cancel' }));
  }
  return [{ field: issue.path.join('.') || 'body', message: issue.message }];
}
