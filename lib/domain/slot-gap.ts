import type { LiveCalls } from './live-calls.ts';
import { SECOND_MS } from './time.ts';

/** So many answers say how long a round trip takes. */
const ROUND_TRIPS = 10;
/** So many orders of a bunch are under way at a time. */
const UNDER_WAY_MAX = 2;
/** A bunch is spread over so much of its second at most: the rest makes up for missed slots. */
const SPREAD_SHARE = 0.8;

/** What a key may send, and how close together at most. */
export interface SlotPacing {
  /** What the exchange grants in a second. */
  readonly limitPerSecond: number;
  /** What is left of it: less while the key is slowed because others use it too. */
  readonly allowed: number;
  /** Never closer, so that none overtakes another on the way. */
  readonly minGapMs: number;
}

/**
 * Says how far apart the slots of orders lie.
 *
 * What is under way when a refusal comes back is refused too, and an exchange that counts those bans
 * the address. So a bunch is spread over its round trips, as far as that costs nothing of the limit,
 * and a slowed key, where a refusal is likelier, is used evenly.
 *
 * @param live - this process's calls of orders: the longest round trip of its newest answers counts
 */
export function slotGapMs(
  { fates }: LiveCalls,
  { limitPerSecond, allowed, minGapMs }: SlotPacing,
): number {
  if (allowed < limitPerSecond) return Math.max(minGapMs, Math.ceil(SECOND_MS / allowed));
  const answered = [...fates.values()].filter((fate) => fate.kind === 'answered');
  const trips = answered.slice(-ROUND_TRIPS).map(({ sentAt, answeredAt }) => answeredAt - sentAt);
  const apartMs = Math.ceil(Math.max(0, ...trips) / UNDER_WAY_MAX);
  const mostMs = Math.floor((SECOND_MS / limitPerSecond) * SPREAD_SHARE);
  return Math.max(minGapMs, Math.min(apartMs, mostMs));
}
