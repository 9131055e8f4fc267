import type { UnixMs } from '../../domain/time.ts';
import { type AccountShare, EVERY_ACCOUNT } from '../account-share.ts';
import { METRICS } from '../metrics.ts';
import type { DueOrder } from '../ports.ts';
import type { PassMemory } from './account-memory.ts';
import { storeThatAsksForCancels } from './ask-for-cancel.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import { reviewAccount } from './review-account.ts';
import { type NotBefore, nameOf, type Round } from './round.ts';

/** What a pass did. */
export interface PassSummary {
  readonly rounds: number;
  /** Looks, several at one order counted each. */
  readonly looks: number;
  /** Looks that failed for want of a dependency. */
  readonly faults: number;
}

/** A pass looks this far ahead before it ends: what falls due later waits for the next one. */
const SOON_MS = 15_000;

/** While a pass waits it looks this often whether something new fell due. */
const LOOK_EVERY_MS = 1_000;

/**
 * Brings every order that needs attention nearer to its end, and keeps at it while something is
 * due, so that doubt does not wait for the next tick of the schedule.
 *
 * Safe to run any number of times at once: every change is a conditional write.
 *
 * A pass that watches stays until its end even when nothing is due, so that an order that falls
 * into doubt meanwhile is looked at within a second or two.
 *
 * @param passMs - no round begins later than this after the start
 * @param share - the accounts that are looked after; one pass runs for each share
 */
export async function reconcileOrders(
  given: ReconcileDependencies,
  passMs: number = given.settings.passMs,
  share: AccountShare = EVERY_ACCOUNT,
): Promise<PassSummary> {
  const dependencies = { ...given, orders: storeThatAsksForCancels(given) };
  const { clock, settings } = dependencies;
  const endsAt = clock.now() + passMs;
  const notBefore: NotBefore = new Map();
  const memories: PassMemory = new Map();
  const seen: Seen = new Map();
  let rounds = 0;
  let looks = 0;
  let faults = 0;
  let isThorough = true;
  for (;;) {
    const now = clock.now();
    if (now >= endsAt) break;
    const filter = { share, isThorough };
    const listed = await dependencies.orders.listDue(now + SOON_MS, settings.roundMax, filter);
    isThorough = false;
    if (listed.length === 0 && !settings.watches) break;
    const due = listed.filter((order) => readyAt(order, { notBefore, seen }) <= now);
    if (due.length === 0) {
      const wait = { notBefore, seen, now, endsAt, idleMs: settings.idleMs };
      await clock.sleep(pauseMs(listed, wait));
      continue;
    }
    for (const order of due) seen.set(nameOf(order), order.dueAt);
    rounds += 1;
    looks += due.length;
    faults += await reviewRound(dependencies, due, {
      deadline: endsAt,
      ...{ notBefore, memories },
    });
  }
  // An alarm listens for each share; where there is one, that the function runs says as much.
  if (share.of > 1) given.metrics.count(METRICS.sharePassed, 1, { shard: String(share.shard) });
  return { rounds, looks, faults };
}

async function reviewRound(
  dependencies: ReconcileDependencies,
  due: readonly DueOrder[],
  round: Round,
): Promise<number> {
  const byAccount = Map.groupBy(due, (order) => order.accountId);
  const ends = await Promise.allSettled(
    [...byAccount].map(([accountId, orders]) =>
      reviewAccount(
        dependencies,
        accountId,
        orders.map((order) => order.clientOrderId),
        round,
      ),
    ),
  );
  let faults = 0;
  for (const [index, end] of ends.entries()) {
    if (end.status === 'fulfilled') {
      faults += end.value;
      continue;
    }
    faults += 1;
    const accountId = [...byAccount.keys()][index] ?? '';
    pauseAccount(dependencies, round.notBefore, byAccount.get(accountId) ?? []);
    const cause: unknown = end.reason;
    dependencies.log.error('looking after the orders of an account failed', {
      accountId,
      cause: cause instanceof Error ? `${cause.name}: ${cause.message}`.slice(0, 200) : 'unknown',
    });
  }
  return faults;
}

/** One account's trouble must not turn the pass into a tight loop. */
function pauseAccount(
  { clock, settings }: ReconcileDependencies,
  notBefore: NotBefore,
  orders: readonly DueOrder[],
): void {
  const until = clock.now() + settings.spacingMs;
  for (const order of orders) notBefore.set(nameOf(order), until);
}

/** Due times that orders had when they were last looked at in this pass. */
type Seen = Map<string, UnixMs>;

/** What a pass remembers of orders stands only until the order itself is due at another time. */
function readyAt(
  order: DueOrder,
  { notBefore, seen }: { readonly notBefore: NotBefore; readonly seen: Seen },
): UnixMs {
  const name = nameOf(order);
  if (seen.get(name) !== order.dueAt) return order.dueAt;
  return Math.max(order.dueAt, notBefore.get(name) ?? 0);
}

function pauseMs(
  listed: readonly DueOrder[],
  wait: { notBefore: NotBefore; seen: Seen; now: UnixMs; endsAt: UnixMs; idleMs: number },
): number {
  const next = Math.min(...listed.map((order) => readyAt(order, wait)), wait.endsAt);
  return Math.min(LOOK_EVERY_MS, Math.max(wait.idleMs, next - wait.now));
}
