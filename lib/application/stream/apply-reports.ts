import type { OrderEvent } from '../../domain/events.ts';
import { evolveAll } from '../../domain/evolve.ts';
import type { Order } from '../../domain/order.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { recordFills } from '../../domain/record-fills.ts';
import type { UnixMs } from '../../domain/time.ts';
import { inParallel } from '../in-parallel.ts';
import { STORE_CALLS_MAX } from '../reconcile/apply-statements.ts';
import { recordExternal } from '../reconcile/record-external.ts';
import { decideAndStore } from '../store-changes.ts';
import type { StreamReport } from '../user-stream.ts';
import type { StreamDependencies } from './dependencies.ts';

/** Reports of one order that one write takes; each is two changes at most. */
const REPORTS_PER_WRITE = 10;

/**
 * Stores what stream reports say, each order's in their order and several orders at once.
 *
 * Repeats and reports older than what is known change nothing, so that drops, repeats and a wrong
 * order of messages do no harm.
 *
 * @throws the fault of a store that is away; then a pass has to follow
 */
export async function applyReports(
  dependencies: StreamDependencies,
  accountId: string,
  reports: readonly StreamReport[],
): Promise<void> {
  const byOrder = Map.groupBy(reports, ({ statement }) => statement.report.clientOrderId);
  await inParallel([...byOrder], STORE_CALLS_MAX, async ([clientOrderId, stated]) => {
    const order = await dependencies.orders.get({ accountId, clientOrderId });
    if (order === undefined) {
      await recordExternal(
        dependencies,
        accountId,
        stated.map(({ statement }) => statement),
      );
      return;
    }
    let stored = order;
    for (let from = 0; from < stated.length; from += REPORTS_PER_WRITE) {
      const now = dependencies.clock.now();
      const portion = stated.slice(from, from + REPORTS_PER_WRITE);
      const decide = (one: Order) => decideReports(one, portion, now);
      stored = await decideAndStore(dependencies, stored, { decide, now });
    }
  });
}

function decideReports(
  order: Order,
  reports: readonly StreamReport[],
  now: UnixMs,
): readonly OrderEvent[] {
  const events: OrderEvent[] = [];
  let current = order;
  const add = (more: readonly OrderEvent[]) => {
    events.push(...more);
    current = more.length === 0 ? current : evolveAll(current, more);
  };
  for (const { statement, trade } of reports) {
    add(reconcile(current, statement, now));
    if (trade === undefined) continue;
    const { evidence } = statement;
    add(recordFills(current, { trades: [trade], evidence, corrects: false }, now));
  }
  return events;
}
