import type { WireOrder } from './wire.ts';

/** What a list holds for its question. */
export interface Page {
  readonly orders: readonly WireOrder[];
  /** Orders with smaller ids than this one may follow; absent when the list is complete. */
  readonly nextFromOrderId?: string;
}

/**
 * Takes a list as the page that was asked for: the orders with ids below `fromOrderId`.
 *
 * A list shorter than its limit is complete. Each next page lies strictly below the one before, so
 * that reading pages always ends.
 *
 * @returns undefined when the list cannot be that page: it holds larger ids, so the exchange did
 *   not heed the question, or a full list leads nowhere. Then nothing is known to be complete.
 */
export function pageOf(
  list: readonly WireOrder[],
  asked: { readonly limit: number; readonly fromOrderId: string | undefined },
): Page | undefined {
  const from = asked.fromOrderId === undefined ? undefined : BigInt(asked.fromOrderId);
  if (from !== undefined && list.some((order) => BigInt(order.orderId) > from)) return undefined;

  // Whether the id asked with is included is not documented; it is already known in any case.
  const orders = list.filter((order) => from === undefined || BigInt(order.orderId) < from);
  if (list.length < asked.limit) return { orders };
  const nextFromOrderId = orders.reduce<string | undefined>(smaller, undefined);
  return nextFromOrderId === undefined ? undefined : { orders, nextFromOrderId };
}

function smaller(least: string | undefined, { orderId }: WireOrder): string {
  return least === undefined || BigInt(orderId) < BigInt(least) ? orderId : least;
}
