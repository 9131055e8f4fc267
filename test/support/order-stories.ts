import type {
  AbsenceObserved,
  AttemptReturned,
  ExecutionReported,
  OrderDoubted,
  OrderEvent,
  OrderRejected,
} from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { Evidence, StatusReport, TradeReport } from '../../lib/domain/execution-report.ts';
import type { Fill } from '../../lib/domain/fill.ts';
import type { Order, OrderStatus } from '../../lib/domain/order.ts';
import { attemptStarted, NOON, received } from './order-events.ts';

/** A trade of the order of `received()`. */
export function fill(change: Partial<Fill> = {}): Fill {
  return {
    tradeId: '2000868574042843648',
    ticketId: '4625196823998763008',
    price: '65000',
    quantity: '0.2',
    fee: '0.0004',
    feeAsset: 'BTC',
    isMaker: false,
    at: NOON + 1_500,
    ...change,
  };
}

/** A statement of the exchange about such a trade. */
export function trade(change: Partial<Fill> = {}): TradeReport {
  const { clientOrderId, exchangeOrderId, symbol, side } = report();
  return { clientOrderId, exchangeOrderId, symbol, side, fill: fill(change) };
}

/** The fence of `attemptStarted()`. */
export const FENCE = attemptStarted().fenceAt;

/** What the exchange said, in no words that matter. */
export function evidence(change: Partial<Evidence> = {}): Evidence {
  return { source: 'query', at: NOON + 5_000, ...change };
}

/** A report on the order of `received()`. */
export function report(change: Partial<StatusReport> = {}): StatusReport {
  return {
    clientOrderId: 'order-1',
    exchangeOrderId: '2000868573824739840',
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.5',
    price: '65000.1',
    status: 'NEW',
    statusText: change.status ?? 'NEW',
    executedQuantity: '0',
    ...change,
  };
}

export function reported(change: Partial<StatusReport> = {}): ExecutionReported {
  return {
    type: 'ExecutionReported',
    at: NOON + 2_000,
    attemptId: 'attempt-1',
    report: report(change),
    evidence: evidence(),
  };
}

export function doubted(change: Partial<OrderDoubted> = {}): OrderDoubted {
  return {
    type: 'OrderDoubted',
    at: NOON + 3_000,
    attemptId: 'attempt-1',
    outcome: 'unknown',
    evidence: evidence({ source: 'submit' }),
    ...change,
  };
}

export function returned(change: Partial<AttemptReturned> = {}): AttemptReturned {
  return {
    type: 'AttemptReturned',
    at: NOON + 3_000,
    attemptId: 'attempt-1',
    outcome: 'throttled',
    evidence: evidence({ source: 'submit' }),
    ...change,
  };
}

export function rejected(change: Partial<OrderRejected> = {}): OrderRejected {
  return {
    type: 'OrderRejected',
    at: NOON + 3_000,
    attemptId: 'attempt-1',
    code: '-1140',
    message: 'amount too small',
    evidence: evidence({ source: 'submit' }),
    ...change,
  };
}

export function absent(
  source: AbsenceObserved['source'] = 'query',
  at: number = FENCE + 1,
): AbsenceObserved {
  return { type: 'AbsenceObserved', at, source };
}

/** Events that lead to each status by a legal way. */
export const WAY_TO: Readonly<Record<OrderStatus, readonly OrderEvent[]>> = {
  RECEIVED: [received()],
  SENDING: [received(), attemptStarted()],
  IN_DOUBT: [received(), attemptStarted(), doubted()],
  NEW: [received(), attemptStarted(), reported()],
  PARTIALLY_FILLED: [
    received(),
    attemptStarted(),
    reported({ status: 'PARTIALLY_FILLED', executedQuantity: '0.2' }),
  ],
  FILLED: [
    received(),
    attemptStarted(),
    reported({ status: 'FILLED', executedQuantity: '0.5', cumulativeQuote: '32500' }),
  ],
  CANCELED: [received(), attemptStarted(), reported({ status: 'CANCELED' })],
  PARTIALLY_CANCELED: [
    received(),
    attemptStarted(),
    reported({ status: 'CANCELED', executedQuantity: '0.2' }),
  ],
  REJECTED: [received(), attemptStarted(), rejected()],
  DENIED: [
    received(),
    { type: 'OrderDenied', at: NOON + 1, code: 'SYMBOL_UNKNOWN', message: 'not listed' },
  ],
  EXPIRED: [received(), { type: 'OrderExpired', at: NOON + 60_000 }],
  NEVER_PLACED: [
    received(),
    attemptStarted(),
    doubted(),
    { type: 'AbsenceProven', at: FENCE + 60_000 },
  ],
  HELD: [
    received(),
    attemptStarted(),
    doubted(),
    { type: 'OrderHeld', at: NOON + 9_000, reason: 'ID_COLLISION' },
  ],
};

/** An order in a status. */
export function orderIn(status: OrderStatus): Order {
  return evolveAll(undefined, WAY_TO[status]);
}
