import { type AnsweredCall, type DelayEstimate, learnDelay } from './delay-estimate.ts';
import type { WindowEntry } from './request-window.ts';
import type { UnixMs } from './time.ts';

/** What became of the call that left in a slot. */
export type CallFate =
  /** The slot is ours; its call has not left yet. */
  | { readonly kind: 'reserved' }
  /** It leaves now; until more is known nobody can say when it arrives. */
  | { readonly kind: 'leaving'; readonly sentAt: UnixMs }
  | ({ readonly kind: 'answered' } & AnsweredCall)
  /** No answer came; nobody waits for one any longer since `answeredAt`. */
  | ({ readonly kind: 'unanswered' } & AnsweredCall)
  /** Proven never to have left. */
  | { readonly kind: 'not-sent' };

/** What one process knows itself of the calls of one key and class. */
export interface LiveCalls {
  readonly fates: ReadonlyMap<UnixMs, CallFate>;
  readonly delays?: DelayEstimate;
}

/** What a process knows that has sent nothing yet. */
export const NO_CALLS: LiveCalls = { fates: new Map() };

/** Calls remembered: more than any window holds. */
const FATES_MAX = 200;
/** So long after nobody waits for its answer any more a call may still be on its way. */
const LINGER_MS = 1_000;
/** A call whose end was never told is over after so long: every call has a shorter time limit. */
const FATE_MAX_MS = 10_000;

/** Takes in what became of a call, and learns from it. */
export function noteFate(live: LiveCalls, slotAt: UnixMs, fate: CallFate): LiveCalls {
  const fates = new Map(live.fates);
  fates.delete(slotAt);
  fates.set(slotAt, fate);
  const [oldest] = fates.keys();
  if (fates.size > FATES_MAX && oldest !== undefined) fates.delete(oldest);

  const delays = fate.kind === 'answered' ? learnDelay(live.delays, fate, slotAt) : live.delays;
  return delays === undefined ? { fates } : { fates, delays };
}

/** Takes in that slots are this process's own. */
export function noteReserved(live: LiveCalls, slots: readonly UnixMs[]): LiveCalls {
  return slots.reduce((known, slotAt) => noteFate(known, slotAt, { kind: 'reserved' }), live);
}

/**
 * Puts what this process knows into a window that was planned, perhaps by others.
 *
 * A call whose answer should have come is late on its way there or back; nobody knows which, so it
 * arrives at an unknown time (`Infinity`) and its place stays closed.
 *
 * @param boundMs - how long after its slot a call arrives at the latest, beyond the smallest delay
 */
export function refineWindow(
  window: readonly WindowEntry[],
  live: LiveCalls,
  { now, boundMs }: { readonly now: UnixMs; readonly boundMs: number },
): readonly WindowEntry[] {
  return window.map((entry) => {
    const fate = live.fates.get(entry.slotAt);
    if (fate === undefined || fate.kind === 'reserved') return entry;
    if (fate.kind === 'not-sent') {
      return { ...entry, arrivesBy: Math.min(entry.arrivesBy, entry.slotAt) };
    }
    if (fate.kind === 'answered') {
      const { answeredAt: arrivesBy, exchangeAt } = fate;
      return { ...entry, arrivesBy, ...(exchangeAt !== undefined && { stampedAt: exchangeAt }) };
    }
    if (fate.kind === 'unanswered') return { ...entry, arrivesBy: fate.answeredAt + LINGER_MS };
    if (now > fate.sentAt + FATE_MAX_MS) return entry;
    const arrivesBy = Math.max(entry.arrivesBy, fate.sentAt + boundMs);
    return { ...entry, arrivesBy: now > arrivesBy ? Number.POSITIVE_INFINITY : arrivesBy };
  });
}

/** Puts a bound where the arrival is unknown: for others, who can do no better. */
export function boundWindow(
  window: readonly WindowEntry[],
  boundAt: UnixMs,
): readonly WindowEntry[] {
  return window.map((entry) =>
    Number.isFinite(entry.arrivesBy) ? entry : { ...entry, arrivesBy: boundAt },
  );
}
