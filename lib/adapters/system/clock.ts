import type { Clock } from '../../application/ports.ts';

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),

  /** Never wakes early: timers of the platform may, by a millisecond. */
  async sleep(ms) {
    const untilMs = performance.now() + ms;
    for (let leftMs = ms; leftMs > 0; leftMs = untilMs - performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, Math.ceil(leftMs)));
    }
  },
};
