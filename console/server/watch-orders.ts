import { publicTypeOf } from '../../lib/application/publish-events.ts';
import { type ConsoleEvent, changesSince, type SeenVersions } from '../model/events.ts';
import { type OrderResource, orderPageSchema } from '../model/resources.ts';
import { WATCHED_STATUSES } from '../model/urgency.ts';
import type { CallService } from './call-service.ts';
import type { NextEvents } from './watch-bus.ts';

/** Orders of one look: the newest ones, and those of each status that may need a look. */
const ORDERS_MAX = 50;
/** Shown when the page opens. */
const FIRST_EVENTS = 50;

/**
 * Follows orders where nobody can read the event bus: by the history that orders carry. It sees
 * every change of the newest orders and of those in doubt; of older open orders it may see none.
 */
export function watchOrders(call: CallService, accounts: () => readonly string[]): NextEvents {
  let seen: SeenVersions | undefined;
  return async () => {
    const orders = await ordersOf(call, accounts());
    const found = changesSince(seen ?? new Map(), orders, publicTypeOf);
    const isFirst = seen === undefined;
    seen = found.seen;
    const events: readonly ConsoleEvent[] = found.events;
    return isFirst ? events.slice(-FIRST_EVENTS) : events;
  };
}

async function ordersOf(
  call: CallService,
  accounts: readonly string[],
): Promise<readonly OrderResource[]> {
  const found = new Map<string, OrderResource>();
  for (const accountId of accounts) {
    const queries = [{}, ...WATCHED_STATUSES.map((status) => ({ status }))];
    const pages = await Promise.all(queries.map((query) => page(call, { accountId, ...query })));
    for (const order of pages.flat()) found.set(`${accountId}/${order.clientOrderId}`, order);
  }
  return [...found.values()];
}

async function page(call: CallService, query: Readonly<Record<string, string>>) {
  const limit = String(ORDERS_MAX);
  const answer = await call({ method: 'GET', path: '/v1/orders', query: { ...query, limit } });
  if (answer.status !== 200) throw new Error(`the API answers ${answer.status}`);
  return orderPageSchema.parse(JSON.parse(answer.body)).orders;
}
