import { type ExchangeOrder, wireOrder, wireTrades } from './exchange-order.ts';

/** How a stream frame is made. */
export interface ReportOptions {
  readonly startAt: number;
  /** The stream names trades by other ids than the lists; the match has one name everywhere. */
  readonly hasOwnTradeIds: boolean;
}

/** An execution report as a frame of the user data stream has it, with the trade of this moment. */
export function wireReport(
  order: ExchangeOrder,
  timeMs: number,
  { startAt, hasOwnTradeIds }: ReportOptions,
): Readonly<Record<string, unknown>> {
  const wire = wireOrder(order, timeMs, startAt);
  const at = String(startAt + timeMs);
  const trade = wireTrades(order, timeMs, startAt).findLast(({ time }) => time === at);
  return {
    e: 'executionReport',
    E: at,
    s: wire.symbol,
    c: wire.clientOrderId,
    S: wire.side,
    o: wire.type,
    q: wire.origQty,
    p: wire.price,
    X: wire.status,
    i: wire.orderId,
    z: wire.executedQty,
    Z: wire.cumulativeQuoteQty,
    V: wire.avgPrice,
    x: wire.ordCxlReason ?? '',
    U: at,
    l: trade?.qty ?? '0',
    L: trade?.price ?? '',
    n: trade === undefined ? '0' : '0.01',
    N: trade === undefined ? '' : 'USD',
    d: trade === undefined ? '' : `${hasOwnTradeIds ? '9' : ''}${String(trade.id)}`,
    T: trade?.ticketId ?? '',
    rt: trade === undefined ? '' : 'maker',
  };
}
