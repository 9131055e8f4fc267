import { setTimeout as pause } from 'node:timers/promises';
import { cancelOrder } from '../../../lib/adapters/hashkey/cancel-order.ts';
import type { HashkeyParts } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import type { Account } from '../../../lib/application/account.ts';
import type { RateBudget } from '../../../lib/application/rate-budget.ts';

/** How long a cancel call and its answer may take. */
const TIMEOUT_MS = 5_000;
/** How old the exchange may find the request. */
const RECV_WINDOW_MS = 5_000;

/** Cancels an order with a slot of the budget that new orders use, as any process may. */
export async function cancelWithSlot(
  desk: {
    readonly account: Account;
    readonly budget: RateBudget;
    readonly parts: HashkeyParts;
    readonly reachMs: number;
  },
  clientOrderId: string,
): Promise<void> {
  const { account, parts } = desk;
  const [key] = account.keys;
  if (key === undefined) throw new Error('The account has no key.');
  const slotAt = await waitForSlot(desk, key.keyId);
  await pause(Math.max(0, slotAt - Date.now()));
  const context = {
    site: account,
    key,
    recvWindowMs: RECV_WINDOW_MS,
    timeoutMs: TIMEOUT_MS,
    sendBy: Date.now() + TIMEOUT_MS,
  };
  await cancelOrder({ ...parts, clock: systemClock }, context, { clientOrderId });
}

async function waitForSlot(
  desk: {
    readonly account: Account;
    readonly budget: RateBudget;
    readonly reachMs: number;
  },
  keyId: string,
): Promise<number> {
  for (;;) {
    const now = Date.now();
    const reservation = await desk.budget.reserve({
      keyId,
      class: 'order',
      weight: 1,
      count: 1,
      limitPerSecond: desk.account.limits.ordersPerSecond,
      now,
      reachMs: desk.reachMs,
    });
    if (reservation.kind === 'closed') throw new Error('The gate is closed for a cancel.');
    if (reservation.kind === 'reserved') return reservation.slots[0] ?? now;
    await pause(Math.max(1, reservation.at - Date.now()));
  }
}
