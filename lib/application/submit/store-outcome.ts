import type { Order } from '../../domain/order.ts';
import { type SubmitOutcome, settleOutcome } from '../../domain/submit-outcome.ts';
import { decideAndStore } from '../store-changes.ts';
import type { SubmitDependencies } from './dependencies.ts';

/** The order after an attempt. */
export interface StoredOutcome {
  /** As it is stored now. */
  readonly order: Order;
  /** Whether the outcome is stored; if not, the order is swept later. */
  readonly isStored: boolean;
}

/** Waits between tries to store an outcome; together well inside the record margin. */
const STORE_WAITS_MS: readonly number[] = [50, 200, 500, 1_000];

/**
 * Stores what an attempt proved.
 *
 * Nothing escapes between the send and the stored outcome: what cannot be stored stays `SENDING`
 * and is swept into doubt.
 */
export async function storeOutcome(
  dependencies: SubmitDependencies,
  order: Order,
  outcome: SubmitOutcome,
): Promise<StoredOutcome> {
  const { clock, log } = dependencies;
  for (const waitMs of [...STORE_WAITS_MS, undefined]) {
    const now = clock.now();
    try {
      const decide = (known: Order) => settleOutcome(known, outcome, now);
      return { order: await decideAndStore(dependencies, order, { decide, now }), isStored: true };
    } catch (error) {
      log.error('the outcome of a sent order could not be stored', {
        accountId: order.accountId,
        clientOrderId: order.clientOrderId,
        attemptId: outcome.attemptId,
        outcome: outcome.kind,
        cause: error instanceof Error ? error.name : 'unknown',
      });
      if (waitMs === undefined) break;
      await clock.sleep(waitMs);
    }
  }
  return { order, isStored: false };
}
