import { type Fill, feesOf } from '../domain/fill.ts';
import type { Attempt, Order } from '../domain/order.ts';
import { areFillsComplete } from '../domain/record-fills.ts';

/**
 * Gives an order as callers see it: the public shape of the API and of events. Plain JSON without
 * secrets.
 */
export function orderResource(order: Order): Readonly<Record<string, unknown>> {
  const { terms } = order;
  return {
    accountId: order.accountId,
    clientOrderId: order.clientOrderId,
    status: order.status,
    reason: order.reason,
    symbol: terms.symbol,
    side: terms.side,
    type: terms.type,
    quantity: terms.quantity,
    amount: terms.amount,
    price: terms.price,
    timeInForce: terms.timeInForce,
    stpMode: terms.stpMode,
    validUntil: terms.validUntil,
    orderingKey: terms.orderingKey,
    replaces: terms.replaces,
    replacedBy: order.replacedBy,
    onNeverPlaced: terms.onNeverPlaced,
    exchangeOrderId: order.exchangeOrderId,
    executedQuantity: order.executedQuantity,
    cumulativeQuote: order.cumulativeQuote,
    averagePrice: order.averagePrice,
    fills: (order.fills ?? []).map(fillResource),
    fillsComplete: areFillsComplete(order),
    fees: feesOf(order.fills ?? []),
    rejection: order.rejection,
    cancel: order.cancel && {
      requestedAt: order.cancel.requestedAt,
      status: order.cancel.status,
    },
    attempts: order.attempts.map(attemptResource),
    history: order.history.map(({ sequence, type, at, status, detail }) => ({
      sequence,
      type,
      at,
      status,
      ...detail,
    })),
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    version: order.version,
  };
}

function fillResource(fill: Fill): Readonly<Record<string, unknown>> {
  const { tradeId, ticketId, price, quantity, fee, feeAsset, isMaker, at } = fill;
  return { tradeId, ticketId, price, quantity, fee, feeAsset, isMaker, at };
}

function attemptResource(attempt: Attempt): Readonly<Record<string, unknown>> {
  return {
    attemptId: attempt.attemptId,
    keyId: attempt.keyId,
    startedAt: attempt.startedAt,
    sentAt: attempt.sentAt,
    fenceAt: attempt.fenceAt,
    outcome: attempt.outcome,
    evidence: attempt.evidence,
  };
}
