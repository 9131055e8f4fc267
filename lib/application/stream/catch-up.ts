import { MINUTE_MS } from '../../domain/time.ts';
import { reviewAccount } from '../reconcile/review-account.ts';
import type { StreamDependencies } from './dependencies.ts';

/** Open orders are due within this, however quiet and however live their stream is. */
const TRACKED_WITHIN_MS = 20 * MINUTE_MS;
/** A pass of its own ends after so long; what it did not come to is due as always. */
const CATCH_UP_MS = MINUTE_MS;

/**
 * Looks at every open order of an account, due or not: what happened while no stream was open is
 * in the lists.
 *
 * @returns whether every look succeeded
 */
export async function catchUp(
  dependencies: StreamDependencies,
  accountId: string,
): Promise<boolean> {
  const { clock, orders, settings } = dependencies;
  const now = clock.now();
  const until = now + TRACKED_WITHIN_MS;
  const keys = await orders.listDueOf(accountId, until, settings.roundMax);
  if (keys.length === 0) return true;
  const faults = await reviewAccount(
    dependencies,
    accountId,
    keys.map(({ clientOrderId }) => clientOrderId),
    {
      deadline: now + CATCH_UP_MS,
      ...{ notBefore: new Map(), memories: new Map(), isCatchingUp: true },
    },
  );
  return faults === 0;
}
