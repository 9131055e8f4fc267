import type { StatusReport } from './execution-report.ts';
import type { UnixMs } from './time.ts';

/** Ids that we derive begin so; callers may choose others. */
export const DERIVED_ID_PREFIX = 'wh-';

/** An order at the exchange that our records do not know. */
export interface ExternalOrder {
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
  /** `orphan`: its id is one that only we derive. `foreign`: somebody else's. */
  readonly origin: 'orphan' | 'foreign';
  readonly symbol: string;
  readonly side: StatusReport['side'];
  /** As the exchange wrote it when the order was last seen. */
  readonly statusText: string;
  readonly executedQuantity: string;
  readonly firstSeenAt: UnixMs;
  readonly lastSeenAt: UnixMs;
}

/** External orders kept per account; the oldest give way. */
export const EXTERNAL_ORDERS_MAX = 200;

/** Makes the record of an order that the exchange reports and we do not know. */
export function externalOrder(report: StatusReport, now: UnixMs): ExternalOrder {
  const { exchangeOrderId, clientOrderId, symbol, side, statusText, executedQuantity } = report;
  return {
    exchangeOrderId,
    clientOrderId,
    origin: clientOrderId.startsWith(DERIVED_ID_PREFIX) ? 'orphan' : 'foreign',
    ...{ symbol, side, statusText, executedQuantity },
    firstSeenAt: now,
    lastSeenAt: now,
  };
}

/**
 * Puts seen orders to the recorded ones, newest first, within the bound.
 *
 * @returns the whole record, and what of it is new
 */
export function withExternalOrders(
  recorded: readonly ExternalOrder[],
  seen: readonly ExternalOrder[],
): { readonly orders: readonly ExternalOrder[]; readonly added: readonly ExternalOrder[] } {
  const before = new Map(recorded.map((order) => [order.exchangeOrderId, order]));
  const now = new Map(seen.map((order) => [order.exchangeOrderId, order]));
  const added = [...now.values()].filter(({ exchangeOrderId }) => !before.has(exchangeOrderId));
  const updated = recorded.map((order) => {
    const again = now.get(order.exchangeOrderId);
    return again === undefined ? order : { ...again, firstSeenAt: order.firstSeenAt };
  });
  // An orphan stays before any number of foreign orders.
  const orders = [...added, ...updated].toSorted(
    (left, right) => rank(left) - rank(right) || right.lastSeenAt - left.lastSeenAt,
  );
  return { orders: orders.slice(0, EXTERNAL_ORDERS_MAX), added };
}

function rank({ origin }: ExternalOrder): number {
  return origin === 'orphan' ? 0 : 1;
}
