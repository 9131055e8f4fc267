import type { Evidence, StatusReport } from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { CALL_WEIGHTS, type PageAnswer, type QueryContext } from '../exchange.ts';
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
