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
  /**
   * Requests that the exchange takes in any second from one address, of all keys and classes.
   * Absent where it counts by key alone.
   */
  readonly addressPerSecond?: number;
  /** A probe that was not answered for so long gives way to another. */
  readonly probeAnswerMs?: number;
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
  /** A second window that every request has to fit into, one unit each: that of the address. */
  readonly address?: AddressWindow;
}

/** The requests of one address. Known by their bounds alone, for they are of many processes. */
export interface AddressWindow {
  readonly window: readonly WindowEntry[];
  readonly limitPerSecond: number;
  readonly guardMs: number;
}

/** Slots with the window after them, or the time at which asking again gives slots. */
export type SlotPlan =
  | {
      readonly slots: readonly UnixMs[];
      readonly window: readonly WindowEntry[];
      /** The address's window, where there is one. */
      readonly address?: readonly WindowEntry[];
    }
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
  let { address } = pace;
  let grantedAddress = address;

  while (wanted.length < Math.min(request.count, SLOTS_MAX)) {
    const slot = Math.max(request.now, earliestSlot(after, request, pace), earliestOf(address));
    after = [...after, ...unitsOf(slot, request, pace)].slice(-request.limitPerSecond);
    address = address && withUnit(address, slot);
    wanted.push(slot);
    if (slot > latestAt) continue;
    slots.push(slot);
    granted = after;
    grantedAddress = address;
  }
  const enough = pace.gathers ? togetherOf(wanted, request).length : 1;
  if (slots.length < enough) return { laterAt: later(wanted, request) };
  return { slots, window: granted, ...(grantedAddress && { address: grantedAddress.window }) };
}

/** The first moment at which one more request of the address fits behind its window. */
function earliestOf(address: AddressWindow | undefined): UnixMs {
  const blocking = address?.window[address.window.length - address.limitPerSecond];
  return blocking === undefined ? Number.NEGATIVE_INFINITY : blocking.arrivesBy + SECOND_MS;
}

/** Slots of many keys come in no order, so the window is kept in order of arrival. */
function withUnit(address: AddressWindow, slotAt: UnixMs): AddressWindow {
  const entry = { slotAt, arrivesBy: slotAt + address.guardMs };
  const window = [...address.window, entry].toSorted((one, two) => one.arrivesBy - two.arrivesBy);
  return { ...address, window: window.slice(-address.limitPerSecond) };
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

  // The call's last unit has to wait for the unit one limit before it, and the others for those
  // before that, which may have been overtaken on the way. A call heavier than the limit waits for
  // all of them, and so does any call after the limit was lowered.
  const units = Math.min(weight, limitPerSecond);
  const blocking = window.slice(0, Math.max(0, window.length + units - limitPerSecond));
  const free = blocking.map((entry) => {
    const { arrivesBy, stampedAt, heldMs = 0 } = entry;
    const isMetered = stampedAt !== undefined && fromStampMs !== undefined;
    const arrivedAt = isMetered ? stampedAt + fromStampMs : arrivesBy;
    return Math.ceil(arrivedAt + heldMs + SECOND_MS);
  });
  return Math.max(newest.slotAt + minGapMs, ...free);
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
