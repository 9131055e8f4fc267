import type { Evidence, TradeReport } from '../../domain/execution-report.ts';
import type { Statement } from '../../domain/reconcile.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { weightOf } from '../call-weights.ts';
import type { PageAnswer, QueryContext, QueryFailure, TradesAnswer } from '../exchange.ts';
import { afterFailedRead, ask } from './ask.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import type { NotAsked } from './query-slot.ts';

/** A list of the exchange as far as it could be read. */
export interface ListRead<Entry> {
  /** What is stated is true even when the rest of the list is missing. */
  readonly entries: readonly Entry[];
  /** Whether what is not in it is nowhere in it; otherwise when to read again. */
  readonly end: { readonly kind: 'complete' } | { readonly kind: 'incomplete'; until: UnixMs };
  /** When the first page was asked for: an absence is not newer than this. */
  readonly askedAt: UnixMs;
}

/** Trades with the statement that they stand in. */
export interface StatedTrade {
  readonly trade: TradeReport;
  readonly evidence: Evidence;
}

/** What every list is read with. */
export interface ListOptions {
  /** A slot after this is not waited for. */
  readonly deadline: UnixMs;
  /** Of several keys, the one to begin with. */
  readonly turn?: number;
}

/** Reads an account's open orders. */
export function readOpenOrders(
  dependencies: ReconcileDependencies,
  account: Account,
  options: ListOptions,
): Promise<ListRead<Statement>> {
  const { exchange } = dependencies;
  return readPages(dependencies, account, {
    ...options,
    weight: weightOf(account, 'openOrders'),
    page: (context, from) => exchange.openOrders(context, from).then(statementsOf),
  });
}

/**
 * Reads an account's closed orders. Read after the open ones, so that an order that closes between
 * the two is in the second.
 *
 * @param options.since - read back to this time
 */
export function readHistory(
  dependencies: ReconcileDependencies,
  account: Account,
  options: ListOptions & { readonly since: UnixMs },
): Promise<ListRead<Statement>> {
  const { exchange } = dependencies;
  return readPages(dependencies, account, {
    ...options,
    weight: weightOf(account, 'orderHistory'),
    page: (context, from) => exchange.orderHistory(context, options.since, from).then(statementsOf),
  });
}

/** Reads trades, of one order or of all of them. */
export function readTrades(
  dependencies: ReconcileDependencies,
  account: Account,
  options: ListOptions & { readonly since: UnixMs; readonly clientOrderId?: string },
): Promise<ListRead<StatedTrade>> {
  const { exchange } = dependencies;
  const { since, clientOrderId } = options;
  const question = { since, ...(clientOrderId === undefined ? {} : { clientOrderId }) };
  const isOfOne = clientOrderId !== undefined;
  return readPages(dependencies, account, {
    ...options,
    weight: weightOf(account, isOfOne ? 'tradesOfOrder' : 'trades'),
    page: (context, from) =>
      exchange
        .trades(context, { ...question, ...(from === undefined ? {} : { toTradeId: from }) })
        .then(tradesOf),
  });
}

type Page<Entry> =
  | { readonly kind: 'entries'; readonly entries: readonly Entry[]; readonly next?: string }
  | QueryFailure;

async function readPages<Entry>(
  dependencies: ReconcileDependencies,
  account: Account,
  list: ListOptions & {
    readonly weight: number;
    readonly page: (context: QueryContext, from?: string) => Promise<Page<Entry>>;
  },
): Promise<ListRead<Entry>> {
  const { clock, settings } = dependencies;
  const askedAt = clock.now();
  const entries: Entry[] = [];
  const incomplete = (until: UnixMs): ListRead<Entry> => ({
    ...{ entries, askedAt },
    end: { kind: 'incomplete', until },
  });

  let from: string | undefined;
  for (let page = 0; page < settings.pagesMax; page += 1) {
    const answer: Page<Entry> | NotAsked = await ask<Page<Entry>>(dependencies, account, {
      ...list,
      read: (context) => list.page(context, from),
    });
    if (answer.kind === 'not-asked') return incomplete(answer.until);
    if (answer.kind !== 'entries') return incomplete(afterFailedRead(clock.now()));
    entries.push(...answer.entries);
    from = answer.next;
    if (from === undefined) return { entries, askedAt, end: { kind: 'complete' } };
  }
  return incomplete(afterFailedRead(clock.now()));
}

function statementsOf(answer: PageAnswer): Page<Statement> {
  if (answer.kind !== 'page') return answer;
  const { evidence, reports, nextFromOrderId: next } = answer;
  const entries = reports.map((report) => ({ report, evidence }));
  return { kind: 'entries', entries, ...(next === undefined ? {} : { next }) };
}

function tradesOf(answer: TradesAnswer): Page<StatedTrade> {
  if (answer.kind !== 'trades') return answer;
  const { evidence, trades, nextToTradeId: next } = answer;
  const entries = trades.map((trade) => ({ trade, evidence }));
  return { kind: 'entries', entries, ...(next === undefined ? {} : { next }) };
}
