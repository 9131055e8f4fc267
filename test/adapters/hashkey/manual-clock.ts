import type { Clock } from '../../../lib/application/ports.ts';

/** A clock that a test moves. Both kinds of time go together unless one is stepped. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Somebody sets the clock. */
  step(ms: number): void;
}

export function manualClock(startMs = 1_767_225_600_000): ManualClock {
  let wallMs = startMs;
  let monotonicMs = 0;
  const advance = (ms: number) => {
    wallMs += ms;
    monotonicMs += ms;
  };
  return {
    now: () => wallMs,
    monotonicMs: () => monotonicMs,
    sleep: async (ms) => advance(ms),
    advance,
    step: (ms) => {
      wallMs += ms;
    },
  };
}
