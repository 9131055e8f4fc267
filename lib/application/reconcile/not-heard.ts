import { isCancelPending } from '../../domain/cancel.ts';
import { isOpen, type Order } from '../../domain/order.ts';
import { lacksFills } from '../../domain/record-fills.ts';
import { isStreamLive, nextPollAt, type StreamLease } from '../../domain/stream-lease.ts';
import { SECOND_MS, type UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { inParallel } from '../in-parallel.ts';
import { STORE_CALLS_MAX } from './apply-statements.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { nameOf, type Round } from './round.ts';

/** A fill that the stream has told of has its trade within this, or is asked for. */
const HEARD_WITHIN_MS = 3 * SECOND_MS;

/**
 * Gives the due orders that have to be asked about. While the account's stream is live, open
 * orders rest until the next poll, which looks at all of them; everything else is asked about as
 * always.
 */
export async function notHeard(
  dependencies: ReconcileDependencies,
  account: Account,
  due: readonly Order[],
  round: Round,
): Promise<readonly Order[]> {
  if (account.streams !== true || round.isCatchingUp === true) return due;
  const { clock, leases, orders } = dependencies;
  const now = clock.now();
  const lease = await leases.get(account.accountId);
  if (lease === undefined || !isStreamLive(lease, now)) return due;
  const resting = due.filter((order) => mayRest(order, now));
  const pollAt = nextPollAt(lease);
  if (now >= pollAt) {
    if (resting.length > 0) await leases.change(account.accountId, polled(now));
    return due;
  }

  await inParallel(resting, STORE_CALLS_MAX, async (order) => {
    await orders.postpone(order, pollAt);
    round.notBefore.set(nameOf(order), pollAt);
  });
  const isResting = new Set(resting);
  return due.filter((order) => !isResting.has(order));
}

function mayRest(order: Order, now: UnixMs): boolean {
  if (!isOpen(order.status) || order.missingAt.length > 0 || isCancelPending(order)) return false;
  return !lacksFills(order) || now - order.updatedAt < HEARD_WITHIN_MS;
}

function polled(now: UnixMs) {
  return (lease: StreamLease | undefined) => lease && { ...lease, polledAt: now };
}
