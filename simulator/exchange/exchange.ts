import Big from 'big.js';
import type { Random } from '../random.ts';
import {
  acceptOrder,
  burnClientId,
  createRefusal,
  type Submission,
  type Twist,
} from './accept-order.ts';
import { findOrder, type OrderKey } from './find-orders.ts';
import { type LiquidityPlan, marketMaker } from './liquidity.ts';
import { cancelOrder, type MatchTwist, matchDueOrders, matchOrder } from './match-order.ts';
import { isOpen, type Order, type OrderRequest } from './order.ts';
import { REFUSED, type Refusal } from './refusals.ts';
import type { ExchangeState } from './state.ts';

/** An accepted order: as the answer shows it, and as it stands. */
export type Placed = { readonly answered: Order; readonly current: Order };

export type PlaceOptions = {
  readonly accountId: string;
  readonly request: OrderRequest;
  readonly now: number;
  readonly twist: Twist & MatchTwist;
};

/** The exchange's own acts on orders; each first lets late orders reach the book. */
export type Exchange = {
  readonly state: ExchangeState;
  readonly place: (options: PlaceOptions) => Placed | Refusal;
  /** Says what a create would be refused for, and places nothing. */
  readonly test: (options: PlaceOptions) => Refusal | undefined;
  /** Cancels one order and returns it as it was before. */
  readonly cancel: (accountId: string, key: OrderKey, now: number) => Order | Refusal;
  readonly advance: (now: number) => void;
  readonly moveReference: (symbol: string, reference: string, now: number) => void;
};

/** What a new account holds of every asset. */
const AMPLE = new Big('1000000000');

export function createExchange(
  state: ExchangeState,
  liquidity: LiquidityPlan,
  random: Random,
): Exchange {
  const maker = marketMaker(state, liquidity, random);
  const advance = (now: number): void => matchDueOrders(state, now);

  const place = (options: PlaceOptions): Placed | Refusal => {
    advance(options.now);
    const submission: Submission = options;
    if (state.instruments.has(options.request.symbol)) {
      maker.replenish(options.request.symbol, options.now);
    }
    const refusal = createRefusal(state, submission);
    if (refusal) {
      burnClientId(state, submission);
      return refusal;
    }
    const accepted = acceptOrder(state, submission);
    const isLate = accepted.matchFrom > options.now;
    const current = isLate ? accepted : matchOrder(state, accepted, options.now, options.twist);
    return { answered: answeredOrder(state, accepted, current), current };
  };

  const test = (options: PlaceOptions): Refusal | undefined => createRefusal(state, options);

  const cancel = (accountId: string, key: OrderKey, now: number): Order | Refusal => {
    advance(now);
    const order = findOrder(state, accountId, key);
    if (!order || order.matchFrom > now) return REFUSED.orderNotFound;
    if (order.status === 'FILLED') return REFUSED.filled;
    if (!isOpen(order)) return REFUSED.canceled;
    cancelOrder(state, order, 'USER_CANCEL', now);
    return order;
  };

  for (const symbol of state.instruments.keys()) maker.replenish(symbol, 0);
  return { state, place, test, cancel, advance, moveReference: maker.moveReference };
}

/** Gives a new account ample balances of every asset; known ones keep theirs. */
export function fundAccount(
  state: ExchangeState,
  accountId: string,
  assets: readonly string[],
): void {
  const held = new Set(state.balances.assetsOf(accountId).map(([asset]) => asset));
  for (const asset of assets) if (!held.has(asset)) state.balances.add(accountId, asset, AMPLE);
}

/** The order as the create answer shows it; an asynchronous rejection is never visible there. */
function answeredOrder(state: ExchangeState, accepted: Order, current: Order): Order {
  const { createAnswer } = state.rules;
  const mode = createAnswer === 'by-site' ? state.site.createAnswer : createAnswer;
  if (mode === 'PENDING_NEW') return accepted;
  const hidden = current.status === 'REJECTED' || current.status === 'PENDING_NEW';
  return hidden ? { ...accepted, status: 'NEW' } : current;
}
