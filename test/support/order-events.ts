import type { AttemptStarted, OrderEvent, OrderReceived } from '../../lib/domain/events.ts';
import type { OrderTerms } from '../../lib/domain/order-terms.ts';

/** A moment of no meaning. */
export const NOON = 1_800_000_000_000;

/** Terms of a limit order. */
export function limitTerms(change: Partial<OrderTerms> = {}): OrderTerms {
  return {
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.5',
    price: '65000.10',
    timeInForce: 'GTC',
    validUntil: NOON + 60_000,
    orderingKey: 'BTCUSD',
    onNeverPlaced: 'fail',
    ...change,
  };
}

/** The receipt of an order. */
export function received(change: Partial<OrderReceived> = {}): OrderReceived {
  return {
    type: 'OrderReceived',
    at: NOON,
    accountId: 'desk-1',
    clientOrderId: 'order-1',
    terms: limitTerms(),
    request: { accountId: 'desk-1', symbol: 'BTCUSD', quantity: '0.5', price: '65000.10' },
    requestHash: 'a'.repeat(64),
    origin: 'webhook',
    ...change,
  };
}

/** The start of an attempt one second after the receipt. */
export function attemptStarted(change: Partial<AttemptStarted> = {}): AttemptStarted {
  return {
    type: 'AttemptStarted',
    at: NOON + 1_000,
    attemptId: 'attempt-1',
    keyId: '0123456789abcdef',
    sendBy: NOON + 2_000,
    recvWindowMs: 5_000,
    fenceAt: NOON + 7_500,
    ...change,
  };
}

/** The refusal of an order by ourselves. */
export function denied(): OrderEvent {
  return {
    type: 'OrderDenied',
    at: NOON + 1_000,
    code: 'HALTED',
    message: 'the account is halted',
  };
}
