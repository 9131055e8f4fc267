import type { Timing } from '../../client/index.ts';

/** Time that passes only by waiting, and what was waited. */
export interface VirtualTiming extends Timing {
  readonly waits: readonly number[];
}

/** Makes such a time, with the same chance each time. */
export function virtualTiming(random = 0.5, startAt = 1_795_366_303_000): VirtualTiming {
  const waits: number[] = [];
  let now = startAt;
  return {
    waits,
    now: () => now,
    random: () => random,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      waits.push(ms);
      now += ms;
    },
  };
}
