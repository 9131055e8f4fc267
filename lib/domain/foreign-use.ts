import { unreachable } from './invariant.ts';
import type { CallFate, LiveCalls } from './live-calls.ts';
import type { WindowEntry } from './request-window.ts';
import { MINUTE_MS, SECOND_MS, type UnixMs } from './time.ts';

/** A call that the exchange refused because the key had used up its second. */
export interface RefusedCall {
  readonly limitPerSecond: number;
  /** By our clock. */
  readonly sentAt: UnixMs;
}

/** A key of which somebody else uses a part: we take less for a while. */
export interface Slowed {
  /** What we took from then on. */
  readonly toPerSecond: number;
  /** What the limit was. */
  readonly ofPerSecond: number;
  readonly at: UnixMs;
}

/** Share of what we took that we go on with: the other client's part is not known. */
const KEPT_SHARE = 0.6;
/** Without another refusal we take one more per second after so long. */
const RECOVERY_MS = 5 * MINUTE_MS;

/**
 * Says whether a refused call kept the limit beyond doubt, so that others must have used the key.
 *
 * Pure. Counts the weight of every call of ours that may have arrived within the second before the
 * refused one left: by its stamp where it has one, by its answer or its bound otherwise, so that
 * doubt speaks against us. Of other processes the window tells no more than its newest calls. A call
 * heavier than the limit passes it by itself.
 *
 * @param live - with the refused call itself
 * @param fromStampMs - undefined while stamps cannot be read
 */
export function isForeignUse(
  window: readonly WindowEntry[],
  live: LiveCalls,
  { refused, fromStampMs }: { refused: RefusedCall; fromStampMs: number | undefined },
): boolean {
  const ownCalls = [...live.fates].flatMap(([slotAt, fate]) => {
    const units = window.filter((entry) => entry.slotAt === slotAt);
    const weighed = units.length === 0 ? [{}] : units.map(({ heldMs }) => ({ heldMs }));
    return callOf(slotAt, fate).flatMap((call) => weighed.map((unit) => ({ ...unit, ...call })));
  });
  const others = window.filter(({ slotAt }) => !live.fates.has(slotAt));
  const calls = [...ownCalls, ...others.map((entry) => ({ ...entry, leftAt: entry.slotAt }))];
  const counting = calls.filter(({ leftAt, arrivesBy, stampedAt }) => {
    const isMetered = stampedAt !== undefined && fromStampMs !== undefined;
    const arrivedAt = isMetered ? stampedAt + fromStampMs : arrivesBy;
    return leftAt <= refused.sentAt && arrivedAt + SECOND_MS > refused.sentAt;
  });
  const isHeavy = counting.some(({ heldMs }) => heldMs !== undefined);
  return !isHeavy && counting.length <= refused.limitPerSecond;
}

function callOf(slotAt: UnixMs, fate: CallFate): readonly (WindowEntry & { leftAt: UnixMs })[] {
  switch (fate.kind) {
    case 'reserved':
    case 'not-sent':
      return [];
    case 'answered': {
      const { sentAt: leftAt, answeredAt: arrivesBy, exchangeAt: stampedAt } = fate;
      return [{ slotAt, leftAt, arrivesBy, ...(stampedAt !== undefined && { stampedAt }) }];
    }
    case 'leaving':
    case 'unanswered':
      return [{ slotAt, leftAt: fate.sentAt, arrivesBy: Number.POSITIVE_INFINITY }];
    default:
      return unreachable(fate);
  }
}

/** What we take of a key in a second: all of its limit but after foreign use. */
export function allowedPerSecond(
  limitPerSecond: number,
  slowed: Slowed | undefined,
  now: UnixMs,
): number {
  if (slowed === undefined) return limitPerSecond;
  const recovered = Math.floor(Math.max(0, now - slowed.at) / RECOVERY_MS);
  return Math.min(limitPerSecond, slowed.toPerSecond + recovered);
}

/** What a slowed key is used with, while that is less than its limit. */
export function slowedTo(slowed: Slowed | undefined, now: UnixMs): number | undefined {
  if (slowed === undefined) return undefined;
  const allowed = allowedPerSecond(slowed.ofPerSecond, slowed, now);
  return allowed < slowed.ofPerSecond ? allowed : undefined;
}

/** Takes less, down to one call a second. */
export function slowDown(ofPerSecond: number, slowed: Slowed | undefined, now: UnixMs): Slowed {
  const before = allowedPerSecond(ofPerSecond, slowed, now);
  return { toPerSecond: Math.max(1, Math.floor(before * KEPT_SHARE)), ofPerSecond, at: now };
}
