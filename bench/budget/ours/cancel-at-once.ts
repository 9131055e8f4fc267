import type { Account } from '../../../lib/application/account.ts';
import { createCancelPools } from '../../../lib/application/cancel/cancel-pools.ts';
import type { CancelDependencies } from '../../../lib/application/cancel/dependencies.ts';
import { sendCancel } from '../../../lib/application/cancel/send-cancel.ts';

/** No order of the exchange: the orders of a run are filled at once, and only arrivals count. */
const EXCHANGE_ORDER_ID = '1';

/** Sends a cancel as the service does: the next slot of the shared budget, the gate, one call. */
export async function cancelAtOnce(
  dependencies: CancelDependencies,
  account: Account,
  clientOrderId: string,
): Promise<void> {
  const { clock, ids, settings } = dependencies;
  const requestedAt = clock.now();
  const { reachMs } = settings;
  const pool = createCancelPools({ ...dependencies, reachMs, call: 'cancel' })(account);
  for (;;) {
    const slot = await pool.earliest(settings.slotLeadMs);
    if (slot.kind === 'none') {
      await clock.sleep(Math.max(1, slot.until - clock.now()));
      continue;
    }
    const call = {
      attemptId: ids.attemptId(),
      session: slot.session,
      exchangeOrderId: EXCHANGE_ORDER_ID,
      clientOrderId,
      requestedAt,
      slotAt: slot.at,
      sendBy: slot.at + settings.sendWithinMs,
      gateLeadMs: settings.gateLeadMs,
      probe: slot.probe,
    };
    const { outcome } = await sendCancel(dependencies, call, account);
    if (outcome.kind !== 'not-sent') return;
  }
}
