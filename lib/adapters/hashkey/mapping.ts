import type { ReportedStatus, StatusReport } from '../../domain/execution-report.ts';
import type { OrderType } from '../../domain/order-terms.ts';
import type { UnixMs } from '../../domain/time.ts';
import { plainText, type Redact } from './plain-text.ts';
import type { WireOrder } from './wire.ts';
import { decimalFrom, positiveFrom } from './wire-decimal.ts';
import { withoutAbsent } from './without-absent.ts';

const STATUSES: ReadonlyMap<string, ReportedStatus> = new Map([
  ['PENDING_NEW', 'PENDING_NEW'],
  ['NEW', 'NEW'],
  ['PARTIALLY_FILLED', 'PARTIALLY_FILLED'],
  ['PENDING_CANCEL', 'PENDING_CANCEL'],
  ['FILLED', 'FILLED'],
  ['CANCELED', 'CANCELED'],
  ['PARTIALLY_CANCELED', 'PARTIALLY_CANCELED'],
  ['REJECTED', 'REJECTED'],
]);

/** Market orders come back under the name of the unit they were sized in. */
const TYPES: ReadonlyMap<string, OrderType> = new Map([
  ['LIMIT', 'LIMIT'],
  ['LIMIT_MAKER', 'LIMIT_MAKER'],
  ['MARKET', 'MARKET'],
  ['MARKET_OF_BASE', 'MARKET'],
  ['MARKET_OF_QUOTE', 'MARKET'],
]);

/** Length of a status and of a reason in characters; the longest known has 18. */
const WORD_LENGTH_MAX = 64;
const UNIX_MS = /^\d{13}$/;

/**
 * Translates an order as the exchange states it. Only `executedQty` decides what was filled: a
 * market order may be FILLED below its quantity.
 *
 * @returns undefined when the executed quantity is unreadable, for then nothing is stated
 */
export function statusReport(order: WireOrder, redact: Redact): StatusReport | undefined {
  const executedQuantity = decimalFrom(order.executedQty);
  if (executedQuantity === undefined) return undefined;

  const reason = plainText(order.ordCxlReason ?? '', WORD_LENGTH_MAX, redact);
  return {
    clientOrderId: order.clientOrderId,
    exchangeOrderId: order.orderId,
    symbol: order.symbol,
    side: order.side,
    status: STATUSES.get(order.status) ?? 'UNRECOGNISED',
    statusText: plainText(order.status, WORD_LENGTH_MAX, redact),
    executedQuantity,
    ...withoutAbsent({
      type: TYPES.get(order.type ?? ''),
      quantity: positiveFrom(order.origQty),
      price: positiveFrom(order.price),
      cumulativeQuote: decimalFrom(order.cumulativeQuoteQty ?? order.cummulativeQuoteQty),
      averagePrice: positiveFrom(order.avgPrice),
      reason: reason === '' ? undefined : reason,
      exchangeAt: timeOf(order),
    }),
  };
}

function timeOf(order: WireOrder): UnixMs | undefined {
  const stamps = [order.transactTime, order.updateTime, order.time];
  const stamp = stamps.find((text) => text !== undefined && UNIX_MS.test(text));
  return stamp === undefined ? undefined : Number(stamp);
}
