import Big from 'big.js';
import { balanceRefusal, incoming, wouldCross } from './accept-order.ts';
import { against, removeFromBook, rest } from './book.ts';
import { planMatch } from './matching.ts';
import type { Order, OrderStatus } from './order.ts';
import { releaseRest, settleMatch } from './settle.ts';
import { type ExchangeState, market, saveOrder } from './state.ts';

/** What faults may do to an order in matching. */
export type MatchTwist = {
  /** Ends the order REJECTED instead of matching it. */
  readonly reject?: boolean;
  /** Leaves one quantity step unexecuted and calls the order FILLED all the same. */
  readonly underfill?: boolean;
};

/** Sends an accepted order to the book: rejects, matches, rests or ends it. */
export function matchOrder(
  state: ExchangeState,
  accepted: Order,
  now: number,
  twist: MatchTwist = {},
): Order {
  state.delayed.delete(accepted.orderId);
  const crossing = accepted.type === 'LIMIT_MAKER' && wouldCross(state, accepted);
  const unpaid =
    accepted.type === 'MARKET' && balanceRefusal(state, accepted.accountId, accepted) !== undefined;
  if (twist.reject || crossing || unpaid) return finish(state, accepted, 'REJECTED', '', now);

  const order = executeMatches(state, accepted, now, twist.underfill ?? false);
  if (order.status === 'FILLED') return finish(state, order, 'FILLED', '', now);
  return endOrRest(state, order, now, twist.underfill ?? false);
}

/** Lets every delayed order whose time has come reach the book. */
export function matchDueOrders(state: ExchangeState, now: number): void {
  const due = [...state.delayed]
    .flatMap((orderId) => state.orders.get(orderId) ?? [])
    .filter((order) => order.matchFrom <= now)
    .sort((a, b) => a.matchFrom - b.matchFrom);
  for (const order of due) matchOrder(state, order, order.matchFrom);
}

/** Ends an open order and gives back what it reserved. */
export function cancelOrder(
  state: ExchangeState,
  order: Order,
  reason: string,
  now: number,
): Order {
  removeFromBook(market(state, order.symbol).book, order.side, order.orderId);
  state.delayed.delete(order.orderId);
  const status = order.executed === '0' ? 'CANCELED' : 'PARTIALLY_CANCELED';
  return finish(state, order, status, reason, now);
}

/** Puts an order with something left on the book, behind all earlier ones of its price. */
export function restOrder(state: ExchangeState, order: Order): void {
  const { book } = market(state, order.symbol);
  rest(book, order.side, {
    orderId: order.orderId,
    accountId: order.accountId,
    price: new Big(order.price),
    leaves: new Big(order.quantity).minus(order.executed),
  });
}

/** Drops resting orders which a fill has used up. */
export function clearEmpty(queue: { leaves: Big }[]): void {
  while (queue[0]?.leaves.lte(0)) queue.shift();
}

function executeMatches(
  state: ExchangeState,
  accepted: Order,
  now: number,
  underfill: boolean,
): Order {
  const { book, instrument } = market(state, accepted.symbol);
  const opposite = against(book, accepted.side);
  const wanted = incoming(state, accepted.accountId, accepted);
  const step = new Big(instrument.stepSize);
  const less = underfill && wanted.quantity?.gt(step);
  const asked = less ? { ...wanted, quantity: wanted.quantity?.minus(step) } : wanted;

  const plan = planMatch(opposite, asked);
  for (const { orderId } of plan.expiring) {
    const own = state.orders.get(orderId);
    if (own) cancelOrder(state, own, 'SELF_TRADE_CANCEL', now);
  }
  let order = accepted;
  for (const { resting, quantity } of plan.matches) {
    order = settleMatch(state, order, resting, quantity, now);
  }
  clearEmpty(opposite);
  const stopped = plan.metItself ? 'SELF_TRADE_CANCEL' : '';
  const filledByAmount = order.amount !== '0' && plan.complete && order.executed !== '0';
  const status = filledByAmount || (less && plan.complete) ? 'FILLED' : order.status;
  return saveOrder(state, { ...order, status, cancelReason: stopped });
}

function endOrRest(state: ExchangeState, order: Order, now: number, underfill: boolean): Order {
  const none = order.executed === '0';
  if (order.cancelReason !== '') {
    const status = none ? 'CANCELED' : 'PARTIALLY_CANCELED';
    return finish(state, order, status, order.cancelReason, now);
  }
  if (order.type === 'MARKET') {
    // A market order that ran out of liquidity counts as filled as far as it went.
    return finish(state, order, none ? 'CANCELED' : 'FILLED', none ? 'RISKLIMIT_CANCEL' : '', now);
  }
  if (order.timeInForce !== 'GTC') {
    const status = none ? 'CANCELED' : 'PARTIALLY_CANCELED';
    return finish(state, order, status, 'RISKLIMIT_CANCEL', now);
  }
  if (underfill && !none) return finish(state, order, 'FILLED', '', now);
  const resting = saveOrder(state, {
    ...order,
    status: none ? 'NEW' : 'PARTIALLY_FILLED',
    rank: state.ids.next(now),
    updatedAt: now,
  });
  restOrder(state, resting);
  return resting;
}

function finish(
  state: ExchangeState,
  order: Order,
  status: OrderStatus,
  cancelReason: string,
  now: number,
): Order {
  releaseRest(state, order);
  return saveOrder(state, {
    ...order,
    status,
    cancelReason,
    locked: '0',
    updatedAt: now,
  });
}
