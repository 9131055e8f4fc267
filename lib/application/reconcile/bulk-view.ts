import { observeAbsence } from '../../domain/absence.ts';
import type { Evidence, StatusReport } from '../../domain/execution-report.ts';
import { latestAttempt, type Order } from '../../domain/order.ts';
import { reconcile } from '../../domain/reconcile.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { CALL_WEIGHTS, type PageAnswer, type QueryContext } from '../exchange.ts';
import { decideAndStore } from '../store-changes.ts';
import { afterFailedRead, ask } from './ask.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** An account's open orders and its history, read completely one after the other. */
export interface BulkView {
  readonly kind: 'complete';
  /** By client order id; the newer statement where both lists have one. */
  readonly reports: ReadonlyMap<string, { report: StatusReport; evidence: Evidence }>;
  /** When the first page was asked for: an absence is not newer than this. */
  readonly askedAt: UnixMs;
}

/** Reads both lists as far back as some orders reach; see `readBulk`. */
export function readBulkFor(
  dependencies: ReconcileDependencies,
  account: Account,
  orders: readonly Order[],
  { deadline }: { readonly deadline: UnixMs },
): ReturnType<typeof readBulk> {
  const starts = orders.map((order) => latestAttempt(order)?.startedAt ?? order.createdAt);
  const since = Math.min(...starts) - dependencies.settings.historyMarginMs;
  return readBulk(dependencies, account, { since, deadline });
}

/**
 * Stores what the lists say of one order: adopted when it is in them, otherwise a witness of its
 * absence, which counts only where there is doubt.
 *
 * @returns the order as it is stored then, and whether a query would tell nothing more
 */
export async function settleByView(
  dependencies: ReconcileDependencies,
  order: Order,
  view: BulkView,
): Promise<{ readonly order: Order; readonly isSettled: boolean }> {
  const now = dependencies.clock.now();
  const found = view.reports.get(order.clientOrderId);
  const decide = (known: Order) =>
    found === undefined
      ? observeAbsence(known, 'open-orders-and-history', view.askedAt, dependencies.settings)
      : reconcile(known, found, now);
  const stored = await decideAndStore(dependencies, order, { decide, now });
  return { order: stored, isSettled: found !== undefined || stored.status !== order.status };
}

/**
 * Reads open orders and then history, so that an order that closes between the two is in the
 * second. Anything short of complete proves nothing and says only when to try again.
 *
 * @param since - history is read back to this time
 */
export async function readBulk(
  dependencies: ReconcileDependencies,
  account: Account,
  range: { readonly since: UnixMs; readonly deadline: UnixMs },
): Promise<BulkView | { readonly kind: 'incomplete'; readonly until: UnixMs }> {
  const askedAt = dependencies.clock.now();
  const { exchange } = dependencies;
  const reports = new Map<string, { report: StatusReport; evidence: Evidence }>();

  const lists = [
    {
      weight: CALL_WEIGHTS.openOrders,
      page: (context: QueryContext, from?: string) => exchange.openOrders(context, from),
    },
    {
      weight: CALL_WEIGHTS.orderHistory,
      page: (context: QueryContext, from?: string) =>
        exchange.orderHistory(context, range.since, from),
    },
  ];
  for (const list of lists) {
    let from: string | undefined;
    for (let page = 0; ; page += 1) {
      if (page >= dependencies.settings.pagesMax) {
        return { kind: 'incomplete', until: afterFailedRead(dependencies.clock.now()) };
      }
      const answer = await ask<PageAnswer>(dependencies, account, {
        weight: list.weight,
        deadline: range.deadline,
        read: (context) => list.page(context, from),
      });
      if (answer.kind === 'not-asked') return { kind: 'incomplete', until: answer.until };
      if (answer.kind !== 'page') {
        return { kind: 'incomplete', until: afterFailedRead(dependencies.clock.now()) };
      }
      for (const report of answer.reports) {
        reports.set(report.clientOrderId, { report, evidence: answer.evidence });
      }
      from = answer.nextFromOrderId;
      if (from === undefined) break;
    }
  }
  return { kind: 'complete', reports, askedAt };
}
