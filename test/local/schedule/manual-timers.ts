import type { Timers } from '../../../local/schedule/timers.ts';

export type ManualTimers = Timers & {
  /** Moves time on, timer by timer, and lets everything that follows from each settle. */
  advance(ms: number): Promise<void>;
  /** The delays now waited for, shortest first. */
  readonly delays: readonly number[];
};

export function manualTimers(startAt = 1_700_000_000_000): ManualTimers {
  let now = startAt;
  const pending = new Set<{ at: number; run: () => void }>();
  const inOrder = () => [...pending].toSorted((one, other) => one.at - other.at);
  return {
    now: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      pending.add(timer);
      return () => pending.delete(timer);
    },
    get delays() {
      return inOrder().map(({ at }) => at - now);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (;;) {
        const next = inOrder()[0];
        if (next === undefined || next.at > until) break;
        now = Math.max(now, next.at);
        pending.delete(next);
        next.run();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets every promise that can settle without time passing settle. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
