import type { OrderResource } from './resources.ts';

/** One change of one order, as the page lists it. */
export interface ConsoleEvent {
  /** `accountId/clientOrderId/sequence`. */
  readonly id: string;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly sequence: number;
  readonly at: number;
  readonly status: string;
  /** The public name, such as `order.in-doubt`. */
  readonly type: string;
}

/** Versions of orders that were seen, by `accountId/clientOrderId`. */
export type SeenVersions = ReadonlyMap<string, number>;

/** Orders whose versions are remembered; the longest unseen ones are forgotten first. */
const SEEN_MAX = 5_000;

/**
 * Finds what changed between two looks at orders, from the history that each carries.
 *
 * @param nameOf - gives the public name of a kind of change
 * @returns events by time, and the versions to compare with the next time
 */
export function changesSince(
  seen: SeenVersions,
  orders: readonly OrderResource[],
  nameOf: (type: string) => string,
): { readonly events: readonly ConsoleEvent[]; readonly seen: SeenVersions } {
  const next = new Map(seen);
  const events = orders.flatMap((order) => {
    const { accountId, clientOrderId, history } = order;
    const orderId = `${accountId}/${clientOrderId}`;
    const known = next.get(orderId) ?? 0;
    next.delete(orderId);
    next.set(orderId, Math.max(known, order.version));
    return history
      .filter(({ sequence }) => sequence > known)
      .map(({ sequence, at, status, type }) => ({
        id: `${orderId}/${sequence}`,
        accountId,
        clientOrderId,
        sequence,
        at,
        status,
        type: nameOf(type),
      }));
  });
  for (const orderId of [...next.keys()].slice(0, Math.max(0, next.size - SEEN_MAX))) {
    next.delete(orderId);
  }
  return { events: events.toSorted((one, two) => one.at - two.at), seen: next };
}

/**
 * Puts new events before the old ones, newest first, each once.
 *
 * @param most - how many are kept
 */
export function withEvents(
  known: readonly ConsoleEvent[],
  arrived: readonly ConsoleEvent[],
  most: number,
): readonly ConsoleEvent[] {
  const all = new Map([...arrived.toReversed(), ...known].map((event) => [event.id, event]));
  return [...all.values()].toSorted((one, two) => two.at - one.at).slice(0, most);
}
