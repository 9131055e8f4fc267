import { externalOrder } from '../../domain/external-order.ts';
import type { Statement } from '../../domain/reconcile.ts';
import { METRICS } from '../metrics.ts';
import type { Clock, ExternalOrders, Log, Metrics } from '../ports.ts';

/** What recording external orders needs. */
export interface ExternalDependencies {
  readonly external: ExternalOrders;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}

/**
 * Records orders that the exchange has and we do not know. One under an id that only we derive is
 * a hole in our records and alarms; other ones are somebody else's business.
 */
export async function recordExternal(
  { external, clock, log, metrics }: ExternalDependencies,
  accountId: string,
  statements: readonly Statement[],
): Promise<void> {
  if (statements.length === 0) return;
  const seen = statements.map(({ report }) => externalOrder(report, clock.now()));
  const added = await external.record(accountId, seen);
  for (const { origin, clientOrderId, exchangeOrderId } of added) {
    if (origin !== 'orphan') continue;
    metrics.count(METRICS.orphanOrder);
    log.error('the exchange has an order under an id of ours that is not in the table', {
      ...{ accountId, clientOrderId, exchangeOrderId },
    });
  }
  const foreign = added.filter(({ origin }) => origin === 'foreign').length;
  if (foreign === 0) return;
  metrics.count(METRICS.foreignOrder, foreign);
  log.info('the account has orders of other origin', { accountId, count: foreign });
}
