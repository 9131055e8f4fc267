import type { UnixMs } from './time.ts';

/** One answered call by our clock, with the exchange's own stamp if it gave one. */
export interface AnsweredCall {
  readonly sentAt: UnixMs;
  readonly answeredAt: UnixMs;
  readonly exchangeAt?: UnixMs;
}

/** Answers counted together: how many, and the smallest stamp less send time among them. */
interface Generation {
  readonly answers: number;
  readonly smallestMs: number;
}

/** What one process has learned of the way to the exchange with one key. */
export interface DelayEstimate {
  /** The generation that grows, and the one before it: what is older is forgotten. */
  readonly current: Generation;
  readonly before?: Generation;
  /** The newest stamps less send times, newest last. */
  readonly recent: readonly number[];
  /** The newest arrivals less their slots, beyond the smallest delay, newest last. */
  readonly spreads: readonly number[];
  readonly latestAt: UnixMs;
}

/** So many answers it takes before their smallest delay is trusted. */
const TRUSTED_FROM = 12;
/** A smallest delay that was not seen again within this many answers is given up. */
const GENERATION_ANSWERS = 500;
/** Enough for a median. */
const RECENT_MAX = 60;
/** Three of these may lie above the high quantile. */
const SPREADS_MAX = 300;
/** A spread is learned from so many answers on. */
const SPREAD_FROM = 30;
const SPREAD_QUANTILE = 0.99;
/** Two of the newest so many raise the spread at once; one alone may be chance. */
const SPREAD_NEWEST = 30;
/** After so long without an answer the next call connects anew, and routes change. */
const IDLE_MS = 50_000;
/** Whole milliseconds on both sides, and a clock read a little before the bytes leave. */
const ROUNDING_MS = 1.5;
/** Distance of median and smallest delay counts so much, divided by the number of answers. */
const DOUBT_FACTOR = 30;
/** By so much a stamp may lie after its answer and still be a matter of rounding. */
const IMPOSSIBLE_MS = 2;

/**
 * Learns from one answer. A smaller delay is taken at once, a larger one only when the smaller was
 * not seen again for long. An answer without a stamp teaches nothing.
 *
 * @param slotAt - when the call was planned to leave
 * @returns undefined when what was known no longer holds: learning starts afresh
 */
export function learnDelay(
  known: DelayEstimate | undefined,
  call: AnsweredCall,
  slotAt: UnixMs,
): DelayEstimate | undefined {
  const { sentAt, answeredAt, exchangeAt } = call;
  if (exchangeAt === undefined) return known;

  const delayMs = exchangeAt - sentAt;
  const estimate = known !== undefined && sentAt - known.latestAt <= IDLE_MS ? known : undefined;
  // Beyond the smallest delay a call cannot have spent more than its whole round trip on the way:
  // one of the clocks was set.
  if (estimate && delayMs - smallestOf(estimate) > answeredAt - sentAt + IMPOSSIBLE_MS) {
    return undefined;
  }

  const generations = grown(estimate, delayMs);
  const smallestMs = smallestOf(generations);
  const spreadMs = Math.max(0, exchangeAt - smallestMs - slotAt);
  return {
    ...generations,
    recent: [...(estimate?.recent ?? []), delayMs].slice(-RECENT_MAX),
    spreads: [...(estimate?.spreads ?? []), spreadMs].slice(-SPREADS_MAX),
    latestAt: Math.max(estimate?.latestAt ?? answeredAt, answeredAt),
  };
}

/**
 * Says what to add to an exchange's stamp to get the time, by our clock, at which a call would have
 * left that took the shortest way: the offset of the clocks cancels.
 *
 * The margin covers that the smallest delay seen is not the smallest there is; the less the more
 * answers there were.
 *
 * @returns undefined while too little is known, or when it is too old
 */
export function fromStampMs(estimate: DelayEstimate | undefined, now: UnixMs): number | undefined {
  if (estimate === undefined || now - estimate.latestAt > IDLE_MS) return undefined;
  const answers = estimate.current.answers + (estimate.before?.answers ?? 0);
  if (answers < TRUSTED_FROM) return undefined;

  const smallestMs = smallestOf(estimate);
  const aboveMs = Math.max(0, quantile(estimate.recent, 0.5) - smallestMs);
  return ROUNDING_MS + (DOUBT_FACTOR * aboveMs) / answers - smallestMs;
}

/**
 * Says by how much calls arrive after their slot, beyond the smallest delay: a high quantile of the
 * newest ones, up within a few answers, down over hundreds. Our own lateness is part of it.
 *
 * @returns undefined while too little is known
 */
export function spreadMs(estimate: DelayEstimate | undefined): number | undefined {
  if (estimate === undefined || estimate.spreads.length < SPREAD_FROM) return undefined;
  const [, second = 0] = estimate.spreads.slice(-SPREAD_NEWEST).toSorted((a, b) => b - a);
  return Math.max(quantile(estimate.spreads, SPREAD_QUANTILE), second);
}

function grown(
  estimate: DelayEstimate | undefined,
  delayMs: number,
): Pick<DelayEstimate, 'current' | 'before'> {
  if (estimate === undefined) return { current: { answers: 1, smallestMs: delayMs } };
  const { current, before } = estimate;
  if (current.answers >= GENERATION_ANSWERS) {
    return { current: { answers: 1, smallestMs: delayMs }, before: current };
  }
  const next = {
    answers: current.answers + 1,
    smallestMs: Math.min(current.smallestMs, delayMs),
  };
  return before === undefined ? { current: next } : { current: next, before };
}

function smallestOf({ current, before }: Pick<DelayEstimate, 'current' | 'before'>): number {
  return Math.min(current.smallestMs, before?.smallestMs ?? Number.POSITIVE_INFINITY);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(share * sorted.length)] ?? 0;
}
