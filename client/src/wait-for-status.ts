import { OrdersWaitError } from './errors.ts';
import { FINAL_STATUSES, type Order, type OrderStatus } from './order.ts';
import type { Timing } from './timing.ts';

/** What to wait for, and how long. */
export interface WaitOptions {
  /** `final`: nothing more comes by itself, so `HELD` too. Default `final`. */
  readonly until?: 'final' | readonly OrderStatus[];
  /** Default a minute. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const TIMEOUT_DEFAULT_MS = 60_000;
const FIRST_WAIT_MS = 200;
/** Callers in great number should not ask more often for long. */
const WAIT_MAX_MS = 2_000;

/**
 * Looks at an order, ever less often, until it has one of the statuses.
 *
 * @throws OrdersWaitError when it has a final status that was not waited for, or time is up
 */
export async function waitForStatus(
  look: () => Promise<Order>,
  timing: Timing,
  options: WaitOptions,
): Promise<Order> {
  const { until = 'final', timeoutMs = TIMEOUT_DEFAULT_MS, signal } = options;
  const wanted = until === 'final' ? [...FINAL_STATUSES, 'HELD' as const] : until;
  const giveUpAt = timing.now() + timeoutMs;
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(WAIT_MAX_MS, waitMs * 1.5)) {
    const order = await look();
    if (wanted.includes(order.status)) return order;
    if (FINAL_STATUSES.includes(order.status)) {
      throw new OrdersWaitError('ended-otherwise', order, wanted);
    }
    const leftMs = giveUpAt - timing.now();
    if (leftMs <= 0) throw new OrdersWaitError('timed-out', order, wanted);
    // Between half and the whole, so that many who wait do not ask together.
    const drawnMs = waitMs * (0.5 + timing.random() / 2);
    await timing.sleep(Math.ceil(Math.min(drawnMs, leftMs)), signal);
  }
}
