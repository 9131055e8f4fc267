import Big from 'big.js';
import { type Balances, balanceSheet } from './balances.ts';
import { type Book, emptyBook } from './book.ts';
import type { IdMaker } from './ids.ts';
import { type Instrument, instrumentsOf } from './instruments.ts';
import type { Order, Trade } from './order.ts';
import type { ExchangeRules } from './rules.ts';
import type { SiteProfile } from './sites.ts';

/** Who stands behind the seeded liquidity, and who earns the fees; neither is a real account. */
export const MARKET_MAKER = 'market-maker';
export const FEES = 'fees';

export type PublicTrade = {
  readonly time: number;
  readonly price: string;
  readonly quantity: string;
  readonly isBuyerMaker: boolean;
};

/** Public trades kept per symbol; only ticker and recent-trades answers need them. */
const PUBLIC_TRADES_MAX = 100;

/** What changed since it was last stored. */
export type Changes = {
  readonly orders: Set<string>;
  readonly trades: Trade[];
  readonly balances: Map<string, readonly [accountId: string, asset: string]>;
  readonly burnedIds: Set<string>;
};

/** All that the exchange knows. Only the functions of this folder change it. */
export type ExchangeState = {
  readonly site: SiteProfile;
  readonly rules: ExchangeRules;
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly ids: IdMaker;
  readonly books: ReadonlyMap<string, Book>;
  readonly lastPrices: Map<string, Big>;
  readonly publicTrades: Map<string, PublicTrade[]>;
  readonly balances: Balances;
  readonly orders: Map<string, Order>;
  readonly orderIdsByAccount: Map<string, string[]>;
  readonly orderIdsByClientId: Map<string, string[]>;
  readonly tradesByAccount: Map<string, Trade[]>;
  readonly burnedIds: Set<string>;
  /** Orders accepted but not yet seen by matching. */
  readonly delayed: Set<string>;
  readonly changes: Changes;
};

export function newExchange(site: SiteProfile, rules: ExchangeRules, ids: IdMaker): ExchangeState {
  const instruments = instrumentsOf(site.site);
  const changes: Changes = {
    orders: new Set(),
    trades: [],
    balances: new Map(),
    burnedIds: new Set(),
  };
  const symbols = [...instruments.values()];
  return {
    site,
    rules,
    instruments,
    ids,
    books: new Map(symbols.map(({ symbol }) => [symbol, emptyBook()])),
    lastPrices: new Map(symbols.map(({ symbol, reference }) => [symbol, new Big(reference)])),
    publicTrades: new Map(),
    balances: balanceSheet((accountId, asset) => {
      changes.balances.set(`${accountId}|${asset}`, [accountId, asset]);
    }),
    orders: new Map(),
    orderIdsByAccount: new Map(),
    orderIdsByClientId: new Map(),
    tradesByAccount: new Map(),
    burnedIds: new Set(),
    delayed: new Set(),
    changes,
  };
}

export const clientIdKey = (accountId: string, clientOrderId: string): string =>
  `${accountId}|${clientOrderId}`;

/** Stores a new order or replaces a known one, and returns it. */
export function saveOrder(state: ExchangeState, order: Order): Order {
  if (!state.orders.has(order.orderId)) {
    append(state.orderIdsByAccount, order.accountId, order.orderId);
    const key = clientIdKey(order.accountId, order.clientOrderId);
    append(state.orderIdsByClientId, key, order.orderId);
  }
  state.orders.set(order.orderId, order);
  state.changes.orders.add(order.orderId);
  return order;
}

export function saveTrade(state: ExchangeState, trade: Trade): void {
  append(state.tradesByAccount, trade.accountId, trade);
  state.changes.trades.push(trade);
}

export function recordPublicTrade(state: ExchangeState, symbol: string, trade: PublicTrade): void {
  state.lastPrices.set(symbol, new Big(trade.price));
  const trades = append(state.publicTrades, symbol, trade);
  if (trades.length > PUBLIC_TRADES_MAX) trades.shift();
}

/** The parts of a listed symbol, which exist by construction. */
export function market(state: ExchangeState, symbol: string) {
  const instrument = state.instruments.get(symbol);
  const book = state.books.get(symbol);
  const last = state.lastPrices.get(symbol);
  if (!instrument || !book || !last) throw new Error(`The exchange does not list ${symbol}.`);
  return { instrument, book, last };
}

function append<T>(lists: Map<string, T[]>, key: string, item: T): T[] {
  const list = lists.get(key) ?? [];
  list.push(item);
  lists.set(key, list);
  return list;
}
