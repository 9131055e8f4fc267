import type { AttemptStarted } from '../../domain/events.ts';
import type { Order } from '../../domain/order.ts';
import { type ReviewRules, reviewAt } from '../../domain/review-schedule.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { Accounts, DueAt, OrderStore } from '../ports.ts';

/** Every order of a restored table, in no order. */
export interface RestoredOrders {
  all(): AsyncIterable<Order>;
}

/** The live table, as a restore writes to it. */
export interface LiveOrders {
  /** @returns whether the order was taken; not where the live one is as new or newer */
  putIfNewer(order: Order, dueAt: DueAt): Promise<boolean>;
}

/** How long a request could still be accepted after the service stopped, with clock error. */
export interface FenceRules {
  readonly recvWindowMs: number;
  readonly clockErrorMs: number;
}

/** What marking needs. */
export interface MarkDependencies {
  readonly restored: RestoredOrders;
  /** Of the restored table. */
  readonly store: OrderStore;
  readonly accounts: Accounts;
  readonly rules: ReviewRules & FenceRules;
}

/** How many orders a step of a restore looked at and changed. */
export interface RestoreSummary {
  readonly seen: number;
  readonly changed: number;
}

/**
 * Puts in doubt, in a restored table, every order that may have been sent since.
 *
 * An older state does not know what happened after it. What it calls received may have left, so it
 * gets an attempt that ended when the service stopped: the reconciler then treats it as that of any
 * sender that was killed. Orders already sending, in doubt or open are asked about anyway.
 *
 * @param stoppedAt - when the last sender had surely stopped
 */
export async function markRestored(
  { accounts, restored, rules, store }: MarkDependencies,
  { apply, stoppedAt }: { readonly apply: boolean; readonly stoppedAt: UnixMs },
): Promise<RestoreSummary> {
  let seen = 0;
  let changed = 0;
  for await (const order of restored.all()) {
    seen += 1;
    if (order.status !== 'RECEIVED') continue;
    changed += 1;
    if (!apply) continue;
    const account = await accounts.get(order.accountId);
    const attempt: AttemptStarted = {
      type: 'AttemptStarted',
      at: stoppedAt,
      attemptId: `restored-${stoppedAt}`,
      // Any key of an account sees all of its orders.
      keyId: account?.keys[0]?.keyId ?? 'unknown',
      sendBy: stoppedAt,
      recvWindowMs: rules.recvWindowMs,
      fenceAt: stoppedAt + rules.recvWindowMs + rules.clockErrorMs,
    };
    await store.append(order, [attempt], stoppedAt);
  }
  return { seen, changed };
}

/**
 * Copies orders of a marked, restored table to the live one, wherever that has none or an older
 * one. What is not final falls due at once.
 */
export async function copyRestored(
  dependencies: {
    readonly restored: RestoredOrders;
    readonly live: LiveOrders;
    readonly rules: ReviewRules;
  },
  { apply, now }: { readonly apply: boolean; readonly now: UnixMs },
): Promise<RestoreSummary> {
  let seen = 0;
  let changed = 0;
  for await (const order of dependencies.restored.all()) {
    seen += 1;
    // An unmarked order could be sent a second time from here.
    if (order.status === 'RECEIVED') {
      throw new Error(
        `Order ${order.accountId}/${order.clientOrderId} is RECEIVED: mark the restored table first.`,
      );
    }
    const dueAt = reviewAt(order, now, dependencies.rules);
    if (!apply || (await dependencies.live.putIfNewer(order, dueAt))) changed += 1;
  }
  return { seen, changed };
}
