import { compareDecimals } from './decimal.ts';
import type { ExecutionReported, OrderResurrected } from './events.ts';
import type { StatusReport } from './execution-report.ts';
import { invariant } from './invariant.ts';
import { isFinal, isWatched, type Order } from './order.ts';
import { reportedOrderStatus } from './reported-status.ts';
import { settleAttempt } from './settle-attempt.ts';

/**
 * Applies a statement of the exchange that the order exists.
 *
 * @throws InvariantError when quantities would fall or pass the ordered quantity, when a final
 *   status would change, or when the order bears another exchange order id
 */
export function evolveExecution(order: Order, event: ExecutionReported | OrderResurrected): Order {
  const { report } = event;
  if (event.type === 'OrderResurrected') {
    invariant(isWatched(order), 'only an order that was thought never placed is resurrected');
  } else {
    invariant(!isFinal(order.status), 'a final status stays final');
    invariant(
      order.status !== 'RECEIVED' || order.attempts.length > 0,
      'an order that was never sent is not reported',
    );
    invariant(order.status !== 'HELD', 'a held order waits for a person');
  }
  assertQuantities(order, report);
  const knownId = order.exchangeOrderId ?? report.exchangeOrderId;
  invariant(knownId === report.exchangeOrderId, 'an order keeps its exchange order id');

  const outcome = report.status === 'REJECTED' ? 'rejected' : 'accepted';
  const attemptId = 'attemptId' in event ? event.attemptId : order.attempts.at(-1)?.attemptId;
  const end = {
    evidence: event.evidence,
    ...(attemptId === undefined ? {} : { attemptId }),
    ...('sentAt' in event && event.sentAt !== undefined ? { sentAt: event.sentAt } : {}),
  };
  return {
    ...withoutReason(settleAttempt(order, end, outcome)),
    ...(report.reason === undefined ? {} : { reason: report.reason }),
    status: reportedOrderStatus(report),
    exchangeOrderId: report.exchangeOrderId,
    executedQuantity: report.executedQuantity,
    cumulativeQuote: report.cumulativeQuote ?? order.cumulativeQuote,
    ...(report.averagePrice === undefined ? {} : { averagePrice: report.averagePrice }),
    missingAt: [],
  };
}

function assertQuantities(order: Order, report: StatusReport): void {
  invariant(
    compareDecimals(report.executedQuantity, order.executedQuantity) >= 0,
    'the executed quantity never falls',
  );
  invariant(
    order.terms.quantity === undefined ||
      compareDecimals(report.executedQuantity, order.terms.quantity) <= 0,
    'the executed quantity never passes the ordered quantity',
  );
}

function withoutReason(order: Order): Order {
  const { reason: _doubt, ...rest } = order;
  return rest;
}
