import Big from 'big.js';
import { fillAtOwnPrice } from './liquidity.ts';
import { isOpen, type Order, type Trade } from './order.ts';
import { type ExchangeState, saveOrder } from './state.ts';

/**
 * Executes more of an order that is over, as an exchange does that finds a fill later; beyond its
 * quantity too. What it ended as stays, but a cancel becomes a partial one.
 */
export function fillLate(state: ExchangeState, order: Order, quantity: Big, now: number): Order {
  if (isOpen(order)) throw new RangeError(`Order ${order.orderId} is open: fill it.`);
  const filled = fillAtOwnPrice(state, order, { price: new Big(order.price), quantity, time: now });
  const status = order.status === 'CANCELED' ? 'PARTIALLY_CANCELED' : order.status;
  return saveOrder(state, { ...filled, status });
}

/**
 * States a trade otherwise from now on, or no longer at all; nobody is told.
 *
 * @returns undefined when there is no such trade
 */
export function changeTrade(
  state: ExchangeState,
  tradeId: string,
  { fee, isVoid }: { readonly fee?: string | undefined; readonly isVoid?: boolean | undefined },
): Trade | undefined {
  for (const trades of state.tradesByAccount.values()) {
    const index = trades.findIndex(({ id }) => id === tradeId);
    const known = trades[index];
    if (known === undefined) continue;
    const trade = { ...known, fee: fee ?? known.fee, isVoid: isVoid ?? known.isVoid };
    trades[index] = trade;
    state.changes.trades.push(trade);
    return trade;
  }
  return undefined;
}
