/** Tells the time; injected, so that tests need not wait. */
export type Clock = {
  /** Unix time in whole milliseconds. */
  readonly now: () => number;
};

export const systemClock: Clock = { now: () => Date.now() };

/** A clock which can be set apart from the one it reads, as an exchange's clock is from ours. */
export type ServerClock = Clock & { offsetMs: number };

export function serverClock(base: Clock): ServerClock {
  const clock: ServerClock = { offsetMs: 0, now: () => base.now() + clock.offsetMs };
  return clock;
}
