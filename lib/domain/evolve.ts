import { isCancelPending } from './cancel.ts';
import type { AttemptStarted, OrderDoubted, OrderEvent, OrderReceived } from './events.ts';
import { evolveCancel, settleCancel } from './evolve-cancel.ts';
import { evolveExecution } from './evolve-execution.ts';
import { evolveFills } from './evolve-fills.ts';
import { MORE_THAN_ORDERED, passesOrdered } from './exceeded.ts';
import { appendHistory, historyEntry } from './history.ts';
import { invariant, unreachable } from './invariant.ts';
import { type Attempt, isWatched, latestAttempt, type Order, type OrderStatus } from './order.ts';
import { assertTerms } from './order-terms.ts';
import { settleAttempt } from './settle-attempt.ts';

/**
 * How often an order may be attempted. Each attempt that comes back was provably not placed;
 * so many in a row need a person.
 */
export const ATTEMPTS_MAX = 20;

/** What the exchange has, open or ended, and so may have traded. */
const TRADED: readonly OrderStatus[] = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'PARTIALLY_CANCELED',
];

/**
 * Applies one change to an order.
 *
 * Pure. The only place where an order's state comes from.
 *
 * @param order - undefined only for `OrderReceived`
 * @throws InvariantError when the change breaks the state machine: a bug, never bad input
 */
export function evolve(order: Order | undefined, event: OrderEvent): Order {
  if (event.type === 'OrderReceived') {
    invariant(order === undefined, 'an order is received once');
    return recorded(initialOrder(event), event);
  }
  invariant(order !== undefined, `${event.type} needs an order`);
  return recorded(settleCancel(order, changed(order, event)), event);
}

/** Applies changes in their order; see `evolve`. */
export function evolveAll(order: Order | undefined, events: readonly OrderEvent[]): Order {
  const next = events.reduce<Order | undefined>(evolve, order);
  invariant(next !== undefined, 'an order begins with OrderReceived');
  return next;
}

function initialOrder(event: OrderReceived): Order {
  assertTerms(event.terms);
  return {
    accountId: event.accountId,
    clientOrderId: event.clientOrderId,
    terms: event.terms,
    requestHash: event.requestHash,
    request: event.request,
    ...(event.producerId !== undefined && { producerId: event.producerId }),
    status: 'RECEIVED',
    executedQuantity: '0',
    cumulativeQuote: '0',
    attempts: [],
    absences: [],
    missingAt: [],
    preparationFailures: 0,
    history: [],
    createdAt: event.at,
    updatedAt: event.at,
    version: 0,
  };
}

/** Counts the change and writes it down, whatever it was. */
function recorded(order: Order, event: OrderEvent): Order {
  const version = order.version + 1;
  const entry = historyEntry(event, version, order.status);
  return {
    ...order,
    version,
    updatedAt: Math.max(order.updatedAt, event.at),
    history: appendHistory(order.history, entry),
  };
}

