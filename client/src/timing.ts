import { setTimeout as sleep } from 'node:timers/promises';

/** Time and chance as the client needs them; tests bring their own. */
export interface Timing {
  /** Unix milliseconds. */
  now(): number;
  /** Rejects with the signal's reason when it fires. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
  /** From 0 up to, but not, 1. */
  random(): number;
}

/** The machine's own. */
export const SYSTEM_TIMING: Timing = {
  now: () => Date.now(),
  random: () => Math.random(),
  async sleep(ms, signal) {
    try {
      await sleep(ms, undefined, { ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
