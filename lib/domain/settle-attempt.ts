import type { Evidence } from './execution-report.ts';
import { invariant } from './invariant.ts';
import type { AttemptOutcome, Order } from './order.ts';
import type { UnixMs } from './time.ts';

/** What an event says about the attempt that it ends. */
export interface AttemptEnd {
  readonly attemptId?: string;
  readonly sentAt?: UnixMs;
  readonly evidence: Evidence;
}

/**
 * Writes an outcome and its evidence to the attempt that an event names.
 *
 * @throws InvariantError when the order has no such attempt
 */
export function settleAttempt(order: Order, end: AttemptEnd, outcome: AttemptOutcome): Order {
  if (end.attemptId === undefined) return order;
  invariant(
    order.attempts.some((attempt) => attempt.attemptId === end.attemptId),
    'an outcome belongs to a stored attempt',
  );
  const attempts = order.attempts.map((attempt) =>
    attempt.attemptId === end.attemptId
      ? {
          ...attempt,
          outcome,
          evidence: end.evidence,
          ...(end.sentAt === undefined ? {} : { sentAt: end.sentAt }),
        }
      : attempt,
  );
  return { ...order, attempts };
}
