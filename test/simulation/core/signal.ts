import type { Timeline } from './timeline.ts';

/** Wakes those who wait for something. */
export interface Signal {
  readonly notify: () => void;
  /** Ends at the next `notify`, or after so long. */
  wait(mostMs: number): Promise<void>;
}

/** Makes a signal that nobody waits for. */
export function createSignal(timeline: Timeline): Signal {
  const waiting = new Set<() => void>();
  return {
    notify() {
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake();
    },
    wait(mostMs) {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      timeline.at(timeline.nowMs() + mostMs, () => {
        waiting.delete(resolve);
        resolve();
      });
      return promise;
    },
  };
}
