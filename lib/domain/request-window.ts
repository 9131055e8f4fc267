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
   * A request arrives at most so long after its slot, beyond the smallest delay of all: what holds
   * until its answer tells more. Covers delay jitter, a request that leaves a little late, and
   * clocks of several hosts. Used until the spread of delays is learned.
   */
  readonly guardMs: number;
  /** However small the learned spread, the guard stays at least so. Absent, it is never lowered. */
  readonly guardLeastMs?: number;
  /** Between any two sends, so that none overtakes another on the way. */
  readonly minGapMs: number;
}

/** What one unit of weight in the window is known to do. */
export interface WindowEntry {
  /** When its request was planned to leave. */
  readonly slotAt: UnixMs;
  /**
   * Its request has arrived by then, less the smallest delay: a bound, once answered the time of
   * the answer. Infinite while nobody can say.
   */
  readonly arrivesBy: UnixMs;
  /** The exchange's own stamp of the arrival, by its own clock. */
  readonly stampedAt?: UnixMs;
  /** Beyond its second, for calls heavier than the limit. */
  readonly heldMs?: number;
}

/** What a plan goes by. */
export interface SlotPace extends WindowSettings {
  /**
   * Added to a stamp of the exchange it gives the arrival, less the smallest delay, by our clock.
   * Absent while that delay is not known: then only answers count.
   */
  readonly fromStampMs?: number | undefined;
  /** Rather asks again than gives only some of the slots that one write could take soon. */
  readonly gathers?: boolean;
}

/** Slots with the window after them, or the time at which asking again gives slots. */
export type SlotPlan =
  | { readonly slots: readonly UnixMs[]; readonly window: readonly WindowEntry[] }
  | { readonly laterAt: UnixMs };

/** Calls planned at once: a second's worth of the highest limit an account may name. */
const SLOTS_MAX = 100;
/** While nobody can say when a request arrives, ask again after so long, in milliseconds. */
const UNKNOWN_RECHECK_MS = 20;

/** The rest of the reach is for storing the reservation and the intents, and reading the gate. */
const GATHER_SHARE = 0.7;

/**
 * Plans when requests may leave, so that no second ever holds more weight than the exchange takes.
 *
 * Pure. A window is the newest slots ever given out, one entry per unit of weight, in order. Each
 * new unit waits until the unit one limit before it has surely arrived a second ago, so that the
 * units fall into as many chains as the limit allows, and no second holds two of one chain. Slots
 * follow the window, never `now` alone: a clock that jumps back mints nothing. Bursts after a pause
 * are fine, for the exchange counts a sliding second and not the spacing inside it.
 *
 * @param window - as the plan before returned it, arrivals filled in; empty at first
 * @returns at least one slot, or `laterAt`; a stored window never grows past `limitPerSecond`
 */
export function planSlots(
  window: readonly WindowEntry[],
  request: SlotRequest,
  pace: SlotPace,
): SlotPlan {
  assertRequest(request);
  const latestAt = request.now + request.reachMs;
  const wanted: UnixMs[] = [];
  const slots: UnixMs[] = [];
  let after = window;
  let granted = window;

  while (wanted.length < Math.min(request.count, SLOTS_MAX)) {
    const slot = Math.max(request.now, earliestSlot(after, request, pace));
    after = [...after, ...unitsOf(slot, request, pace)].slice(-request.limitPerSecond);
    wanted.push(slot);
    if (slot > latestAt) continue;
    slots.push(slot);
    granted = after;
  }
  const enough = pace.gathers ? togetherOf(wanted, request).length : 1;
  return slots.length < enough ? { laterAt: later(wanted, request) } : { slots, window: granted };
}

/**
 * When to ask again: as soon as the first slot comes within reach, and with it those that follow
 * within most of a reach, so that one write takes them all.
 */
function later(wanted: readonly UnixMs[], request: SlotRequest): UnixMs {
  const { now, reachMs } = request;
  const last = togetherOf(wanted, request).at(-1) ?? Number.POSITIVE_INFINITY;
  if (!Number.isFinite(last)) return now + UNKNOWN_RECHECK_MS;
  return Math.max(now + 1, Math.ceil(last - reachMs));
}

/** The slots that come within reach together while the first of them is still well ahead. */
function togetherOf(wanted: readonly UnixMs[], { reachMs }: SlotRequest): readonly UnixMs[] {
  const [first = 0] = wanted;
  return wanted.filter((slot) => slot <= first + reachMs * GATHER_SHARE);
}

/** The first moment at which one call fits behind the window. */
function earliestSlot(
  window: readonly WindowEntry[],
  { weight, limitPerSecond }: SlotRequest,
  { minGapMs, fromStampMs }: SlotPace,
): UnixMs {
  const newest = window.at(-1);
  if (newest === undefined) return Number.NEGATIVE_INFINITY;

  // The call's last unit has to wait for the unit one limit before it. A call heavier than the
  // limit waits for all of them.
  const units = Math.min(weight, limitPerSecond);
  const blocking = window[window.length + units - 1 - limitPerSecond];
  const afterNewest = newest.slotAt + minGapMs;
  if (blocking === undefined) return afterNewest;
  const { arrivesBy, stampedAt, heldMs = 0 } = blocking;
  const isMetered = stampedAt !== undefined && fromStampMs !== undefined;
  const arrivedAt = isMetered ? stampedAt + fromStampMs : arrivesBy;
  return Math.max(afterNewest, Math.ceil(arrivedAt + heldMs + SECOND_MS));
}

/**
 * What one call leaves in the window.
 *
 * A call heavier than the limit cannot be split, so what follows it waits until its whole weight
 * is earned back: it stands as a full window at the start of its last second.
 */
function unitsOf(
  slotAt: UnixMs,
  { weight, limitPerSecond }: SlotRequest,
  { guardMs }: SlotPace,
): readonly WindowEntry[] {
  const entry = { slotAt, arrivesBy: slotAt + guardMs };
  if (weight <= limitPerSecond) return Array<WindowEntry>(weight).fill(entry);
  const heldMs = Math.ceil((weight / limitPerSecond - 1) * SECOND_MS);
  return Array<WindowEntry>(limitPerSecond).fill({ ...entry, heldMs });
}

function assertRequest({ count, weight, limitPerSecond, reachMs }: SlotRequest): void {
  for (const value of [count, weight, limitPerSecond]) {
    invariant(Number.isInteger(value) && value >= 1, 'counts, weights and limits are from 1 up');
  }
  invariant(reachMs >= 0, 'slots are asked for ahead, never behind');
}
