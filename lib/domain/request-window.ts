import { invariant } from './invariant.ts';
import { SECOND_MS, type UnixMs } from './time.ts';

/** What one caller asks of a window. */
export interface SlotRequest {
  /** How many calls; fewer may be granted. */
  readonly count: number;
  /** Weight of each call. */
  readonly weight: number;
  /** Weight units that the exchange takes in any second. */
  readonly limitPerSecond: number;
  readonly now: UnixMs;
  /** No slot is given further ahead than this. */
  readonly reachMs: number;
}

/** How far the plan keeps from the exchange's limit. */
export interface WindowSettings {
  /**
   * How much longer than a second any `limitPerSecond` units must span: the exchange counts
   * arrivals, so this covers what delays on the way and clocks of several hosts may differ by.
   */
  readonly guardMs: number;
  /** Between any two sends, so that none overtakes another on the way. */
  readonly minGapMs: number;
}

/** Slots with the window after them, or the time from which the same request gets a slot. */
export type SlotPlan =
  | { readonly slots: readonly UnixMs[]; readonly window: readonly UnixMs[] }
  | { readonly laterAt: UnixMs };

/** Calls planned at once: a second's worth of the highest limit an account may name. */
const SLOTS_MAX = 100;

/**
 * Plans when requests may leave, so that no second ever holds more weight than the exchange takes.
 *
 * Pure. A window is the newest slots ever given out, one entry per unit of weight, in order. Slots
 * follow them, never `now` alone: a clock that jumps back mints nothing. Bursts after a pause are
 * fine, for the exchange counts a sliding second and not the spacing inside it.
 *
 * @param window - as the plan before returned it; empty at first
 * @returns at least one slot, or `laterAt`; a stored window never grows past `limitPerSecond`
 */
export function planSlots(
  window: readonly UnixMs[],
  request: SlotRequest,
  settings: WindowSettings,
): SlotPlan {
  assertRequest(request);
  const latestAt = request.now + request.reachMs;
  const slots: UnixMs[] = [];
  let after = window;

  while (slots.length < Math.min(request.count, SLOTS_MAX)) {
    const slot = Math.max(request.now, earliestSlot(after, request, settings));
    if (slot > latestAt) {
      if (slots.length === 0) return { laterAt: slot - request.reachMs };
      break;
    }
    slots.push(slot);
    after = [...after, ...unitsOf(slot, request)].slice(-request.limitPerSecond);
  }
  return { slots, window: after };
}

/** The first moment at which one call fits behind the window. */
function earliestSlot(
  window: readonly UnixMs[],
  { weight, limitPerSecond }: SlotRequest,
  { guardMs, minGapMs }: WindowSettings,
): UnixMs {
  const newest = window.at(-1);
  if (newest === undefined) return Number.NEGATIVE_INFINITY;

  // The call's last unit has to wait for the unit one limit before it. A call heavier than the
  // limit waits for all of them.
  const units = Math.min(weight, limitPerSecond);
  const blocking = window[window.length + units - 1 - limitPerSecond];
  if (blocking === undefined) return newest + minGapMs;
  return Math.max(newest + minGapMs, blocking + SECOND_MS + guardMs);
}

/**
 * What one call leaves in the window.
 *
 * A call heavier than the limit cannot be split, so what follows it waits until its whole weight
 * is earned back: it stands as a full window at the start of its last second.
 */
function unitsOf(slot: UnixMs, { weight, limitPerSecond }: SlotRequest): readonly UnixMs[] {
  if (weight <= limitPerSecond) return Array<UnixMs>(weight).fill(slot);
  const beyondMs = Math.ceil((weight / limitPerSecond - 1) * SECOND_MS);
  return Array<UnixMs>(limitPerSecond).fill(slot + beyondMs);
}

function assertRequest({ count, weight, limitPerSecond, reachMs }: SlotRequest): void {
  for (const value of [count, weight, limitPerSecond]) {
    invariant(Number.isInteger(value) && value >= 1, 'counts, weights and limits are from 1 up');
  }
  invariant(reachMs >= 0, 'slots are asked for ahead, never behind');
}
