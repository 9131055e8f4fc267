import Big from 'big.js';
import { against, crosses } from './book.ts';
import { plain } from './decimal.ts';
import { filterRefusal, priceBound } from './filters.ts';
import { planMatch } from './matching.ts';
import { isOpen, type Order, type OrderRequest } from './order.ts';
import { postOnlyWouldCross, REFUSED, type Refusal } from './refusals.ts';
import { reservation, withFee } from './settle.ts';
import { clientIdKey, type ExchangeState, market, saveOrder } from './state.ts';

const HOUR_MS = 3_600_000;
/** An unnamed order gets 16 digits, as the exchange generates them. */
const GENERATED_ID_DIGITS = 16;

/** What faults may do to an order on its way to the book. */
export type Twist = {
  /** Matching and queries see the order only this long after its acceptance. */
  readonly lateMs?: number;
  /** Queries see the order only this long after its acceptance; matching at once. */
  readonly queryLagMs?: number;
};

/** Names one account's request at its arrival. */
export type Submission = {
  readonly accountId: string;
  readonly request: OrderRequest;
  readonly now: number;
  readonly twist: Twist;
};

/**
 * Checks an order against the symbol's rules, its client order id and the balance.
 *
 * @returns the reason when the exchange refuses it, in the order of checks that is configured
 */
export function createRefusal(state: ExchangeState, submission: Submission): Refusal | undefined {
  const { request, accountId } = submission;
  const isDuplicate = () => duplicateRefusal(state, submission);
  const early = state.rules.duplicateCheck === 'first' ? isDuplicate() : undefined;
  if (early) return early;
  if (!state.instruments.has(request.symbol)) return REFUSED.symbol;
  const { instrument, last } = market(state, request.symbol);
  const refusal =
    filterRefusal(request, instrument, last) ??
    openOrdersRefusal(state, accountId, request) ??
    (state.rules.duplicateCheck === 'after-filters' ? isDuplicate() : undefined) ??
    balanceRefusal(state, accountId, request) ??
    postOnlyRefusal(state, request);
  return refusal ?? (state.rules.duplicateCheck === 'last' ? isDuplicate() : undefined);
}

/** Accepts a checked order: gives it an id and reserves what it may cost. */
export function acceptOrder(state: ExchangeState, submission: Submission): Order {
  const { request, accountId, now, twist } = submission;
  const orderId = state.ids.next(now);
  const lock = isMarket(request)
    ? undefined
    : reservation(state, request, new Big(request.quantity));
  if (lock) state.balances.add(accountId, lock.asset, lock.locked.neg(), lock.locked);

  const lateMs = twist.lateMs ?? 0;
  const lagMs = Math.max(lateMs, twist.queryLagMs ?? state.rules.queryLagMs);
  const order: Order = {
    ...request,
    clientOrderId: request.clientOrderId || orderId.slice(-GENERATED_ID_DIGITS),
    orderId,
    accountId,
    status: 'PENDING_NEW',
    executed: '0',
    executedQuote: '0',
    fee: '0',
    feeAsset: '',
    locked: lock ? plain(lock.locked) : '0',
    createdAt: now,
    updatedAt: now,
    cancelReason: '',
    rank: '',
    matchFrom: now + lateMs,
    visibleFrom: now + lagMs,
    forgotten: false,
  };
  if (lateMs > 0) state.delayed.add(orderId);
  return saveOrder(state, order);
}

/** Notes the client order id of a refused create, where the exchange is set to do so. */
export function burnClientId(state: ExchangeState, submission: Submission): void {
  const { clientOrderId } = submission.request;
  if (!state.rules.refusedBurnsClientId || clientOrderId === '') return;
  const key = clientIdKey(submission.accountId, clientOrderId);
  state.burnedIds.add(key);
  state.changes.burnedIds.add(key);
}

