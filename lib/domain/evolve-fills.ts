import { compareDecimals, divideDecimals, isPositiveDecimal } from './decimal.ts';
import type { ExecutionCorrected, FillCorrected, FillsRecorded } from './events.ts';
import { type Fill, filledQuote, inOrderOfTrade, isSameTrade } from './fill.ts';
import { invariant, unreachable } from './invariant.ts';
import { isFinal, type Order, type OrderStatus } from './order.ts';
import { areFillsComplete, FILLS_MAX } from './record-fills.ts';

/** Digits after the point of an average price that we make ourselves. */
const AVERAGE_DIGITS = 8;

/**
 * Applies what the exchange states of single trades.
 *
 * @throws InvariantError when a trade would be there twice, or when more would be executed than
 *   was ordered
 */
export function evolveFills(
  order: Order,
  event: FillsRecorded | FillCorrected | ExecutionCorrected,
): Order {
  const known = order.fills ?? [];
  switch (event.type) {
    case 'FillsRecorded': {
      const fills = [...known, ...event.fills];
      invariant(fills.length <= FILLS_MAX, 'the fills of an order are bounded');
      invariant(areAllDifferent(fills), 'a trade is recorded once');
      return withTotals({ ...order, fills: inOrderOfTrade(fills) });
    }
    case 'FillCorrected': {
      const rest = known.filter((fill) => !isSameTrade(fill, event.before));
      invariant(rest.length === known.length - 1, 'a correction is about one known trade');
      const after = event.after === undefined ? [] : [event.after];
      return { ...order, fills: inOrderOfTrade([...rest, ...after]) };
    }
    case 'ExecutionCorrected':
      return corrected(order, event);
    default:
      return unreachable(event);
  }
}

/** Where the exchange stated no totals (in the answer to a submission), complete fills do. */
function withTotals(order: Order): Order {
  const { fills = [], executedQuantity } = order;
  if (!areFillsComplete(order) || !isPositiveDecimal(executedQuantity)) return order;
  const quote = filledQuote(fills);
  const isNews = compareDecimals(quote, order.cumulativeQuote) > 0;
  const averagePrice = divideDecimals(quote, executedQuantity, AVERAGE_DIGITS);
  return {
    ...order,
    ...(isNews ? { cumulativeQuote: quote } : {}),
    ...(order.averagePrice === undefined ? { averagePrice } : {}),
  };
}

function corrected(order: Order, event: ExecutionCorrected): Order {
  const { executedQuantity, cumulativeQuote } = event;
  const { quantity } = order.terms;
  invariant(isFinal(order.status), 'what an open order has executed is reported, not corrected');
  invariant(
    compareDecimals(executedQuantity, order.executedQuantity) > 0,
    'the executed quantity never falls',
  );
  invariant(
    quantity === undefined || compareDecimals(executedQuantity, quantity) <= 0,
    'the executed quantity never passes the ordered quantity',
  );
  const status: OrderStatus = order.status === 'CANCELED' ? 'PARTIALLY_CANCELED' : order.status;
  return {
    ...order,
    status,
    executedQuantity,
    cumulativeQuote,
    ...averageOf(event),
  };
}

function averageOf({ averagePrice, cumulativeQuote, executedQuantity }: ExecutionCorrected) {
  if (averagePrice !== undefined) return { averagePrice };
  if (!isPositiveDecimal(cumulativeQuote)) return {};
  return { averagePrice: divideDecimals(cumulativeQuote, executedQuantity, AVERAGE_DIGITS) };
}

function areAllDifferent(fills: readonly Fill[]): boolean {
  return fills.every((fill, at) => !fills.slice(at + 1).some((other) => isSameTrade(fill, other)));
}
