import { isCancelPending } from './cancel.ts';
import type { OrderEvent } from './events.ts';
import { OTHER_ORDER } from './execution-report.ts';
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

  const said = order.absences.filter((absence) => absence.source === source);
  const counted = countsAnew(said, now, attempt.fenceAt, rules);
  const observed: readonly OrderEvent[] = counted
    ? [{ type: 'AbsenceObserved', at: now, source }]
    : [];
  const absences = counted ? [...order.absences, { source, at: now }] : order.absences;
  if (!provesAbsence(attempt.fenceAt, absences, rules)) return observed;
  return [...observed, verdict(order, now)];
}

/**
 * Says whether not-founds prove that an order was never placed: enough of them after the fence,
 * far enough apart, and past the horizon one of each source, so that neither decides alone when
 * the other shows orders late.
 */
export function provesAbsence(
  fenceAt: UnixMs,
  absences: readonly Absence[],
  rules: AbsenceRules,
): boolean {
  const afterFence = absences.filter((absence) => absence.at > fenceAt);
  const pastHorizon = afterFence.filter((absence) => absence.at >= fenceAt + rules.horizonMs);
  if (new Set(pastHorizon.map((absence) => absence.source)).size < 2) return false;
  return spacedCount(afterFence, rules.spacingMs) >= rules.observationsMin;
}

/** When the next observation can count, or complete the proof. */
export function nextAbsenceAt(order: Order, rules: AbsenceRules): UnixMs | undefined {
  const attempt = latestAttempt(order);
  if (attempt === undefined) return undefined;
  const last = order.absences.at(-1);
  if (last === undefined) return attempt.fenceAt + 1;
  const horizonAt = attempt.fenceAt + rules.horizonMs;
  // The query is asked order by order, so its turn comes as soon as the budget allows.
  const queryFrom = last.at < horizonAt ? attempt.fenceAt + 1 : horizonAt;
  if (!hasWitness(order, 'query', queryFrom)) return last.at + 1;
  const isEnough = spacedCount(order.absences, rules.spacingMs) >= rules.observationsMin;
  if (isEnough && last.at < horizonAt) return horizonAt;
  return last.at + rules.spacingMs;
}

/** Says whether a source has said, at or after a time, that it does not have the order. */
export function hasWitness(order: Order, source: Absence['source'], from: UnixMs): boolean {
  return order.absences.some((absence) => absence.source === source && absence.at >= from);
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
  // It took something and named it otherwise: our id would never find that.
  if (latestAttempt(order)?.evidence?.code === OTHER_ORDER) {
    return { type: 'OrderHeld', at: now, reason: 'ANSWERED_WITH_OTHER_ID' };
  }
  const mayResend =
    order.terms.onNeverPlaced === 'resubmit' &&
    now < order.terms.validUntil &&
    !isCancelPending(order);
  return { type: mayResend ? 'ResubmissionAllowed' : 'AbsenceProven', at: now };
}

/**
 * The bulk source is looked at right after the query: the same moment, but another witness. The
 * first word of a source past its horizon counts however soon it comes. A source that has said
 * enough is not written down again, so that an order stays small while the other source is away.
 *
 * @param said - by this source
 */
function countsAnew(
  said: readonly Absence[],
  now: UnixMs,
  fenceAt: UnixMs,
  rules: AbsenceRules,
): boolean {
  const last = said.at(-1);
  if (last === undefined) return true;
  const horizonAt = fenceAt + rules.horizonMs;
  if (last.at < horizonAt && now >= horizonAt) return true;
  const isEnough = spacedCount(said, rules.spacingMs) >= rules.observationsMin;
  return !isEnough && now >= last.at + rules.spacingMs;
}

/**
 * Counts observations of which each lies at least `spacingMs` after the counted one before; two
 * reconcilers may have stored theirs in another order than they asked in.
 */
function spacedCount(absences: readonly Absence[], spacingMs: number): number {
  let count = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const at of absences.map((absence) => absence.at).toSorted((one, other) => one - other)) {
    if (at < last + spacingMs) continue;
    count += 1;
    last = at;
  }
  return count;
}
