import { isOpen, type Order, type Trade } from './order.ts';
import { clientIdKey, type ExchangeState } from './state.ts';

/** Closed orders older than this are no longer shown. */
export const ORDER_RETENTION_MS = 90 * 86_400_000;

export type OrderKey = { readonly orderId?: string; readonly clientOrderId?: string };

/** Finds an account's order, seen by matching or not, visible to queries or not. */
export function findOrder(
  state: ExchangeState,
  accountId: string,
  key: OrderKey,
): Order | undefined {
  const byId = key.orderId === undefined ? undefined : state.orders.get(key.orderId);
  if (byId) return byId.accountId === accountId && !byId.forgotten ? byId : undefined;
  if (key.clientOrderId === undefined) return undefined;
  const ids = state.orderIdsByClientId.get(clientIdKey(accountId, key.clientOrderId)) ?? [];
  return ids
    .flatMap((orderId) => state.orders.get(orderId) ?? [])
    .filter((order) => !order.forgotten)
    .at(-1);
}

/** Whether queries show an order: late, lagging, forgotten and very old ones they do not. */
export function isVisible(order: Order, now: number): boolean {
  const kept = isOpen(order) || order.updatedAt > now - ORDER_RETENTION_MS;
  return order.visibleFrom <= now && !order.forgotten && kept;
}

export type OrderFilter = {
  readonly accountId: string;
  readonly open: boolean;
  readonly symbol: string | undefined;
  readonly side: string | undefined;
  /** Only orders with smaller ids. */
  readonly before: string | undefined;
  readonly startTime: number | undefined;
  readonly endTime: number | undefined;
  readonly limit: number;
};

/** The newest orders which pass the filter, in the configured order. */
export function listOrders(state: ExchangeState, filter: OrderFilter, now: number): Order[] {
  const ids = state.orderIdsByAccount.get(filter.accountId) ?? [];
  const found: Order[] = [];
  for (let index = ids.length - 1; index >= 0 && found.length < filter.limit; index -= 1) {
    const order = state.orders.get(ids[index] ?? '');
    if (order && isVisible(order, now) && passes(order, filter)) found.push(order);
  }
  return state.rules.listOrder === 'ascending' ? found.reverse() : found;
}

function passes(order: Order, filter: OrderFilter): boolean {
  return (
    isOpen(order) === filter.open &&
    (filter.symbol === undefined || order.symbol === filter.symbol) &&
    (filter.side === undefined || order.side === filter.side) &&
    (filter.before === undefined || isSmallerId(order.orderId, filter.before)) &&
    order.createdAt >= (filter.startTime ?? 0) &&
    order.createdAt <= (filter.endTime ?? Number.MAX_SAFE_INTEGER)
  );
}

export type TradeFilter = {
  readonly accountId: string;
  readonly symbol: string | undefined;
  readonly clientOrderId: string | undefined;
  readonly fromId: string | undefined;
  readonly toId: string | undefined;
  readonly startTime: number;
  readonly endTime: number;
  readonly limit: number;
};

/** An account's trades which pass the filter, newest first. */
export function listTrades(state: ExchangeState, filter: TradeFilter, now: number): Trade[] {
  const trades = state.tradesByAccount.get(filter.accountId) ?? [];
  const found: Trade[] = [];
  for (let index = trades.length - 1; index >= 0 && found.length < filter.limit; index -= 1) {
    const trade = trades[index];
    if (!trade) continue;
    const order = state.orders.get(trade.orderId);
    const shown = order === undefined || (order.visibleFrom <= now && !order.forgotten);
    if (shown && tradePasses(trade, filter)) found.push(trade);
  }
  return found;
}

function tradePasses(trade: Trade, filter: TradeFilter): boolean {
  return (
    trade.isVoid !== true &&
    (filter.symbol === undefined || trade.symbol === filter.symbol) &&
    (filter.clientOrderId === undefined || trade.clientOrderId === filter.clientOrderId) &&
    (filter.fromId === undefined || isSmallerId(filter.fromId, trade.id)) &&
    (filter.toId === undefined || isSmallerId(trade.id, filter.toId)) &&
    trade.time >= filter.startTime &&
    trade.time <= filter.endTime
  );
}

/** Compares ids as the numbers they are, which no JavaScript number can hold. */
export function isSmallerId(a: string, b: string): boolean {
  return a.length === b.length ? a < b : a.length < b.length;
}
