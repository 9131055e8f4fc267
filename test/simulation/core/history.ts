import type { CancelReceipt } from '../../../lib/application/cancel/request-cancel.ts';
import type { IntegrationEvent } from '../../../lib/application/integration-event.ts';
import type { GateState } from '../../../lib/application/rate-budget.ts';
import type { Receipt } from '../../../lib/application/receive-order.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import type { Order } from '../../../lib/domain/order.ts';

/** What a signed call to the exchange is for. */
export type CallName =
  | 'create'
  | 'cancel'
  | 'query'
  | 'open-orders'
  | 'history'
  | 'trades'
  | 'listen-key'
  | 'other';

/** One thing that happened. */
export type Happening =
  /** A caller was answered. */
  | {
      readonly kind: 'receipt';
      readonly receipt: Receipt['kind'];
      readonly clientOrderId: string;
      readonly status?: string;
      /** The request was another one under an id that is taken. */
      readonly isOther: boolean;
    }
  /** A caller who wants an order canceled was answered. */
  | {
      readonly kind: 'cancel-receipt';
      readonly receipt: CancelReceipt['kind'];
      readonly clientOrderId: string;
    }
  /** A producer put a message on the queue itself. */
  | { readonly kind: 'message'; readonly clientOrderId: string; readonly isPoison: boolean }
  | {
      readonly kind: 'write';
      readonly previousVersion: number;
      readonly events: readonly OrderEvent[];
      readonly order: Order;
    }
  /** A signed request left. `clockAt` is what its sender's clock said. */
  | {
      readonly kind: 'departure';
      readonly number: number;
      readonly call: CallName;
      readonly keyId: string;
      readonly clientOrderId: string;
      readonly clockAt: number;
      /** What a cancel names. */
      readonly exchangeOrderId?: string;
    }
  /** It arrived and was metered. */
  | {
      readonly kind: 'arrival';
      readonly number: number;
      readonly admission: 'admitted' | 'limited' | 'suspended' | 'banned';
      /** Why we are not to blame for a refusal. */
      readonly excuse?: 'others' | 'late';
    }
  /** The exchange took an order. */
  | {
      readonly kind: 'placed';
      readonly number: number;
      readonly clientOrderId: string;
      readonly exchangeOrderId: string;
    }
  /** An order ended at the exchange. */
  | {
      readonly kind: 'ended';
      readonly clientOrderId: string;
      readonly exchangeOrderId: string;
      readonly status: string;
      readonly executedQuantity: string;
    }
  /** A connection of the user data stream. */
  | { readonly kind: 'stream'; readonly what: string }
  /** A frame of the stream to one connection. */
  | {
      readonly kind: 'frame';
      readonly to: string;
      readonly clientOrderId: string;
      readonly status: string;
      readonly fate: 'told' | 'lost' | 'late' | 'twice' | 'garbled' | 'unheard';
    }
  /** The exchange lost an order that it had. */
  | { readonly kind: 'forgotten'; readonly exchangeOrderId: string }
  /** The answer reached its process. */
  | {
      readonly kind: 'heard';
      readonly number: number;
      readonly httpStatus: number;
      readonly text: string;
    }
  /** The process learned that nothing left, or heard nothing. */
  | { readonly kind: 'unheard'; readonly number: number; readonly errno: string }
  | {
      readonly kind: 'gate-read';
      readonly keyId: string;
      /** `unavailable`: closed for orders, and open for questions. */
      readonly state: GateState['kind'] | 'unavailable';
    }
  | {
      readonly kind: 'gate-closed';
      /** A key id, or `egress`. */
      readonly gate: string;
      readonly until: number | 'operator';
      readonly reason: string;
    }
  | { readonly kind: 'gate-opened'; readonly gate: string }
  | { readonly kind: 'halted'; readonly halted: boolean }
  | { readonly kind: 'rotated'; readonly keyId: string }
  | { readonly kind: 'delivered'; readonly messageIds: readonly string[] }
  | { readonly kind: 'set-aside'; readonly body: string; readonly reason: string }
  | { readonly kind: 'published'; readonly event: IntegrationEvent }
  | { readonly kind: 'counted'; readonly name: string; readonly dimensions: string }
  | {
      readonly kind: 'logged';
      readonly level: string;
      readonly message: string;
      readonly fields: string;
    }
  /** A fault that the world made, named for the closing table. */
  | { readonly kind: 'fault'; readonly fault: string; readonly at: string }
  | { readonly kind: 'death'; readonly cause: 'killed' | 'timeout'; readonly at: string }
  /** Something escaped a use case. */
  | { readonly kind: 'threw'; readonly error: string };

/** What happened, when by true time (ms since the world began), and in which process. */
export type Entry = Happening & { readonly atMs: number; readonly by: string };

/** Everything that happened in one world. */
export interface History {
  readonly seed: number;
  readonly mood: string;
  readonly entries: readonly Entry[];
  /** As they are stored at the end. */
  readonly orders: readonly Order[];
  /** What the exchange has at the end, also what it forgot. */
  readonly exchangeOrders: readonly ExchangeOrderView[];
  /** Bodies that are still on the queue. */
  readonly waiting: readonly string[];
  /** Texts that must be nowhere. */
  readonly secrets: readonly string[];
  readonly facts: WorldFacts;
}

/** An order as the exchange has it at the end. */
export interface ExchangeOrderView {
  readonly clientOrderId: string;
  readonly exchangeOrderId: string;
  readonly status: string;
  readonly executedQuantity: string;
  readonly isForgotten: boolean;
}

/** What the checker has to know of a world. */
export interface WorldFacts {
  /** Unix ms at which true time is zero. */
  readonly startAt: number;
  readonly clockErrorMs: number;
  readonly endedAtMs: number;
  /** Whether it came to rest in time. */
  readonly isAtRest: boolean;
}

/** Writes down what happens. */
export interface Recorder {
  readonly entries: readonly Entry[];
  note(by: string, happening: Happening): void;
}

/** Makes an empty record. */
export function createRecorder(nowMs: () => number): Recorder {
  const entries: Entry[] = [];
  return {
    entries,
    note(by, happening) {
      entries.push({ ...happening, atMs: nowMs(), by });
    },
  };
}
