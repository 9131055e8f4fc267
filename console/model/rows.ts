import type { OrderResource } from './resources.ts';

/** An order as a line of a list shows it: small, because a list may be long. */
export interface OrderRow {
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly status: OrderResource['status'];
  readonly reason: string | undefined;
  readonly symbol: string;
  readonly side: string;
  readonly type: string;
  /** Ordered: base units, or quote units when `isAmount`. */
  readonly ordered: string;
  readonly isAmount: boolean;
  readonly price: string | undefined;
  readonly executedQuantity: string;
  readonly cancelStatus: string | undefined;
  /** Since when the order has its status, as far as its history reaches. */
  readonly since: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** Gives the line of one order. */
export function rowOf(order: OrderResource): OrderRow {
  return {
    accountId: order.accountId,
    clientOrderId: order.clientOrderId,
    status: order.status,
    reason: order.reason,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    ordered: order.quantity ?? order.amount ?? '',
    isAmount: order.quantity === undefined && order.amount !== undefined,
    price: order.price,
    executedQuantity: order.executedQuantity,
    cancelStatus: order.cancel?.status,
    since: sinceOf(order),
    createdAt: order.createdAt,
    updatedAt: order.updatedAt,
    version: order.version,
  };
}

/** The oldest change of the unbroken run of changes that end in the present status. */
function sinceOf({ history, status, createdAt }: OrderResource): number {
  const before = history.findLastIndex((change) => change.status !== status);
  return history[before + 1]?.at ?? createdAt;
}
