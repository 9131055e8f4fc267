import { decideCancelRequest } from '../../domain/cancel.ts';
import { isFinal, isOpen, type Order, type OrderStatus } from '../../domain/order.ts';
import { MINUTE_MS, SECOND_MS } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { weightOf } from '../call-weights.ts';
import type { PageAnswer } from '../exchange.ts';
import { inParallel } from '../in-parallel.ts';
import { ask } from '../reconcile/ask.ts';
import { decideAndStore } from '../store-changes.ts';
import { cancelMany } from './cancel-many.ts';
import { createCancelPools } from './cancel-pools.ts';
import type { CancelDependencies } from './dependencies.ts';

/** How far canceling everything has come. */
export interface CancelAllProgress {
  readonly step: 'recording' | 'canceling' | 'confirming';
  /** Orders of ours that are wanted canceled. */
  readonly wanted: number;
  /** Of those, orders that are over. */
  readonly over: number;
  /** Calls to the exchange that cancel many. */
  readonly calls: number;
  /** Open orders at the exchange, ours or not, when it was last asked. */
  readonly open?: number;
}

/** What came of it. */
export interface CancelAllEnd extends CancelAllProgress {
  /** Orders of ours that are not over yet; the service goes on with them by itself. */
  readonly left: readonly Order[];
}

const UNSETTLED: readonly OrderStatus[] = [
  'RECEIVED',
  'SENDING',
  'IN_DOUBT',
  'NEW',
  'PARTIALLY_FILLED',
];
const LIST_PAGE = 100;
const STORE_CALLS_MAX = 16;
/** Calls that cancel many, made or withheld: with 200 orders each far more than can be open. */
const TURNS_MAX = 100;
/** Pages of open orders read at a time; an account can have a few hundred. */
const PAGES_MAX = 10;
const POLL_MS = SECOND_MS;
/** A list that could not be read, or a call that could not leave, is tried again after so long. */
const RETRY_MS = 500;

/**
 * Cancels every order of an account, or of one of its instruments: records the wish with each order
 * of ours, calls the exchange until no order is open, and waits until ours are known to be over.
 *
 * Orders at the exchange that are not ours are canceled too. Orders that are received meanwhile are
 * not: halt the account first. Safe to repeat.
 *
 * @param options.waitMs - how long to wait for the truth after the exchange has nothing open
 * @throws when a store cannot be reached; what is recorded by then is carried out all the same
 */
export async function cancelAll(
  dependencies: CancelDependencies,
  account: Account,
  options: {
    readonly symbol?: string;
    readonly waitMs?: number;
    readonly report: (progress: CancelAllProgress) => void;
  },
): Promise<CancelAllEnd> {
  const { clock } = dependencies;
  const wanted = await recordWishes(dependencies, account, options);
  let progress: CancelAllProgress = { step: 'canceling', ...counted(wanted), calls: 0 };
  const told = (change: Partial<CancelAllProgress>) => {
    progress = { ...progress, ...change };
    options.report(progress);
  };
  told({});

  const { reachMs } = dependencies.settings;
  const pool = createCancelPools({ ...dependencies, reachMs, call: 'cancelMany' })(account);
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const end = await cancelMany(dependencies, { account, pool, ...options });
    if ('until' in end) await clock.sleep(Math.max(RETRY_MS, end.until - clock.now()));
    else told({ calls: progress.calls + 1 });
    const open = await countOpen(dependencies, account, options.symbol);
    if (open !== undefined) told({ open });
    if (open === 0) break;
    await clock.sleep(RETRY_MS);
  }

  const endsAt = clock.now() + (options.waitMs ?? 2 * MINUTE_MS);
  let left = await stillGoing(dependencies, wanted);
  // The reconciler looks at them now, and not when it would sweep a cancel whose message is lost.
  const open = left.filter(({ status }) => isOpen(status));
  await inParallel(open, STORE_CALLS_MAX, (order) =>
    dependencies.orders.postpone(order, clock.now()),
  );
  for (;;) {
    told({ step: 'confirming', over: wanted.length - left.length });
    if (left.length === 0 || clock.now() >= endsAt) return { ...progress, left };
    await clock.sleep(POLL_MS);
    left = await stillGoing(dependencies, left);
  }
}

function counted(wanted: readonly Order[]): Pick<CancelAllProgress, 'wanted' | 'over'> {
  return { wanted: wanted.length, over: wanted.filter(({ status }) => isFinal(status)).length };
}

/**
 * Records the wish with every unsettled order. None is put on the queue of cancels: the calls that
 * cancel many go for all of them, and what they leave open the reconciler asks for one by one.
 */
async function recordWishes(
  dependencies: CancelDependencies,
  { accountId }: Account,
  { symbol, report }: Parameters<typeof cancelAll>[2],
): Promise<readonly Order[]> {
  const { clock, orders } = dependencies;
  const wanted: Order[] = [];
  for (const status of UNSETTLED) {
    let cursor: string | undefined;
    do {
      const page = await orders.list({
        accountId,
        status,
        limit: LIST_PAGE,
        ...(cursor && { cursor }),
      });
      const ours = page.orders.filter(({ terms }) => (symbol ?? terms.symbol) === terms.symbol);
      await inParallel(ours, STORE_CALLS_MAX, async (order) => {
        const now = clock.now();
        const decide = (known: Order) => decideCancelRequest(known, now);
        wanted.push(await decideAndStore(dependencies, order, { decide, now }));
      });
      report({ step: 'recording', ...counted(wanted), calls: 0 });
      ({ cursor } = page);
    } while (cursor !== undefined);
  }
  return wanted;
}

/** Counts what is open at the exchange; undefined when it could not be read completely. */
async function countOpen(
  dependencies: CancelDependencies,
  account: Account,
  symbol: string | undefined,
): Promise<number | undefined> {
  const { clock, exchange, reconcile } = dependencies;
  const asking = { ...dependencies, settings: reconcile };
  let from: string | undefined;
  let open = 0;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const answer = await ask<PageAnswer>(asking, account, {
      weight: weightOf(account, 'openOrders'),
      deadline: clock.now() + reconcile.reachMs,
      read: (context) => exchange.openOrders(context, from),
    });
    if (answer.kind !== 'page') return undefined;
    open += answer.reports.filter((one) => (symbol ?? one.symbol) === one.symbol).length;
    from = answer.nextFromOrderId;
    if (from === undefined) return open;
  }
  return undefined;
}

async function stillGoing(
  { orders }: CancelDependencies,
  wanted: readonly Order[],
): Promise<readonly Order[]> {
  const left: Order[] = [];
  await inParallel(wanted, STORE_CALLS_MAX, async (order) => {
    const current = isFinal(order.status) ? order : ((await orders.get(order)) ?? order);
    const isGoing = isOpen(current.status) || current.status === 'SENDING';
    if (isGoing || current.status === 'IN_DOUBT') left.push(current);
  });
  return left;
}
