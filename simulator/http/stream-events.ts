import Big from 'big.js';
import { plain } from '../exchange/decimal.ts';
import type { Order, Trade } from '../exchange/order.ts';
import type { ExchangeState } from '../exchange/state.ts';

/** What one account is told at once. */
export type AccountEvents = { readonly accountId: string; readonly events: readonly object[] };

const AVERAGE_DECIMALS = 8;

/** Tells what has changed since it was last stored: one report per fill, or one per order. */
export function streamEvents(state: ExchangeState, now: number): readonly AccountEvents[] {
  const { changes, orders } = state;
  const tradesOf = Map.groupBy(changes.trades, ({ orderId }) => orderId);
  const told = [...changes.orders].flatMap((orderId) => {
    const order = orders.get(orderId);
    if (!order || order.forgotten) return [];
    const events = reports(order, tradesOf.get(orderId) ?? [], now);
    return [{ accountId: order.accountId, events }];
  });
  return told;
}

function reports(order: Order, trades: readonly Trade[], now: number): readonly object[] {
  if (trades.length === 0) return [report(order, undefined, now)];
  // Back from what is executed now to what was after each fill.
  let executed = new Big(order.executed);
  let quote = new Big(order.executedQuote);
  const events: object[] = [];
  for (const [index, trade] of [...trades].reverse().entries()) {
    const status = index === 0 ? order.status : 'PARTIALLY_FILLED';
    const at = { ...order, status, executed: plain(executed), executedQuote: plain(quote) };
    events.unshift(report(at, trade, now));
    executed = executed.minus(trade.quantity);
    quote = quote.minus(new Big(trade.quantity).times(trade.price));
  }
  return events;
}

function report(order: Order, trade: Trade | undefined, now: number): object {
  const isExecuted = order.executed !== '0';
  return {
    e: 'executionReport',
    E: String(now),
    s: order.symbol,
    c: order.clientOrderId,
    S: order.side,
    o: order.type === 'MARKET' && order.amount === '0' ? 'MARKET_OF_BASE' : order.type,
    f: order.timeInForce,
    q: order.quantity,
    p: order.price,
    X: order.status,
    i: order.orderId,
    M: '0',
    l: trade?.quantity ?? '0',
    z: order.executed,
    L: trade?.price ?? '',
    n: trade?.fee ?? '0',
    F: '0',
    N: trade?.feeAsset ?? '',
    u: true,
    w: true,
    m: order.type === 'LIMIT_MAKER',
    O: String(order.createdAt),
    U: String(trade?.time ?? order.updatedAt),
    Z: order.executedQuote,
    A: '0',
    C: false,
    v: '0',
    reqAmt: order.amount,
    d: trade?.id ?? '',
    r: plain(new Big(order.quantity).minus(order.executed)),
    V: isExecuted
      ? plain(new Big(order.executedQuote).div(order.executed).round(AVERAGE_DECIMALS))
      : '0',
    x: order.cancelReason,
    rt: trade?.isMaker ? 'maker' : 'taker',
    T: trade?.ticketId ?? '',
  };
}
