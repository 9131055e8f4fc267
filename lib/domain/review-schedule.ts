import { type AbsenceRules, nextAbsenceAt } from './absence.ts';
import { isCancelPending } from './cancel.ts';
import { unreachable } from './invariant.ts';
import { isWatched, latestAttempt, type Order, type OrderCancel } from './order.ts';
import { lacksFills } from './record-fills.ts';
import { isReplacement } from './replacement.ts';
import { DAY_MS, MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

/** When orders are looked at again. */
export interface ReviewRules extends AbsenceRules {
  /** A received order that was not sent for so long may have lost its message. */
  readonly receivedSweepMs: number;
  /** After this an attempt has no consumer any more: the function's time limit and a margin. */
  readonly sendingSweepMs: number;
}

/** Sweeps that fit a submit function with a time limit of 20 s. */
export const SWEEPS = { receivedSweepMs: 2 * MINUTE_MS, sendingSweepMs: 25 * SECOND_MS } as const;

/** The first look at an order in doubt: soon, because most of them exist. */
const FIRST_LOOK_MS = SECOND_MS;
/**
 * An open order is looked at quickly after a change, then ever more slowly. Quiet ones fall due
 * together, at full quarters of a minute, so that one page of open orders serves them all; from
 * look to look it is a minute at most.
 */
const OPEN_LOOK_MIN_MS = 2 * SECOND_MS;
const OPEN_LOOK_MAX_MS = 45 * SECOND_MS;
const OPEN_LOOK_GRID_MS = 15 * SECOND_MS;
/** The trades of an ended order are looked for at least so often, */
const FILLS_LOOK_MAX_MS = 60 * MINUTE_MS;
/** and so long: the exchange lists trades of the last 30 days. */
const FILLS_KEPT_MS = 30 * DAY_MS;
/** The first look at what a cancel has done; slower while it has done nothing. */
const CANCEL_LOOK_MIN_MS = SECOND_MS;
/** An order that waits for the end of the one whose place it takes. */
const REPLACEMENT_LOOK_MS = SECOND_MS;
/** A cancel that is not sent after so long may have lost its message. */
const CANCEL_SWEEP_MS = 15 * SECOND_MS;
/** An order that was open and is missing is looked at again at this pace. */
const MISSING_LOOK_MS = 10 * SECOND_MS;
/** An order is sent again so long after the exchange asked to come back later. */
const DEFERRED_MS = 10 * SECOND_MS;
/** A negative verdict is looked at again so long after it was written. */
export const SECOND_LOOKS_MS: readonly number[] = [5 * MINUTE_MS, 30 * MINUTE_MS, DAY_MS];

/**
 * Says when an order next needs attention; undefined when it never does by itself.
 *
 * @param now - the time of the change or look after which it is asked
 */
export function reviewAt(order: Order, now: UnixMs, rules: ReviewRules): UnixMs | undefined {
  switch (order.status) {
    case 'RECEIVED':
      return receivedReviewAt(order, now, rules);
    case 'SENDING':
      return (latestAttempt(order)?.startedAt ?? order.updatedAt) + rules.sendingSweepMs;
    case 'IN_DOUBT': {
      const counts = nextAbsenceAt(order, rules) ?? now;
      return order.absences.length === 0 ? Math.min(now + FIRST_LOOK_MS, counts) : counts;
    }
    case 'NEW':
    case 'PARTIALLY_FILLED':
      return openLookAt(order, now);
    case 'NEVER_PLACED':
      return secondLookAt(order, now);
    case 'CANCELED':
      return isWatched(order) ? secondLookAt(order, now) : fillsReviewAt(order, now);
    case 'FILLED':
    case 'PARTIALLY_CANCELED':
      return fillsReviewAt(order, now);
    case 'REJECTED':
    case 'DENIED':
    case 'EXPIRED':
    case 'HELD':
      return undefined;
    default:
      return unreachable(order.status);
  }
}

/**
 * An order that the exchange asked to defer, or that is sent again after a proof of absence, has
 * no message any more: only the sweep brings it back, and its deadline does not wait.
 */
function receivedReviewAt(order: Order, now: UnixMs, rules: ReviewRules): UnixMs {
  const last = latestAttempt(order)?.outcome;
  if (last === 'absent') return now;
  if (last === undefined && isReplacement(order)) {
    return Math.min(now + REPLACEMENT_LOOK_MS, Math.max(order.terms.validUntil + 1, now + 1));
  }
  const waitMs = last === 'deferred' ? DEFERRED_MS : rules.receivedSweepMs;
  return Math.min(now + waitMs, Math.max(order.terms.validUntil + 1, now + SECOND_MS));
}

function secondLookAt(order: Order, now: UnixMs): UnixMs | undefined {
  return SECOND_LOOKS_MS.map((ms) => order.updatedAt + ms).find((at) => at > now);
}

/** A cancel that waits has a message; one that was sent wants the truth soon, then less often. */
function cancelLookMs(cancel: OrderCancel | undefined, now: UnixMs): number {
  const isSent = cancel?.status === 'ACKNOWLEDGED' || cancel?.status === 'IN_DOUBT';
  if (!isSent) return CANCEL_SWEEP_MS;
  const quietMs = Math.max(0, now - (cancel.startedAt ?? now));
  return Math.min(Math.max(quietMs, CANCEL_LOOK_MIN_MS), CANCEL_SWEEP_MS);
}

/** The trades of an ended order are asked for until all are known, ever more slowly. */
function fillsReviewAt(order: Order, now: UnixMs): UnixMs | undefined {
  if (!lacksFills(order)) return undefined;
  const quietMs = Math.max(0, now - order.updatedAt);
  if (quietMs > FILLS_KEPT_MS) return undefined;
  return now + Math.min(Math.max(quietMs, OPEN_LOOK_MIN_MS), FILLS_LOOK_MAX_MS);
}

function openLookAt(order: Order, now: UnixMs): UnixMs {
  if (order.missingAt.length > 0) return now + MISSING_LOOK_MS;
  if (isCancelPending(order)) return now + cancelLookMs(order.cancel, now);
  const quietMs = Math.max(0, now - order.updatedAt);
  const at = now + Math.min(Math.max(quietMs, OPEN_LOOK_MIN_MS), OPEN_LOOK_MAX_MS);
  return quietMs < OPEN_LOOK_GRID_MS ? at : Math.ceil(at / OPEN_LOOK_GRID_MS) * OPEN_LOOK_GRID_MS;
}
