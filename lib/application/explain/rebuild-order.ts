import { isDecimalString } from '../../domain/decimal.ts';
import type { Absence, Attempt, AttemptOutcome, Order } from '../../domain/order.ts';
import { OUTCOME_MEANINGS } from './meanings.ts';
import { lookUp, numberAt, textAt } from './read-detail.ts';
import type { ToldAttempt, ToldOrder } from './told-order.ts';

/**
 * Makes of an order as the API shows it the order of the core again, as far as its rules of when to
 * look need it. What the API does not show (the request, the receive window) is left empty.
 */
export function rebuildOrder(view: ToldOrder): Order {
  const sinceAttempt = view.history.slice(lastIndex(view, 'AttemptStarted') + 1);
  const sinceReport = view.history.slice(lastIndex(view, 'ExecutionReported') + 1);
  const cancels = view.history.filter(({ type }) => type === 'CancelStarted');
  const lastCancel = cancels.at(-1);
  return {
    accountId: view.accountId,
    clientOrderId: view.clientOrderId,
    terms: {
      symbol: view.symbol,
      side: view.side,
      type: view.type,
      ...(view.quantity !== undefined && { quantity: view.quantity }),
      ...(view.amount !== undefined && { amount: view.amount }),
      ...(view.price !== undefined && { price: view.price }),
      timeInForce: view.timeInForce,
      validUntil: view.validUntil,
      orderingKey: view.orderingKey,
      ...(view.replaces !== undefined && { replaces: view.replaces }),
      onNeverPlaced: view.onNeverPlaced,
    },
    requestHash: '',
    request: {},
    status: view.status,
    ...(view.reason !== undefined && { reason: view.reason }),
    ...(view.exchangeOrderId !== undefined && { exchangeOrderId: view.exchangeOrderId }),
    executedQuantity: isDecimalString(view.executedQuantity) ? view.executedQuantity : '0',
    cumulativeQuote: isDecimalString(view.cumulativeQuote) ? view.cumulativeQuote : '0',
    fills: view.fills.map(({ tradeId, price, quantity, at }) => ({ tradeId, price, quantity, at })),
    attempts: view.attempts.map(rebuildAttempt),
    absences: sinceAttempt.flatMap(absenceOf),
    missingAt: sinceReport.filter(({ type }) => type === 'OrderMissed').map(({ at }) => at),
    preparationFailures: 0,
    ...(view.cancel !== undefined && {
      cancel: {
        ...view.cancel,
        attempts: cancels.length,
        ...(lastCancel !== undefined && { startedAt: lastCancel.at }),
      },
    }),
    history: [],
    createdAt: view.createdAt,
    updatedAt: view.updatedAt,
    version: view.version,
  };
}

function rebuildAttempt(attempt: ToldAttempt): Attempt {
  const { attemptId, keyId, startedAt, sentAt, fenceAt } = attempt;
  return {
    attemptId,
    keyId,
    startedAt,
    sendBy: startedAt,
    recvWindowMs: 0,
    fenceAt,
    ...(sentAt !== undefined && { sentAt }),
    outcome: isOutcome(attempt.outcome) ? attempt.outcome : 'unknown',
  };
}

function absenceOf(entry: ToldOrder['history'][number]): readonly Absence[] {
  if (entry.type !== 'AbsenceObserved') return [];
  const source = textAt(entry, 'source');
  if (source !== 'query' && source !== 'open-orders-and-history') return [];
  return [{ source, at: numberAt(entry, 'at') ?? entry.at }];
}

function lastIndex({ history }: ToldOrder, type: string): number {
  return history.findLastIndex((entry) => entry.type === type);
}

function isOutcome(text: string): text is AttemptOutcome {
  return lookUp(OUTCOME_MEANINGS, text) !== undefined;
}
