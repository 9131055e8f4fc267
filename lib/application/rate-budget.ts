import type { RefusedCall } from '../domain/foreign-use.ts';
import type { CallFate } from '../domain/live-calls.ts';
import type { UnixMs } from '../domain/time.ts';

/** What is counted apart: `order` is create and cancel, `query` every signed read. */
export type BudgetClass = 'order' | 'query';

/** Why a gate is closed. */
export type GateReason = 'throttled' | 'banned' | 'bad-key' | 'unavailable' | 'halted-by-operator';

/** Whether requests may leave: for one key, or (egress) for all keys behind one address. */
export type GateState =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'closed';
      /** Unix ms, or `operator` when only a person reopens it. */
      readonly until: UnixMs | 'operator';
      readonly reason: GateReason;
    };

/**
 * A gate that was read longer ago, by a clock that never jumps, is not known any more: the clock
 * that slots go by was set back while a request waited for its slot. In milliseconds.
 */
export const GATE_FRESH_MS = 600;

/** Times at which requests may leave. A slot that was missed is lost, never used late. */
export type Reservation =
  | {
      readonly kind: 'reserved';
      readonly slots: readonly UnixMs[];
      /** The gate has just reopened: this is the single probe. */
      readonly probe: boolean;
    }
  /** No slot within reach, which is shorter while others use the key; ask again at `at`. */
  | { readonly kind: 'later'; readonly at: UnixMs }
  | Extract<GateState, { kind: 'closed' }>;

/** What a caller asks of the budget. */
export interface ReservationRequest {
  readonly keyId: string;
  readonly class: BudgetClass;
  /** Weight of each call. */
  readonly weight: number;
  /** How many calls; at most `limitPerSecond`. Fewer may be granted, never none as `reserved`. */
  readonly count: number;
  readonly limitPerSecond: number;
  readonly now: UnixMs;
  /** The last slot given is at most this far ahead. */
  readonly reachMs: number;
  /** Takes only what other processes leave: `later` while they use much of the key. */
  readonly isSpare?: boolean;
  /** Keeps its reach also while others use the key: cancels pass whoever has to wait. */
  readonly isUrgent?: boolean;
}

/** What became of the call that left in a slot of this process. */
export interface SlotUse {
  readonly keyId: string;
  readonly class: BudgetClass;
  readonly slotAt: UnixMs;
  /** Where it went: calls of one route have the same delays, whatever their key. */
  readonly route: string;
  readonly fate: CallFate;
}

/** One budget's state for people. */
export interface BudgetView {
  readonly class: BudgetClass;
  /** Weight of the newest slots: those of the last second and those given out ahead. */
  readonly taken: number;
  /** Latest slot given out, if any. */
  readonly latestSlotAt?: UnixMs;
  /** What is used of the limit while somebody else uses the key as well; weight per second. */
  readonly slowedTo?: number;
}

/** One key's state for people. Never the key itself. */
export interface KeyView {
  readonly keyId: string;
  readonly gate: GateState;
  /** How often the gate was closed since it last stayed open, for growing waits. */
  readonly closings: number;
  readonly budgets: readonly BudgetView[];
}

/** The egress gate's state for people. */
export type EgressView = Pick<KeyView, 'gate' | 'closings'>;

/** Closes a gate; `egress` stands for all keys behind one address. */
export interface GateClosing {
  readonly gate: { readonly keyId: string } | 'egress';
  readonly until: UnixMs | 'operator';
  readonly reason: GateReason;
  readonly now: UnixMs;
  /** For a key that is `throttled`: the call of class `order` that the exchange refused. */
  readonly refused?: RefusedCall;
}

/** What a closing found out. */
export interface GateClosed {
  /**
   * The refused call had kept the budget, so somebody else uses the key: from now on the budget
   * gives less of it, and one more per second every few minutes.
   */
  readonly isForeignUse: boolean;
}

/**
 * The durable budget that all processes share.
 *
 * Every method throws when the store cannot be reached: the caller then sends nothing.
 */
export interface RateBudget {
  /** Takes slots with one conditional write that also reads the gate. */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /**
   * Takes in what became of a slot, so that the next reservation goes by arrivals instead of bounds.
   * Kept in memory at once; stored with the next reservation. Telling nothing is safe, only slower.
   */
  observe(use: SlotUse): Promise<void>;
  /**
   * Stores what this process knows of its own calls of a key and class, for the other processes:
   * questions go by answers alone, so what nobody tells keeps its place for seconds.
   */
  tell(of: Pick<SlotUse, 'keyId' | 'class'>, now: UnixMs): Promise<void>;
  /** Reads the key's and the egress gate, strongly consistent, right before a request leaves. */
  gate(keyId: string, now: UnixMs): Promise<GateState>;
  /** Closes a gate. Never shortens a closing that lasts longer; `operator` lasts longest. */
  closeGate(closing: GateClosing): Promise<GateClosed>;
  /** The probe was answered without a complaint: the key's gate opens fully. */
  probeSucceeded(keyId: string): Promise<void>;
  /** A person reopens a gate, whatever closed it; the next request is a probe. */
  openGate(gate: GateClosing['gate'], now: UnixMs): Promise<void>;
  view(keyId: string, now: UnixMs): Promise<KeyView>;
  /** The gate of all keys behind our address, for people. */
  viewEgress(now: UnixMs): Promise<EgressView>;
}
