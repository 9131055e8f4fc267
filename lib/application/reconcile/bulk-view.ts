import { observeAbsence } from '../../domain/absence.ts';
import { latestAttempt, type Order } from '../../domain/order.ts';
import { reconcile, type Statement } from '../../domain/reconcile.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { CALL_WEIGHTS, type PageAnswer, type QueryContext } from '../exchange.ts';
import { decideAndStore } from '../store-changes.ts';
import { afterFailedRead, ask } from './ask.ts';
import type { ReconcileDependencies } from './dependencies.ts';

/** An account's open orders and its history, read completely one after the other. */
export interface BulkView {
  readonly kind: 'complete';
  /** By client order id; several where the exchange has several orders of one id. */
  readonly statements: ReadonlyMap<string, readonly Statement[]>;
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
  const found = view.statements.get(order.clientOrderId) ?? [];
  const absent = (known: Order) =>
    observeAbsence(known, 'open-orders-and-history', view.askedAt, dependencies.settings);
  const decisions =
    found.length === 0
      ? [absent]
      : found.map((statement) => (known: Order) => reconcile(known, statement, now));
  let stored = order;
  for (const decide of decisions) {
    stored = await decideAndStore(dependencies, stored, { decide, now });
  }
  return { order: stored, isSettled: found.length > 0 || stored.status !== order.status };
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
  const reports = new Map<string, Statement>();

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
        // The same order in both lists counts once, as the later list has it.
        reports.set(report.exchangeOrderId, { report, evidence: answer.evidence });
      }
      from = answer.nextFromOrderId;
      if (from === undefined) break;
    }
  }
  const statements = Map.groupBy(reports.values(), ({ report }) => report.clientOrderId);
  return { kind: 'complete', statements, askedAt };
}
