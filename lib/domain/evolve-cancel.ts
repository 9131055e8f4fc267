import { isCancelPending } from './cancel.ts';
import type { CancelAnswered, CancelRequested, CancelStarted, OrderCanceled } from './events.ts';
import { invariant, unreachable } from './invariant.ts';
import {
  type CancelOutcome,
  type CancelStatus,
  isFinal,
  type Order,
  type OrderCancel,
} from './order.ts';

/** What a cancel brings about. */
export type CancelEvent = CancelRequested | CancelStarted | CancelAnswered | OrderCanceled;

/**
 * Applies one change that a cancel brings about.
 *
 * @throws InvariantError when the change does not follow from how the order and its cancel stand
 */
export function evolveCancel(order: Order, event: CancelEvent): Order {
  switch (event.type) {
    case 'CancelRequested': {
      invariant(!isCancelPending(order), 'a cancel is asked for once at a time');
      const isOver = isFinal(order.status) && order.status !== 'NEVER_PLACED';
      invariant(!isOver, 'an order that is over is not canceled');
      const attempts = order.cancel?.attempts ?? 0;
      return withCancel(order, { requestedAt: event.at, status: 'REQUESTED', attempts });
    }
    case 'CancelStarted': {
      const cancel = pendingCancel(order);
      invariant(order.exchangeOrderId !== undefined, 'only an order that exists is canceled');
      invariant(!isFinal(order.status), 'an order that is over is not canceled');
      invariant(cancel.status !== 'SENDING', 'one cancel call is under way at a time');
      const { attemptId } = event;
      const attempts = cancel.attempts + 1;
      const call = { attempts, attemptId, startedAt: event.at };
      return withCancel(order, { ...cancel, ...call, status: 'SENDING' });
    }
    case 'CancelAnswered': {
      const cancel = pendingCancel(order);
      invariant(cancel.attemptId === event.attemptId, 'an answer belongs to the newest call');
      invariant(cancel.status === 'SENDING', 'a call is answered once');
      const status = statusAfter(event.outcome);
      // A call that surely did nothing does not make the next one wait longer.
      const attempts = status === 'REQUESTED' ? cancel.attempts - 1 : cancel.attempts;
      return withCancel(order, { ...cancel, status, attempts });
    }
    case 'OrderCanceled':
      return canceled(order);
    default:
      return unreachable(event);
  }
}

/** Ends the cancel of an order that has ended; that of an order that came back begins anew. */
export function settleCancel(before: Order, after: Order): Order {
  const { cancel } = after;
  if (cancel === undefined || cancel.status === 'REFUSED') return after;
  if (after.status === 'NEVER_PLACED') return after;
  if (isFinal(after.status)) {
    const isCanceled = after.status === 'CANCELED' || after.status === 'PARTIALLY_CANCELED';
    return withCancel(after, { ...cancel, status: isCanceled ? 'DONE' : 'TOO_LATE' });
  }
  const cameBack = isFinal(before.status) && !isCancelPending(after);
  return cameBack ? withCancel(after, { ...cancel, status: 'REQUESTED' }) : after;
}

function canceled(order: Order): Order {
  pendingCancel(order);
  const { status } = order;
  invariant(
    status === 'RECEIVED' || status === 'NEVER_PLACED',
    'only an order that is not at the exchange ends without a call',
  );
  const wasDoubted = order.attempts.some(({ outcome }) => outcome === 'absent');
  const reason = wasDoubted ? 'NEVER_PLACED' : 'CANCELED_BEFORE_SENDING';
  return { ...order, status: 'CANCELED', reason };
}

function statusAfter(outcome: CancelOutcome): CancelStatus {
  switch (outcome) {
    case 'acknowledged':
    case 'not-open':
      return 'ACKNOWLEDGED';
    case 'unknown':
      return 'IN_DOUBT';
    case 'refused':
      return 'REFUSED';
    case 'throttled':
    case 'banned':
    case 'deferred':
    case 'not-sent':
    case 'clock-skew':
    case 'bad-key':
      return 'REQUESTED';
    default:
      return unreachable(outcome);
  }
}

function pendingCancel(order: Order): OrderCancel {
  const { cancel } = order;
  invariant(cancel !== undefined && isCancelPending(order), 'a cancel is asked for first');
  return cancel;
}

function withCancel(order: Order, cancel: OrderCancel): Order {
  return { ...order, cancel };
}
