import { compareDecimals, isPositiveDecimal, sameDecimal } from './decimal.ts';
import type { OrderEvent } from './events.ts';
import { exceededExecution, MORE_THAN_ORDERED, passesOrdered } from './exceeded.ts';
import type { Evidence, StatusReport } from './execution-report.ts';
import { invariant, unreachable } from './invariant.ts';
import { isFinal, isOpen, isWatched, latestAttempt, type Order } from './order.ts';
import { reportedOrderStatus } from './reported-status.ts';
import type { UnixMs } from './time.ts';

/** A statement of the exchange, where it came from, and when we heard it. */
export interface Statement {
  readonly report: StatusReport;
  readonly evidence: Evidence;
}

/**
 * Decides what an exchange's status report means for one order.
 *
 * Pure and idempotent: the same report a second time yields `[]`. A report that is older than what
 * is known (less executed, open after final) yields `[]` too. Rules, in this order:
 *
 * 1. An order under our id with other terms is not ours: the order is held.
 * 2. More executed than ordered, a rejection of something executed, or an end with less executed
 *    than is known, is a contradiction: held.
 * 3. Whatever positive evidence says of an order in doubt or never placed is adopted.
 * 4. For an open order only news is adopted; that it exists is news once it was missed.
 * 5. More executed than was known at its end corrects an ended order, within what was ordered;
 *    beyond that its quantities stay, and a person hears of it.
 * 6. An order that waits to be sent again exists after all: adopted, so that it is not sent.
 *
 * @param statement - quantities are cumulative, in base units, as decimal strings
 * @param now - Unix time in milliseconds
 * @throws InvariantError when the report names another order: a bug, never exchange input
 * @see docs/hashkey.md, "Statuses"
 */
export function reconcile(order: Order, statement: Statement, now: UnixMs): readonly OrderEvent[] {
  const { report } = statement;
  invariant(report.clientOrderId === order.clientOrderId, 'a report is compared with its order');
  switch (order.status) {
    case 'SENDING':
    case 'IN_DOUBT':
    case 'NEW':
    case 'PARTIALLY_FILLED':
    case 'NEVER_PLACED':
      return contradiction(order, statement, now) ?? adopted(order, statement, now);
    case 'RECEIVED':
      // A rejection of an attempt that placed nothing leaves nothing to adopt.
      if (order.attempts.length === 0 || report.status === 'REJECTED') return [];
      return contradiction(order, statement, now) ?? adopted(order, statement, now);
    case 'CANCELED':
      // Canceled by us without the exchange's word: where it has the order, its word is better.
      if (!isWatched(order)) return lateExecution(order, statement, now);
      return contradiction(order, statement, now) ?? adopted(order, statement, now);
    case 'FILLED':
    case 'PARTIALLY_CANCELED':
      return lateExecution(order, statement, now);
    case 'REJECTED':
    case 'DENIED':
    case 'EXPIRED':
    case 'HELD':
      return [];
    default:
      return unreachable(order.status);
  }
}

/**
 * Says whether a report describes the order that we sent. Compares what the exchange echoes; a
 * field that it leaves out proves nothing.
 */
export function sameTerms(order: Order, report: StatusReport): boolean {
  const { terms } = order;
  if (report.symbol !== terms.symbol || report.side !== terms.side) return false;
  if (report.type !== undefined && report.type !== terms.type) return false;
  return (
    sameWhereBothKnown(terms.quantity, report.quantity) &&
    sameWhereBothKnown(terms.price, report.price)
  );
}

function sameWhereBothKnown(ours: string | undefined, theirs: string | undefined): boolean {
  return ours === undefined || theirs === undefined || sameDecimal(ours, theirs);
}

function contradiction(
  order: Order,
  { report, evidence }: Statement,
  now: UnixMs,
): readonly OrderEvent[] | undefined {
  const held = (reason: string): readonly OrderEvent[] =>
    // A request may still be on the wire: its own outcome comes first, doubt second.
    order.status === 'SENDING' ? [] : [{ type: 'OrderHeld', at: now, reason, evidence }];
  if (!sameTerms(order, report)) return held('ID_COLLISION');
  if (order.exchangeOrderId !== undefined && order.exchangeOrderId !== report.exchangeOrderId) {
    return held('SECOND_ORDER');
  }
  if (passesOrdered(order, report.executedQuantity)) return held(MORE_THAN_ORDERED);
  if (report.status === 'REJECTED' && isPositiveDecimal(report.executedQuantity)) {
    return held('REJECTED_AFTER_EXECUTION');
  }
  if (report.status === 'REJECTED' && order.status === 'PARTIALLY_FILLED') {
    return held('REJECTED_AFTER_EXECUTION');
  }
  const executedLess = compareDecimals(report.executedQuantity, order.executedQuantity) < 0;
  if (executedLess && isFinal(reportedOrderStatus(report))) {
    return held('EXECUTED_LESS_THAN_KNOWN');
  }
  return undefined;
}

function adopted(
  order: Order,
  { report, evidence }: Statement,
  now: UnixMs,
): readonly OrderEvent[] {
  if (isWatched(order)) {
    return [{ type: 'OrderResurrected', at: now, report, evidence }];
  }
  const attemptId = latestAttempt(order)?.attemptId;
  const attempt = attemptId === undefined ? {} : { attemptId };
  if (report.status === 'REJECTED') {
    const code = report.reason ?? 'REJECTED_BY_EXCHANGE';
    const message = 'the exchange reports the order as rejected';
    return [{ type: 'OrderRejected', at: now, ...attempt, code, message, evidence }];
  }
  if (isOpen(order.status) && !isNews(order, report)) return [];
  return [{ type: 'ExecutionReported', at: now, ...attempt, report, evidence }];
}

/** A final status stays final; what was executed before it may come to light after it. */
function lateExecution(
  order: Order,
  { report, evidence }: Statement,
  now: UnixMs,
): readonly OrderEvent[] {
  const { executedQuantity, averagePrice } = report;
  const isOurs = sameTerms(order, report) && order.exchangeOrderId === report.exchangeOrderId;
  if (!isOurs || compareDecimals(executedQuantity, order.executedQuantity) <= 0) return [];
  if (passesOrdered(order, executedQuantity)) {
    return exceededExecution(order, { executedQuantity, evidence }, now);
  }
  return [
    {
      type: 'ExecutionCorrected',
      at: now,
      executedQuantity,
      cumulativeQuote: report.cumulativeQuote ?? order.cumulativeQuote,
      ...(averagePrice === undefined ? {} : { averagePrice }),
      evidence,
    },
  ];
}

function isNews(order: Order, report: StatusReport): boolean {
  const executed = compareDecimals(report.executedQuantity, order.executedQuantity);
  if (executed !== 0) return executed > 0;
  if (order.missingAt.length > 0) return true;
  return reportedOrderStatus(report) !== order.status || quoteGrew(order, report);
}

function quoteGrew(order: Order, report: StatusReport): boolean {
  return (
    report.cumulativeQuote !== undefined &&
    compareDecimals(report.cumulativeQuote, order.cumulativeQuote) > 0
  );
}
