import type { OrderEvent } from './events.ts';
import type { Evidence } from './execution-report.ts';
import { unreachable } from './invariant.ts';
import {
  type CancelOutcome,
  isFinal,
  isOpen,
  latestAttempt,
  type Order,
  type OrderCancel,
} from './order.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

/** A cancel that came to nothing is sent again after so long, then after twice that, and so on. */
const REPEAT_MIN_MS = 2 * SECOND_MS;
const REPEAT_MAX_MS = MINUTE_MS;
/** While the order itself is being sent, its cancel looks again after so long. */
const SENDING_RECHECK_MS = 500;

/** Says whether a cancel is asked for and not over: neither carried out, refused nor too late. */
export function isCancelPending({ cancel }: Order): boolean {
  if (cancel === undefined) return false;
  switch (cancel.status) {
    case 'REQUESTED':
    case 'SENDING':
    case 'IN_DOUBT':
    case 'ACKNOWLEDGED':
      return true;
    case 'REFUSED':
    case 'DONE':
    case 'TOO_LATE':
      return false;
    default:
      return unreachable(cancel.status);
  }
}

/**
 * Decides what a request to cancel an order means.
 *
 * @returns `[]` when it changes nothing: the order is over, or its cancel is under way
 */
export function decideCancelRequest(order: Order, now: UnixMs): readonly OrderEvent[] {
  if (isCancelPending(order)) return [];
  if (isFinal(order.status) && order.status !== 'NEVER_PLACED') return [];
  const requested: OrderEvent = { type: 'CancelRequested', at: now };
  return [requested, ...dueCancel(order.status, true, now)];
}

/**
 * Adds the end of an order whose cancel is asked for, when changes leave it unsent: such an order
 * is never sent, so it ends without a call.
 *
 * @param next - the order after `events`
 */
export function withDueCancel(
  events: readonly OrderEvent[],
  next: Order,
  now: UnixMs,
): readonly OrderEvent[] {
  return [...events, ...dueCancel(next.status, isCancelPending(next), now)];
}

function dueCancel(
  status: Order['status'],
  isPending: boolean,
  now: UnixMs,
): readonly OrderEvent[] {
  const isUnsent = status === 'RECEIVED' || status === 'NEVER_PLACED';
  return isPending && isUnsent ? [{ type: 'OrderCanceled', at: now }] : [];
}

/** What there is to do for the cancel of an order, now. */
export type CancelStep =
  /** Nothing, until somebody learns more about the order. */
  | { readonly kind: 'leave' }
  /** Somebody else is at it: look again at this time. */
  | { readonly kind: 'wait'; readonly until: UnixMs }
  /** Store these events. */
  | { readonly kind: 'conclude'; readonly events: readonly OrderEvent[] }
  /** Send it to the exchange, by this id. */
  | { readonly kind: 'send'; readonly exchangeOrderId: string };

/**
 * Decides what to do for the cancel of an order as it stands.
 *
 * A cancel goes by the exchange's own id of the order, which names one order for ever: repeating
 * it, or having it arrive late, can never meet another order. The client order id could, because a
 * proof of absence may lead to a second order under the same one.
 *
 * @param attemptMaxMs - a call started longer ago than this has lost its sender
 */
export function decideCancel(
  order: Order,
  { now, attemptMaxMs }: { readonly now: UnixMs; readonly attemptMaxMs: number },
): CancelStep {
  const { cancel, exchangeOrderId, status } = order;
  if (cancel === undefined || !isCancelPending(order)) return { kind: 'leave' };
  if (status === 'SENDING') return whileSending(order, { now, attemptMaxMs });

  const due = dueCancel(status, true, now);
  if (due.length > 0) return { kind: 'conclude', events: due };
  if (exchangeOrderId === undefined || !(isOpen(status) || status === 'HELD')) {
    return { kind: 'leave' };
  }
  if (cancel.status === 'SENDING') {
    const until = (cancel.startedAt ?? 0) + attemptMaxMs;
    if (now < until) return { kind: 'wait', until: Math.min(until, now + SENDING_RECHECK_MS) };
    return { kind: 'conclude', events: abandonCancel(order, now) };
  }
  if (cancel.status === 'REQUESTED') return { kind: 'send', exchangeOrderId };
  // A person looks after a held order; what was sent once is not repeated behind their back.
  if (status === 'HELD' || now < cancelRepeatAt(cancel)) return { kind: 'leave' };
  return { kind: 'send', exchangeOrderId };
}

/** Past the sender's time the sweep puts the order in doubt, and whoever ends that goes on. */
function whileSending(
  order: Order,
  { now, attemptMaxMs }: { readonly now: UnixMs; readonly attemptMaxMs: number },
): CancelStep {
  const startedAt = latestAttempt(order)?.startedAt ?? order.updatedAt;
  if (now >= startedAt + attemptMaxMs) return { kind: 'leave' };
  return { kind: 'wait', until: now + SENDING_RECHECK_MS };
}

/**
 * Says whether the order is open and its cancel waits for nothing but to be sent: whoever finds
 * this asks for it.
 */
export function isCancelDue(
  order: Order,
  context: { readonly now: UnixMs; readonly attemptMaxMs: number },
): boolean {
  if (!isOpen(order.status)) return false;
  const { kind } = decideCancel(order, context);
  return kind === 'send' || kind === 'conclude';
}

/**
 * Decides what the answer to a cancel call means for the order as it stands now, which may be over.
 *
 * @returns `[]` when somebody else has settled this call or the order meanwhile
 */
export function settleCancelAnswer(
  order: Order,
  answer: {
    readonly attemptId: string;
    readonly outcome: CancelOutcome;
    readonly evidence: Evidence;
  },
  now: UnixMs,
): readonly OrderEvent[] {
  const { cancel } = order;
  if (cancel?.status !== 'SENDING' || cancel.attemptId !== answer.attemptId) return [];
  return [{ type: 'CancelAnswered', at: now, ...answer }];
}

/** When a cancel that has not ended the order may be sent again: later each time. */
export function cancelRepeatAt({ attempts, startedAt = 0 }: OrderCancel): UnixMs {
  const waitMs = REPEAT_MIN_MS * 2 ** Math.min(Math.max(0, attempts - 1), 10);
  return startedAt + Math.min(waitMs, REPEAT_MAX_MS);
}

/** Decides what becomes of a cancel call whose sender was killed: it may have arrived. */
function abandonCancel(order: Order, now: UnixMs): readonly OrderEvent[] {
  const attemptId = order.cancel?.attemptId;
  if (attemptId === undefined) return [];
  const evidence = { source: 'cancel', at: now, code: 'NO_OUTCOME_STORED' } as const;
  return settleCancelAnswer(order, { attemptId, outcome: 'unknown', evidence }, now);
}
