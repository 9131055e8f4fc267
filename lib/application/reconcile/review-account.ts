import { isFinal, type Order, type OrderKey } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { type BulkView, readBulkFor, settleByView } from './bulk-view.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { createPatience } from './patience.ts';
import { type Review, reviewOrder, scheduled } from './review-order.ts';
import { sweepReceived, sweepSending } from './sweep.ts';

/** When each order of a pass may be looked at again; kept for one pass only. */
export type NotBefore = Map<string, UnixMs>;

/** What one round of a pass goes by. */
export interface Round {
  readonly deadline: UnixMs;
  readonly notBefore: NotBefore;
}

/**
 * From so many questions on the bulk lists are read first: together they weigh as much as six
 * queries, and after an outage they settle most orders at once.
 */
const BULK_FIRST_MIN = 6;

/**
 * Looks once at each due order of one account: sweeps, which cost no query; where many are left,
 * the bulk lists; targeted queries for the rest; and for those that were not found the bulk lists
 * as the other witness.
 *
 * An order that cannot be looked at is passed over, so that it does not stand before the others.
 *
 * @param keys - client order ids of due orders, oldest first
 * @returns how many orders could not be looked at
 * @throws the fault when several orders in a row meet one: then a dependency is away
 */
export async function reviewAccount(
  dependencies: ReconcileDependencies,
  accountId: string,
  keys: readonly string[],
  round: Round,
): Promise<number> {
  const account = await dependencies.accounts.get(accountId);
  const patience = createPatience(dependencies, (key) => pause(dependencies, round, key));
  const asked: Order[] = [];
  for (const clientOrderId of keys) {
    const key = { accountId, clientOrderId };
    await patience.look(key, async () => {
      const order = await sweep(dependencies, account, key, round);
      if (order !== undefined) asked.push(order);
    });
  }
  if (account === undefined || asked.length === 0) return patience.faults();

  const isMany = asked.length >= BULK_FIRST_MIN;
  const first = isMany ? await readBulkFor(dependencies, account, asked, round) : undefined;
  const view = first?.kind === 'complete' ? first : undefined;
  const notFound: Order[] = [];
  for (const order of asked) {
    if (dependencies.clock.now() >= round.deadline) break;
    await patience.look(order, async () => {
      const review = await reviewOne(dependencies, account, order, { ...round, view });
      round.notBefore.set(nameOf(order), review.againAt ?? Number.POSITIVE_INFINITY);
      if (review.notFoundAt !== undefined) notFound.push(review.order);
    });
  }
  if (view === undefined) await witnessInBulk(dependencies, account, notFound, round);
  return patience.faults();
}

/** Gives the order if the exchange has to be asked about it. */
async function sweep(
  dependencies: ReconcileDependencies,
  account: Account | undefined,
  key: OrderKey,
  round: Round,
): Promise<Order | undefined> {
  const now = dependencies.clock.now();
  // The index lags behind; the order itself decides.
  const order = await dependencies.orders.get(key);
  if (order === undefined || isDone(order)) {
    round.notBefore.set(nameOf(key), Number.POSITIVE_INFINITY);
    return undefined;
  }
  if (order.status === 'RECEIVED') {
    await sweepReceived(dependencies, order, account, now);
    round.notBefore.set(nameOf(key), now + dependencies.settings.receivedSweepMs);
    return undefined;
  }
  const swept = order.status === 'SENDING' ? await sweepSending(dependencies, order, now) : order;
  if (swept.status !== 'SENDING' && account !== undefined) return swept;
  pause(dependencies, round, key);
  return undefined;
}

function isDone({ status }: Order): boolean {
  return status === 'HELD' || (isFinal(status) && status !== 'NEVER_PLACED');
}

async function reviewOne(
  dependencies: ReconcileDependencies,
  account: Account,
  order: Order,
  { deadline, view }: Round & { readonly view: BulkView | undefined },
): Promise<Review> {
  if (view === undefined) return reviewOrder(dependencies, account, order, deadline);
  const { order: known, isSettled } = await settleByView(dependencies, order, view);
  if (isSettled) return scheduled(dependencies, known, dependencies.clock.now());
  return reviewOrder(dependencies, account, known, deadline);
}

/**
 * Reads the bulk lists once for all orders that a query did not find: what is in them is adopted,
 * for the rest they are the second witness of absence.
 */
async function witnessInBulk(
  dependencies: ReconcileDependencies,
  account: Account,
  notFound: readonly Order[],
  round: Round,
): Promise<void> {
  if (notFound.length === 0) return;
  const view = await readBulkFor(dependencies, account, notFound, round);
  for (const order of notFound) {
    if (view.kind === 'complete') await settleByView(dependencies, order, view);
    else {
      // Without the second witness there is nothing more to learn from the first.
      const planned = round.notBefore.get(nameOf(order)) ?? 0;
      round.notBefore.set(nameOf(order), Math.max(planned, view.until));
    }
  }
}

function pause({ clock, settings }: ReconcileDependencies, round: Round, key: OrderKey): void {
  round.notBefore.set(nameOf(key), clock.now() + settings.spacingMs);
}

/** Names an order within a pass. */
export function nameOf(order: OrderKey): string {
  return `${order.accountId}/${order.clientOrderId}`;
}
