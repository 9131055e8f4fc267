import { randomUUID } from 'node:crypto';

/** Tells the time in Unix milliseconds. */
export type Clock = { now(): number };

/** Calls back once after a delay, on the time of the same clock; the answer cancels it. */
export type Timer = (delayMs: number, fire: () => void) => () => void;

/** Makes names that never repeat; tests pass a counted one. */
export type Ids = { next(): string };

export const systemClock: Clock = { now: () => Date.now() };

export const systemTimer: Timer = (delayMs, fire) => {
  const handle = setTimeout(fire, delayMs);
  return () => clearTimeout(handle);
};

export const systemIds: Ids = { next: () => randomUUID() };
