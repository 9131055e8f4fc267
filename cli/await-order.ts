import { type Order, type OrderStatus, OrdersWaitError } from '../client/index.ts';
import { MINUTE_MS } from '../lib/domain/time.ts';
import type { Job } from './command-line/context.ts';

/** The longest wait of a command. */
export const WAIT_MAX_MS = 24 * 60 * MINUTE_MS;

/**
 * Waits until an order has one of the statuses, or time is up, and gives it as it was seen last.
 *
 * @param options.forMs - `true` where the option stands without a duration
 */
export async function waitForOrder(
  { connection, out, signal }: Job,
  order: Pick<Order, 'accountId' | 'clientOrderId'>,
  options: { readonly until: 'final' | readonly OrderStatus[]; readonly forMs: number | true },
): Promise<Order> {
  const timeoutMs = options.forMs === true ? MINUTE_MS : options.forMs;
  const api = await connection.api();
  try {
    const { until } = options;
    return await api.waitFor(order.accountId, order.clientOrderId, { until, timeoutMs, signal });
  } catch (error) {
    if (!(error instanceof OrdersWaitError)) throw error;
    if (error.kind === 'timed-out') {
      out.note('Not over yet; the service goes on by itself. Ask again with get or why.');
    }
    return error.order;
  }
}
