import { orderResource } from '../order-resource.ts';
import type { OrderStore } from '../ports.ts';

const PAGE = 100;

/**
 * Gives all orders of an account, newest first, each as one line of JSON in the public shape: the
 * same that the API answers with. Orders that arrive meanwhile may be missing.
 */
export async function* exportOrders(orders: OrderStore, accountId: string): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await orders.list({
      accountId,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const order of page.orders) yield JSON.stringify(orderResource(order));
    cursor = page.cursor;
  } while (cursor !== undefined);
}
