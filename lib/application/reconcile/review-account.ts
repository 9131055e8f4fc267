import { isFinal, isOpen, isWatched, type Order, type OrderKey } from '../../domain/order.ts';
import { lacksFills } from '../../domain/record-fills.ts';
import type { Account } from '../account.ts';
import { inParallel } from '../in-parallel.ts';
import { memoryOf } from './account-memory.ts';
import { STORE_CALLS_MAX } from './apply-statements.ts';
import { askOneByOne } from './ask-one-by-one.ts';
import { compareWithLists } from './compare-with-lists.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { notHeard } from './not-heard.ts';
import { createPatience } from './patience.ts';
import { type AccountRound, nameOf, type Round } from './round.ts';
import { sweepReceived, sweepSending } from './sweep.ts';

/**
 * Looks once at each due order of one account: sweeps, which cost no query; the lists, where they
 * say more for their weight than questions one by one; those questions for the rest, as many as
 * the budget allows.
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
  const swept = new Map<string, Order>();
  await inParallel(keys, STORE_CALLS_MAX, async (clientOrderId) => {
    const key = { accountId, clientOrderId };
    await patience.look(key, async () => {
      const order = await sweep(dependencies, account, key, round);
      if (order !== undefined) swept.set(clientOrderId, order);
    });
  });
  if (account === undefined || swept.size === 0) return patience.faults();

  const loaded = keys.flatMap((key) => swept.get(key) ?? []);
  const due = await notHeard(dependencies, account, loaded, round);
  if (due.length === 0) return patience.faults();
  const comparison: AccountRound = {
    ...round,
    ...{ dependencies, account, accountId, patience },
    known: new Map(due.map((order) => [order.clientOrderId, order])),
    memory: memoryOf(round.memories, accountId),
  };
  await askOneByOne(comparison, await compareWithLists(comparison, due));
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
  if (round.isCatchingUp === true) return order && isOpen(order.status) ? order : undefined;
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

function isDone(order: Order): boolean {
  if (order.status === 'HELD') return true;
  return isFinal(order.status) && !isWatched(order) && !lacksFills(order);
}

function pause({ clock, settings }: ReconcileDependencies, round: Round, key: OrderKey): void {
  round.notBefore.set(nameOf(key), clock.now() + settings.spacingMs);
}
