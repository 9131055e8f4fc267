import Big from 'big.js';
import type { Resting } from './book.ts';
import { plain } from './decimal.ts';
import { feeIsInQuote, type Instrument } from './instruments.ts';
import type { Order } from './order.ts';
import {
  type ExchangeState,
  FEES,
  MARKET_MAKER,
  market,
  recordPublicTrade,
  saveOrder,
  saveTrade,
} from './state.ts';

type Fill = { readonly price: Big; readonly quantity: Big; readonly time: number };

/** What an open limit order must keep reserved for the part still open. */
export function reservation(
  state: ExchangeState,
  order: Pick<Order, 'symbol' | 'side' | 'price'>,
  leaves: Big,
): { readonly asset: string; readonly locked: Big } {
  const { instrument } = market(state, order.symbol);
  if (order.side === 'SELL') return { asset: instrument.base, locked: leaves };
  const cost = new Big(order.price).times(leaves);
  return { asset: instrument.quote, locked: withFee(state, instrument, cost) };
}

/** What buying for this cost takes in quote units. */
export function withFee(state: ExchangeState, instrument: Instrument, cost: Big): Big {
  return feeIsInQuote(instrument) ? cost.times(new Big(1).plus(state.site.feeRate)) : cost;
}

/** Executes one match: both orders, both balances, both trade records, the last price. */
export function settleMatch(
  state: ExchangeState,
  taker: Order,
  resting: Resting,
  quantity: Big,
  time: number,
): Order {
  const fill: Fill = { price: resting.price, quantity, time };
  const ticketId = state.ids.next(time);
  const settled = settleSide(state, taker, fill, { ticketId, isMaker: false });
  settleResting(state, taker, resting, fill, ticketId);
  resting.leaves = resting.leaves.minus(quantity);
  recordPublicTrade(state, taker.symbol, {
    time,
    price: plain(fill.price),
    quantity: plain(quantity),
    isBuyerMaker: taker.side === 'SELL',
  });
  return settled;
}

function settleResting(
  state: ExchangeState,
  taker: Order,
  resting: Resting,
  fill: Fill,
  ticketId: string,
): void {
  const order = state.orders.get(resting.orderId);
  if (order) settleSide(state, order, fill, { ticketId, isMaker: true });
  else moveAssets(state, { ...taker, accountId: MARKET_MAKER }, fill, otherSide(taker.side));
}

/** Executes one fill of a real order, and finishes the order when nothing is left of it. */
export function settleSide(
  state: ExchangeState,
  order: Order,
  fill: Fill,
  match: { readonly ticketId: string; readonly isMaker: boolean },
): Order {
  const paid = moveAssets(state, order, fill, order.side);
  const executed = new Big(order.executed).plus(fill.quantity);
  const leaves = new Big(order.quantity).minus(executed);
  const after = reservationAfter(state, order, leaves);
  unlock(state, order, new Big(order.locked).minus(after), paid);

  saveTrade(state, {
    id: state.ids.next(fill.time),
    ticketId: match.ticketId,
    accountId: order.accountId,
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    symbol: order.symbol,
    price: plain(fill.price),
    quantity: plain(fill.quantity),
    fee: plain(paid.fee),
    feeAsset: paid.feeAsset,
    time: fill.time,
    isBuyer: order.side === 'BUY',
    isMaker: match.isMaker,
  });
  return saveOrder(state, {
    ...order,
    status: order.quantity !== '0' && leaves.lte(0) ? 'FILLED' : 'PARTIALLY_FILLED',
    executed: plain(executed),
    executedQuote: plain(fill.price.times(fill.quantity).plus(order.executedQuote)),
    fee: plain(new Big(order.fee).plus(paid.fee)),
    feeAsset: paid.feeAsset,
    locked: plain(after),
    updatedAt: fill.time,
  });
}

/** Gives back what a finished order had reserved. */
export function releaseRest(state: ExchangeState, order: Order): void {
  const locked = new Big(order.locked);
  if (locked.eq(0)) return;
  const { instrument } = market(state, order.symbol);
  const asset = order.side === 'BUY' ? instrument.quote : instrument.base;
  state.balances.add(order.accountId, asset, locked, locked.neg());
}

type Paid = { readonly asset: string; readonly fee: Big; readonly feeAsset: string };

/** Moves base, quote and fee of one side; payment is taken from the spendable balance. */
function moveAssets(
  state: ExchangeState,
  order: Pick<Order, 'accountId' | 'symbol'>,
  fill: Fill,
  side: Order['side'],
): Paid {
  const { instrument } = market(state, order.symbol);
  const { base, quote } = instrument;
  const value = fill.price.times(fill.quantity);
  const isFree = order.accountId === MARKET_MAKER;
  const rate = isFree ? '0' : state.site.feeRate;
  const inQuote = side === 'SELL' || feeIsInQuote(instrument);
  const fee = (inQuote ? value : fill.quantity).times(rate);
  const feeAsset = inQuote ? quote : base;

  const sign = side === 'BUY' ? 1 : -1;
  state.balances.add(order.accountId, base, fill.quantity.times(sign));
  state.balances.add(order.accountId, quote, value.times(-sign));
  if (fee.gt(0)) {
    state.balances.add(order.accountId, feeAsset, fee.neg());
    state.balances.add(FEES, feeAsset, fee);
  }
  return { asset: side === 'BUY' ? quote : base, fee, feeAsset };
}

function reservationAfter(state: ExchangeState, order: Order, leaves: Big): Big {
  const reserves = order.type !== 'MARKET' && leaves.gt(0);
  return reserves ? reservation(state, order, leaves).locked : new Big(0);
}

function unlock(state: ExchangeState, order: Order, amount: Big, paid: Paid): void {
  if (!amount.eq(0)) state.balances.add(order.accountId, paid.asset, amount, amount.neg());
}

const otherSide = (side: Order['side']): Order['side'] => (side === 'BUY' ? 'SELL' : 'BUY');
