import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

/** How long a receiver is tried. */
export interface DeliveryRules {
  /** After the first failed attempt, the second and so on; the last one from then on. */
  readonly waitsMs: readonly number[];
  /** From the first failed attempt of an event until it is given up. */
  readonly giveUpAfterMs: number;
}

/** How many attempts failed, and since when. */
export interface FailedAttempts {
  readonly attempts: number;
  readonly since: UnixMs;
}

/** A restart is over in seconds, a deployment in minutes, an outage in hours. */
export const DELIVERY_RULES: DeliveryRules = {
  waitsMs: [
    5 * SECOND_MS,
    30 * SECOND_MS,
    2 * MINUTE_MS,
    10 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
  ],
  giveUpAfterMs: DAY_MS,
};

/** Waits are spread by so much either way, so that what failed together does not return together. */
const JITTER = 0.2;

/**
 * Says when to try again after a failed attempt; undefined when it is time to give up.
 *
 * The last attempt comes when the time is over, not one wait before.
 *
 * @param failed - counts the attempt that failed right now
 * @param chance - from 0 up to 1
 */
export function nextAttemptAt(
  { giveUpAfterMs, waitsMs }: DeliveryRules,
  { attempts, since }: FailedAttempts,
  { chance, now }: { readonly chance: number; readonly now: UnixMs },
): UnixMs | undefined {
  const endsAt = since + giveUpAfterMs;
  if (now >= endsAt) return undefined;
  const waitMs = waitsMs[Math.min(attempts, waitsMs.length) - 1] ?? giveUpAfterMs;
  const spreadMs = Math.round(waitMs * (1 - JITTER + 2 * JITTER * chance));
  return Math.min(now + spreadMs, endsAt);
}
