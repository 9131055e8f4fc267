import type { LiveCalls } from './live-calls.ts';
import type { WindowEntry } from './request-window.ts';
import { SECOND_MS, type UnixMs } from './time.ts';

/**
 * A call of which nobody tells anything has arrived, or never will, so long after its slot: it
 * leaves within a second, has a time limit of five, and may linger on the way for one more.
 */
export const UNTOLD_MS = 7 * SECOND_MS;

/**
 * Gives a window in which only answers count: whatever may still be on its way arrives nobody knows
 * when (`Infinity`), so that no slot is planned around a delay that a stalled machine would pass.
 *
 * @param live - what this process knows of its own calls; the others are told by other clocks
 * @param clockErrorMs - how far those may be behind
 */
export function byAnswersAlone(
  window: readonly WindowEntry[],
  live: LiveCalls,
  { now, clockErrorMs }: { readonly now: UnixMs; readonly clockErrorMs: number },
): readonly WindowEntry[] {
  return window.map((entry) => {
    const isOwn = live.fates.has(entry.slotAt);
    const arrivesBy = entry.arrivesBy + (isOwn ? 0 : clockErrorMs);
    return { ...entry, arrivesBy: arrivesBy > now ? Number.POSITIVE_INFINITY : arrivesBy };
  });
}

/** Gives a planned window with what is known of the calls that were in it before. */
export function asKnown(
  planned: readonly WindowEntry[],
  known: readonly WindowEntry[],
): readonly WindowEntry[] {
  const bySlot = new Map(known.map((entry) => [entry.slotAt, entry]));
  return planned.map((entry) => bySlot.get(entry.slotAt) ?? entry);
}

/** Says whether a window has calls of other processes of which nothing is told yet. */
export function waitsForOthers(
  window: readonly WindowEntry[],
  live: LiveCalls,
  now: UnixMs,
): boolean {
  return window.some(({ slotAt, arrivesBy }) => arrivesBy > now && !live.fates.has(slotAt));
}
