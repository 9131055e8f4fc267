import { type OrderResource, orderSchema } from '../../console/model/resources.ts';
import { type OrderRow, rowOf } from '../../console/model/rows.ts';

/** When the sample orders came in. */
export const T0 = 1_795_000_000_000;

/** An order as the API gives it, received at `T0` and otherwise as named. */
export function orderWith(changes: Partial<OrderResource> = {}): OrderResource {
  return orderSchema.parse({
    accountId: 'desk-1',
    clientOrderId: 'sample',
    status: 'RECEIVED',
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.01',
    price: '20000',
    timeInForce: 'GTC',
    validUntil: T0 + 60_000,
    orderingKey: 'BTCUSD',
    onNeverPlaced: 'fail',
    executedQuantity: '0',
    cumulativeQuote: '0',
    fills: [],
    fillsComplete: true,
    fees: [],
    attempts: [],
    history: [change(1, 'OrderReceived', 0, 'RECEIVED', { origin: 'api' })],
    createdAt: T0,
    updatedAt: T0,
    version: 1,
    ...changes,
  });
}

/** One change, so many milliseconds after `T0`. */
export function change(
  sequence: number,
  type: string,
  afterMs: number,
  status: OrderResource['status'],
  detail: Readonly<Record<string, unknown>> = {},
): OrderResource['history'][number] {
  return { sequence, type, at: T0 + afterMs, status, ...detail };
}

/** An order that was sent, answered with 503 and not found since. */
export function doubtful(changes: Partial<OrderResource> = {}): OrderResource {
  return orderWith({
    status: 'IN_DOUBT',
    attempts: [
      {
        attemptId: 'a1',
        keyId: 'key-1',
        startedAt: T0 + 100,
        sentAt: T0 + 150,
        fenceAt: T0 + 8_100,
        outcome: 'unknown',
        evidence: { source: 'submit', at: T0 + 200, httpStatus: 503 },
      },
    ],
    history: [
      change(1, 'OrderReceived', 0, 'RECEIVED', { origin: 'webhook' }),
      change(2, 'AttemptStarted', 100, 'SENDING', { keyId: 'key-1', fenceAt: T0 + 8_100 }),
      change(3, 'OrderDoubted', 200, 'IN_DOUBT', {
        outcome: 'unknown',
        evidence: { source: 'submit', httpStatus: 503 },
      }),
      change(4, 'AbsenceObserved', 9_000, 'IN_DOUBT', { source: 'query' }),
    ],
    updatedAt: T0 + 9_000,
    version: 4,
    ...changes,
  });
}

/** A line of a list. */
export function row(changes: Partial<OrderRow>): OrderRow {
  return { ...rowOf(orderWith()), ...changes };
}