/** Whether a market order would find the balance to pay for what it matches now. */
export function balanceRefusal(
  state: ExchangeState,
  accountId: string,
  request: OrderRequest,
): Refusal | undefined {
  const { instrument } = market(state, request.symbol);
  const asset = request.side === 'BUY' ? instrument.quote : instrument.base;
  const needed = isMarket(request)
    ? marketCost(state, accountId, request)
    : reservation(state, request, new Big(request.quantity)).locked;
  return state.balances.of(accountId, asset).free.lt(needed) ? REFUSED.balance : undefined;
}

/** Whether a post-only order would trade at once. */
export function wouldCross(state: ExchangeState, request: OrderRequest): boolean {
  const best = against(market(state, request.symbol).book, request.side)[0];
  return best !== undefined && crosses(request.side, new Big(request.price), best.price);
}

/** The matching view of an order; the price of a market order is bounded by the band. */
export function incoming(state: ExchangeState, accountId: string, request: OrderRequest) {
  const { instrument, last } = market(state, request.symbol);
  const byAmount = request.amount !== '0';
  return {
    accountId,
    side: request.side,
    limit: isMarket(request) ? priceBound(request.side, instrument, last) : new Big(request.price),
    quantity: byAmount ? undefined : new Big(request.quantity),
    amount: byAmount ? new Big(request.amount) : undefined,
    stepSize: new Big(instrument.stepSize),
    stpMode: request.stpMode,
    timeInForce: request.timeInForce,
  };
}

function marketCost(state: ExchangeState, accountId: string, request: OrderRequest): Big {
  const { instrument, book } = market(state, request.symbol);
  if (request.side === 'SELL' && request.amount === '0') return new Big(request.quantity);
  const plan = planMatch(against(book, request.side), incoming(state, accountId, request));
  const zero = new Big(0);
  if (request.side === 'SELL') return plan.matches.reduce((sum, m) => sum.plus(m.quantity), zero);
  const cost = (sum: Big, match: (typeof plan.matches)[number]): Big =>
    sum.plus(match.quantity.times(match.resting.price));
  return withFee(state, instrument, plan.matches.reduce(cost, zero));
}

function duplicateRefusal(state: ExchangeState, submission: Submission): Refusal | undefined {
  const { request, accountId, now } = submission;
  const { clientIdUniqueness } = state.rules;
  if (request.clientOrderId === '' || clientIdUniqueness === 'never') return undefined;
  const key = clientIdKey(accountId, request.clientOrderId);
  if (state.burnedIds.has(key)) return REFUSED.duplicate;
  const counts = (order: Order): boolean => {
    if (clientIdUniqueness === 'for-ever') return true;
    if (clientIdUniqueness === 'while-open') return isOpen(order);
    return order.createdAt > now - clientIdUniqueness * HOUR_MS;
  };
  const used = (state.orderIdsByClientId.get(key) ?? []).some((orderId) => {
    const order = state.orders.get(orderId);
    return order !== undefined && !order.forgotten && counts(order);
  });
  return used ? REFUSED.duplicate : undefined;
}

function openOrdersRefusal(
  state: ExchangeState,
  accountId: string,
  request: OrderRequest,
): Refusal | undefined {
  if (isMarket(request) || request.timeInForce !== 'GTC') return undefined;
  const { book, instrument } = market(state, request.symbol);
  const isOwn = (resting: { accountId: string }): boolean => resting.accountId === accountId;
  const open = book.bids.filter(isOwn).length + book.asks.filter(isOwn).length;
  return open >= instrument.openOrdersMax ? REFUSED.openOrders : undefined;
}

function postOnlyRefusal(state: ExchangeState, request: OrderRequest): Refusal | undefined {
  const refuses = request.type === 'LIMIT_MAKER' && state.rules.postOnlyCross === 'refuse';
  return refuses && wouldCross(state, request)
    ? postOnlyWouldCross(state.site.postOnlyCode)
    : undefined;
}

const isMarket = (request: OrderRequest): boolean => request.type === 'MARKET';