function changed(order: Order, event: Exclude<OrderEvent, OrderReceived>): Order {
  switch (event.type) {
    case 'OrderDenied':
      expectStatus(order, event, ['RECEIVED']);
      return {
        ...order,
        status: 'DENIED',
        reason: event.code,
        rejection: { code: event.code, message: event.message },
      };
    case 'OrderExpired':
      expectStatus(order, event, ['RECEIVED']);
      return { ...order, status: 'EXPIRED', reason: 'VALID_UNTIL_PASSED' };
    case 'AttemptStarted':
      return attemptStarted(order, event);
    case 'AttemptReturned':
      expectStatus(order, event, ['SENDING', 'IN_DOUBT']);
      return { ...settleAttempt(order, event, event.outcome), status: 'RECEIVED', absences: [] };
    case 'OrderDoubted':
      return doubted(order, event);
    case 'OrderRejected':
      expectStatus(order, event, ['SENDING', 'IN_DOUBT', 'NEW']);
      return {
        ...settleAttempt(order, event, 'rejected'),
        status: 'REJECTED',
        reason: event.code,
        rejection: { code: event.code, message: event.message },
      };
    case 'ExecutionReported':
    case 'OrderResurrected':
      return evolveExecution(order, event);
    case 'FillsRecorded':
    case 'FillCorrected':
    case 'ExecutionCorrected':
      expectStatus(order, event, TRADED);
      return evolveFills(order, event);
    case 'ExecutionExceeded':
      expectStatus(order, event, TRADED);
      invariant(passesOrdered(order, event.executedQuantity), 'what exceeds is beyond the order');
      return { ...order, reason: MORE_THAN_ORDERED };
    case 'AbsenceObserved': {
      expectStatus(order, event, ['IN_DOUBT']);
      return { ...order, absences: [...order.absences, { source: event.source, at: event.at }] };
    }
    case 'AbsenceProven':
      expectStatus(order, event, ['IN_DOUBT']);
      return { ...withLatestOutcome(order, 'absent'), status: 'NEVER_PLACED', reason: 'ABSENT' };
    case 'ResubmissionAllowed':
      expectStatus(order, event, ['IN_DOUBT']);
      invariant(order.terms.onNeverPlaced === 'resubmit', 'only the caller allows a re-send');
      return { ...withLatestOutcome(order, 'absent'), status: 'RECEIVED', absences: [] };
    case 'OrderMissed':
      expectStatus(order, event, ['NEW', 'PARTIALLY_FILLED']);
      return { ...order, missingAt: [...order.missingAt, event.at] };
    case 'PreparationFailed':
      expectStatus(order, event, ['RECEIVED']);
      return { ...order, preparationFailures: order.preparationFailures + 1 };
    case 'OrderHeld':
      expectStatus(order, event, [
        'RECEIVED',
        'IN_DOUBT',
        'NEW',
        'PARTIALLY_FILLED',
        ...(isWatched(order) ? [order.status] : []),
      ]);
      return { ...order, status: 'HELD', reason: event.reason };
    case 'ReplacementClaimed':
      invariant(order.replacedBy === undefined, 'one order takes the place of another');
      return { ...order, replacedBy: event.replacedBy };
    case 'CancelRequested':
    case 'CancelStarted':
    case 'CancelAnswered':
    case 'OrderCanceled':
      return evolveCancel(order, event);
    default:
      return unreachable(event);
  }
}

function attemptStarted(order: Order, event: AttemptStarted): Order {
  expectStatus(order, event, ['RECEIVED']);
  invariant(countedAttempts(order) < ATTEMPTS_MAX, 'attempts are bounded');
  invariant(
    order.attempts.every((attempt) => provenNotPlaced(attempt)),
    'nothing is sent while an earlier attempt may have placed the order',
  );
  invariant(!isCancelPending(order), 'an order that is wanted canceled is not sent');
  invariant(event.sendBy <= order.terms.validUntil, 'nothing is sent past validUntil');
  invariant(event.fenceAt >= event.sendBy + event.recvWindowMs, 'the fence covers the window');
  const attempt: Attempt = {
    attemptId: event.attemptId,
    keyId: event.keyId,
    startedAt: event.at,
    sendBy: event.sendBy,
    recvWindowMs: event.recvWindowMs,
    fenceAt: event.fenceAt,
    outcome: 'pending',
  };
  // Attempts that never left say nothing about the order; the last one is kept for people.
  const last = order.attempts.length - 1;
  const kept = order.attempts.filter((one, at) => one.outcome !== 'not-sent' || at === last);
  return { ...order, status: 'SENDING', attempts: [...kept, attempt] };
}

/** Counts the attempts that used up something: those that never left do not. */
export function countedAttempts(order: Order): number {
  return order.attempts.filter((attempt) => attempt.outcome !== 'not-sent').length;
}

function doubted(order: Order, event: OrderDoubted): Order {
  expectStatus(order, event, ['SENDING', 'IN_DOUBT']);
  const settled = settleAttempt(order, event, event.outcome);
  return { ...settled, status: 'IN_DOUBT', reason: event.outcome.toUpperCase() };
}

function provenNotPlaced(attempt: Attempt): boolean {
  switch (attempt.outcome) {
    case 'throttled':
    case 'banned':
    case 'deferred':
    case 'not-sent':
    case 'clock-skew':
    case 'bad-key':
    case 'absent':
      return true;
    case 'pending':
    case 'accepted':
    case 'rejected':
    case 'unknown':
    case 'duplicate':
      return false;
    default:
      return unreachable(attempt.outcome);
  }
}

function withLatestOutcome(order: Order, outcome: 'absent'): Order {
  const latest = latestAttempt(order);
  invariant(latest !== undefined, 'absence is proven of an attempt');
  invariant(latest.outcome !== 'duplicate', 'a duplicate answer contradicts absence');
  return { ...order, attempts: [...order.attempts.slice(0, -1), { ...latest, outcome }] };
}

function expectStatus(order: Order, event: OrderEvent, allowed: readonly OrderStatus[]): void {
  invariant(
    allowed.includes(order.status),
    `${event.type} cannot follow ${order.status} (${order.accountId}/${order.clientOrderId})`,
  );
}
