import type { UnixMs } from '../../domain/time.ts';
import type { Clock } from '../ports.ts';
import type { RateBudget, Reservation } from '../rate-budget.ts';

/** A time at which one request may leave. */
export interface FreeSlot {
  readonly kind: 'slot';
  readonly at: UnixMs;
  readonly probe: boolean;
}

/** A slot, or when to ask again: none is within reach, or a gate is closed. */
export type SlotAnswer =
  | FreeSlot
  | { readonly kind: 'none'; readonly until: UnixMs; readonly isClosed: boolean };

/** Hands the slots of one key to the orders of one batch. */
export interface SlotSource {
  /**
   * @param leadMs - how far ahead a slot has to lie, for what is left to do before it
   * @throws when the budget cannot be reached: then nothing may be sent
   */
  next(leadMs: number): Promise<SlotAnswer>;
  /** Throws away what is reserved: the gate has closed. */
  discard(): void;
}

interface Waiter {
  readonly leadMs: number;
  readonly resolve: (answer: SlotAnswer | Promise<never>) => void;
}

/** A closed gate that only a person opens is asked about again after so long. */
const OPERATOR_RECHECK_MS = 60_000;
/** So long the first order waits for others of its batch to join its reservation. */
const GATHER_MS = 1;

/**
 * Makes the slots of one key available to orders that run concurrently.
 *
 * All orders that wait at the same moment share one reservation, so that a batch costs one write.
 * No more is reserved than orders wait: a reserved slot that nobody uses is lost to everybody.
 */
export function createSlotSource(
  source: { readonly budget: RateBudget; readonly clock: Clock },
  key: {
    readonly keyId: string;
    readonly limitPerSecond: number;
    /** Of each call. */
    readonly weight: number;
    readonly reachMs: number;
    /** Whether only slots are taken that the key's usual users leave. */
    readonly isSpare: boolean;
  },
): SlotSource {
  const waiting: Waiter[] = [];
  let generation = 0;
  let isFetching = false;

  async function reserve(count: number): Promise<Reservation> {
    return source.budget.reserve({
      keyId: key.keyId,
      class: 'order',
      weight: key.weight,
      count: Math.min(count, key.limitPerSecond),
      limitPerSecond: key.limitPerSecond,
      now: source.clock.now() + Math.max(...waiting.map(({ leadMs }) => leadMs)),
      reachMs: key.reachMs,
      isSpare: key.isSpare,
    });
  }

  function settle(reservation: Reservation, startedIn: number): void {
    if (reservation.kind === 'reserved') {
      // Slots from before the gate closed are not used: their time may lie inside the closing.
      if (startedIn !== generation) {
        settleAll({ kind: 'none', until: source.clock.now(), isClosed: true });
        return;
      }
      for (const at of reservation.slots) {
        waiting.shift()?.resolve({ kind: 'slot', at, probe: reservation.probe });
      }
      return;
    }
    const until = reopensAt(reservation, source.clock.now());
    settleAll({ kind: 'none', until, isClosed: reservation.kind === 'closed' });
  }

  function settleAll(answer: SlotAnswer | Promise<never>): void {
    for (const { resolve } of waiting.splice(0)) resolve(answer);
  }

  async function fetchWhileWaiting(): Promise<void> {
    if (isFetching) return;
    isFetching = true;
    try {
      await source.clock.sleep(GATHER_MS);
      while (waiting.length > 0) {
        const startedIn = generation;
        settle(await reserve(waiting.length), startedIn);
      }
    } catch (error) {
      settleAll(Promise.reject(error));
    } finally {
      isFetching = false;
    }
  }

  return {
    next(leadMs) {
      const { promise, resolve } = Promise.withResolvers<SlotAnswer>();
      waiting.push({ leadMs, resolve });
      void fetchWhileWaiting();
      return promise;
    },
    discard() {
      generation += 1;
    },
  };
}

function reopensAt(reservation: Exclude<Reservation, { kind: 'reserved' }>, now: UnixMs): UnixMs {
  if (reservation.kind === 'later') return reservation.at;
  return reservation.until === 'operator' ? now + OPERATOR_RECHECK_MS : reservation.until;
}
