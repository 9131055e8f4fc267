import { isCancelPending } from './cancel.ts';
import type { OrderEvent } from './events.ts';
import { type Absence, latestAttempt, type Order } from './order.ts';
import { SECOND_MS, type UnixMs } from './time.ts';

/** What it takes to say that an order was never placed. */
export interface AbsenceRules {
  /** How long after the fence an accepted order may still stay invisible. */
  readonly horizonMs: number;
  /** Observations closer together than this count as one. */
  readonly spacingMs: number;
  /** How many counted observations a proof needs. */
  readonly observationsMin: number;
}

/**
 * The rules for real money: a minute past the fence, three not-founds ten seconds apart. The
 * exchange documents no time within which an accepted order must become visible, so the horizon
 * is a setting and every verdict is looked at again.
 */
export const ABSENCE_RULES: AbsenceRules = {
  horizonMs: 60 * SECOND_MS,
  spacingMs: 10 * SECOND_MS,
  observationsMin: 3,
};

/**
 * Decides what an authoritative not-found means for one order.
 *
 * It counts only for an order in doubt, only after the fence of its latest attempt, and only when
 * the last counted one of the same source lies far enough back. Errors, rate limits and unreadable
 * answers must never be passed in.
 *
 * @returns the observation, followed by the verdict when it completes the proof
 */
export function observeAbsence(
  order: Order,
  source: Absence['source'],
  now: UnixMs,
  rules: AbsenceRules,
): readonly OrderEvent[] {
  const attempt = latestAttempt(order);
  if (order.status !== 'IN_DOUBT' || attempt === undefined) return [];
  if (now <= attempt.fenceAt) return [];

  const counted = countsAnew(order.absences, source, now, rules);
  const observed: readonly OrderEvent[] = counted
    ? [{ type: 'AbsenceObserved', at: now, source }]
    : [];
  const absences = counted ? [...order.absences, { source, at: now }] : order.absences;
  if (!provesAbsence(attempt.fenceAt, absences, now, rules)) return observed;
  return [...observed, verdict(order, now)];
}

/**
 * Says whether not-founds prove that an order was never placed: late enough, enough of them, far
 * enough apart, and from both sources.
 */
export function provesAbsence(
  fenceAt: UnixMs,
  absences: readonly Absence[],
  now: UnixMs,
  rules: AbsenceRules,
): boolean {
  if (now < fenceAt + rules.horizonMs) return false;
  const afterFence = absences.filter((absence) => absence.at > fenceAt);
  if (new Set(afterFence.map((absence) => absence.source)).size < 2) return false;
  return spacedCount(afterFence, rules.spacingMs) >= rules.observationsMin;
}

/** When the next observation can count, or complete the proof. */
export function nextAbsenceAt(order: Order, rules: AbsenceRules): UnixMs | undefined {
  const attempt = latestAttempt(order);
  if (attempt === undefined) return undefined;
  const last = order.absences.at(-1);
  if (last === undefined) return attempt.fenceAt + 1;
  // The query is asked order by order, so its turn comes as soon as the budget allows.
  if (!hasWitness(order, 'query')) return last.at + 1;
  const isComplete = spacedCount(order.absences, rules.spacingMs) >= rules.observationsMin;
  const next = last.at + rules.spacingMs;
  return isComplete ? Math.max(next, attempt.fenceAt + rules.horizonMs) : next;
}

/** Says whether a source has already said, after the fence, that it does not have the order. */
export function hasWitness(order: Order, source: Absence['source']): boolean {
  const fenceAt = latestAttempt(order)?.fenceAt ?? Number.POSITIVE_INFINITY;
  return order.absences.some((absence) => absence.source === source && absence.at > fenceAt);
}

/** Says whether one more not-found of a source, asked for at `at`, would bring the proof nearer. */
export function wouldCount(
  order: Order,
  source: Absence['source'],
  at: UnixMs,
  rules: AbsenceRules,
): boolean {
  return observeAbsence(order, source, at, rules).length > 0;
}

function verdict(order: Order, now: UnixMs): OrderEvent {
  // The exchange said that it has this id, and now that it has not: no rule can tell who is right.
  if (latestAttempt(order)?.outcome === 'duplicate') {
    return { type: 'OrderHeld', at: now, reason: 'DUPLICATE_BUT_ABSENT' };
  }
  const mayResend =
    order.terms.onNeverPlaced === 'resubmit' &&
    now < order.terms.validUntil &&
    !isCancelPending(order);
  return { type: mayResend ? 'ResubmissionAllowed' : 'AbsenceProven', at: now };
}

/**
 * The bulk source is looked at right after the query: the same moment, but another witness. A
 * source that has said enough is not written down again, so that an order stays small while the
 * other source is away.
 */
function countsAnew(
  absences: readonly Absence[],
  source: Absence['source'],
  now: UnixMs,
  rules: AbsenceRules,
): boolean {
  const counted = absences.filter((absence) => absence.source === source);
  const last = counted.at(-1);
  if (last === undefined) return true;
  return counted.length < rules.observationsMin && now >= last.at + rules.spacingMs;
}

/** Counts observations of which each lies at least `spacingMs` after the counted one before. */
function spacedCount(absences: readonly Absence[], spacingMs: number): number {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const absence of absences) {
    if (absence.at < last + spacingMs) continue;
    count += 1;
    last = absence.at;
  }
  return count;
}
