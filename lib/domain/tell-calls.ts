import type { KeyBudget, KeyRequest } from './key-budget.ts';
import { type LiveCalls, refineWindow } from './live-calls.ts';
import type { UnixMs } from './time.ts';
import { waitsForOthers } from './told-window.ts';

/**
 * Takes in what a process knows of its own calls of a class, for the others.
 *
 * @returns the same budget when it says nothing new
 */
export function tellCalls<Reason extends string>(
  budget: KeyBudget<Reason>,
  live: LiveCalls,
  of: { readonly class: keyof KeyBudget['windows']; readonly now: UnixMs },
): KeyBudget<Reason> {
  const stored = budget.windows[of.class];
  const told = stored.map((entry) => {
    const kind = live.fates.get(entry.slotAt)?.kind;
    const isOver = kind === 'answered' || kind === 'unanswered' || kind === 'not-sent';
    return isOver ? (refineWindow([entry], live, { now: of.now, boundMs: 0 })[0] ?? entry) : entry;
  });
  const isNews = told.some(({ arrivesBy }, index) => arrivesBy !== stored[index]?.arrivesBy);
  return isNews ? { ...budget, windows: { ...budget.windows, [of.class]: told } } : budget;
}

/** Says whether a question waits for what other processes have not told yet. */
export function isToldLater({ windows }: KeyBudget, live: LiveCalls, request: KeyRequest): boolean {
  return request.class === 'query' && waitsForOthers(windows.query, live, request.now);
}
