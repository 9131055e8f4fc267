import type { OrderEvent } from './events.ts';
import type { Evidence, StatusReport } from './execution-report.ts';
import { invariant, unreachable } from './invariant.ts';
import type { Order, ReturnedOutcome } from './order.ts';
import { reconcile } from './reconcile.ts';
import type { UnixMs } from './time.ts';

/** What one create call proved, as the core needs it. */
export type SubmitOutcome = {
  readonly attemptId: string;
  readonly evidence: Evidence;
  /** Absent when nothing left. */
  readonly sentAt?: UnixMs;
} & (
  | { readonly kind: 'accepted'; readonly report: StatusReport }
  | { readonly kind: 'rejected'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown' | 'duplicate' }
  | { readonly kind: ReturnedOutcome }
);

/**
 * Decides what the outcome of an attempt means for the order as it stands now, which may have
 * moved on meanwhile.
 *
 * Positive evidence is always adopted. Everything else speaks of one attempt only: it counts while
 * that attempt is the latest and not settled otherwise, and is dropped after that.
 *
 * @returns `[]` when the outcome says nothing new; then the order as it stands is the truth
 */
export function settleOutcome(
  order: Order,
  outcome: SubmitOutcome,
  now: UnixMs,
): readonly OrderEvent[] {
  if (outcome.kind === 'accepted') return settleAccepted(order, outcome, now);
  if (!isUnsettled(order, outcome.attemptId)) return [];

  const { attemptId, evidence } = outcome;
  const common = { at: now, attemptId, evidence, ...sentAtOf(outcome) };
  switch (outcome.kind) {
    case 'rejected': {
      const { code, message } = outcome;
      return [{ type: 'OrderRejected', ...common, code, message }];
    }
    case 'unknown':
    case 'duplicate': {
      const known = order.attempts.at(-1)?.outcome;
      // The sender was slow and the attempt was given up meanwhile: "duplicate" still says more.
      const saysMore = outcome.kind === 'duplicate' && known === 'unknown';
      if (order.status === 'IN_DOUBT' && !saysMore) return [];
      return [{ type: 'OrderDoubted', ...common, outcome: outcome.kind }];
    }
    case 'throttled':
    case 'banned':
    case 'deferred':
    case 'not-sent':
    case 'clock-skew':
    case 'bad-key':
      return [{ type: 'AttemptReturned', ...common, outcome: outcome.kind }];
    default:
      return unreachable(outcome);
  }
}

/**
 * Decides what becomes of an order whose attempt lost its sender: nobody will ever tell its
 * outcome, so it is in doubt.
 */
export function abandonAttempt(order: Order, now: UnixMs): readonly OrderEvent[] {
  const latest = order.attempts.at(-1);
  if (order.status !== 'SENDING' || latest === undefined) return [];
  const evidence: Evidence = { source: 'submit', at: now, code: 'NO_OUTCOME_STORED' };
  return [
    {
      type: 'OrderDoubted',
      at: now,
      attemptId: latest.attemptId,
      outcome: 'unknown',
      evidence,
    },
  ];
}

function settleAccepted(
  order: Order,
  outcome: SubmitOutcome & { kind: 'accepted' },
  now: UnixMs,
): readonly OrderEvent[] {
  invariant(
    order.attempts.some((attempt) => attempt.attemptId === outcome.attemptId),
    'an outcome belongs to a stored attempt',
  );
  const { report, evidence, attemptId } = outcome;
  return reconcile(order, { report, evidence }, now).map((event) =>
    event.type === 'ExecutionReported' || event.type === 'OrderRejected'
      ? { ...event, attemptId, ...sentAtOf(outcome) }
      : event,
  );
}

function isUnsettled(order: Order, attemptId: string): boolean {
  if (order.status !== 'SENDING' && order.status !== 'IN_DOUBT') return false;
  return order.attempts.at(-1)?.attemptId === attemptId;
}

function sentAtOf(outcome: SubmitOutcome): { readonly sentAt?: UnixMs } {
  return outcome.sentAt === undefined ? {} : { sentAt: outcome.sentAt };
}
