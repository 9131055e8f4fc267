import { observeAbsence } from '../../domain/absence.ts';
import { observeMissing } from '../../domain/missing.ts';
import { latestAttempt, type Order } from '../../domain/order.ts';
import { reconcile } from '../../domain/reconcile.ts';
import { reviewAt } from '../../domain/review-schedule.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Account } from '../account.ts';
import { weightOf } from '../call-weights.ts';
import type { QueryAnswer } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { decideAndStore } from '../store-changes.ts';
import { afterFailedRead, ask } from './ask.ts';
import type { ReconcileDependencies } from './dependencies.ts';
import type { ListOptions } from './read-lists.ts';

/** What one look at one order came to. */
export interface Review {
  readonly order: Order;
  /** When there is a point in looking at it again. */
  readonly againAt: UnixMs | undefined;
  /** Nothing could be asked, or the answer said nothing. */
  readonly isFailed?: boolean;
  /** The query found nothing, authoritatively, at this time: bulk lists are the other witness. */
  readonly notFoundAt?: UnixMs;
}

/**
 * Asks the exchange about one order by its client order id and stores what that proves.
 *
 * An answer that proves nothing (an error, a rate limit, a clock refusal) changes nothing.
 *
 */
export async function reviewOrder(
  dependencies: ReconcileDependencies,
  account: Account,
  order: Order,
  options: ListOptions,
): Promise<Review> {
  const { clock, exchange, metrics } = dependencies;
  noteAge(dependencies, order);
  let askedAt = clock.now();
  const answer = await ask<QueryAnswer>(dependencies, account, {
    weight: weightOf(account, 'queryOrder'),
    ...options,
    read: (context) => {
      askedAt = clock.now();
      return exchange.queryOrder(context, order.clientOrderId);
    },
  });
  if (answer.kind === 'not-asked') return { order, againAt: answer.until, isFailed: true };
  metrics.count(METRICS.reviewed);

  const now = clock.now();
  if (answer.kind === 'found') {
    const { report, evidence } = answer;
    const decide = (known: Order) => reconcile(known, { report, evidence }, now);
    return reviewed(
      dependencies,
      order,
      await decideAndStore(dependencies, order, { decide, now }),
    );
  }
  if (answer.kind !== 'not-found') {
    return { order, againAt: afterFailedRead(now), isFailed: true };
  }

  // Absence is as old as the question: an answer that was long on its way says nothing of later.
  const decide = (known: Order) => [
    ...observeAbsence(known, 'query', askedAt, dependencies.settings),
    ...observeMissing(known, askedAt, dependencies.settings),
  ];
  const stored = await decideAndStore(dependencies, order, { decide, now });
  const review = await scheduled(dependencies, stored, now);
  return isAfterFence(stored, askedAt) ? { ...review, notFoundAt: askedAt } : review;
}

/** A change schedules itself; an order that stayed is put off. */
async function reviewed(
  dependencies: ReconcileDependencies,
  before: Order,
  order: Order,
): Promise<Review> {
  const now = dependencies.clock.now();
  if (order.version === before.version) return scheduled(dependencies, order, now);
  return { order, againAt: reviewAt(order, now, dependencies.settings) };
}

/**
 * Says when there is a point in looking at an order again, and stores it where the order did not
 * change; a change schedules itself.
 *
 * An order in doubt is not postponed: until an answer counts it stays due for whoever comes next.
 */
export async function scheduled(
  { orders, settings }: ReconcileDependencies,
  order: Order,
  now: UnixMs,
): Promise<Review> {
  const againAt = reviewAt(order, now, settings);
  if (order.status !== 'IN_DOUBT') await orders.postpone(order, againAt);
  return { order, againAt };
}

function isAfterFence(order: Order, at: UnixMs): boolean {
  const attempt = latestAttempt(order);
  return order.status === 'IN_DOUBT' && attempt !== undefined && at > attempt.fenceAt;
}

function noteAge({ clock, metrics }: ReconcileDependencies, order: Order): void {
  const attempt = latestAttempt(order);
  if (order.status !== 'IN_DOUBT' || attempt === undefined) return;
  metrics.duration(METRICS.oldestInDoubtAge, clock.now() - attempt.startedAt);
}
