import type { OrderEvent } from '../domain/events.ts';
import type { OrderStatus } from '../domain/order.ts';
import type { UnixMs } from '../domain/time.ts';

/** The public names of changes; a contract with receivers. */
export const PUBLIC_TYPE = {
  OrderReceived: 'order.received',
  OrderDenied: 'order.denied',
  OrderExpired: 'order.expired',
  AttemptStarted: 'order.sending',
  AttemptReturned: 'order.returned',
  OrderDoubted: 'order.in-doubt',
  OrderRejected: 'order.rejected',
  ExecutionReported: 'order.reported',
  OrderResurrected: 'order.resurrected',
  FillsRecorded: 'order.filled',
  FillCorrected: 'order.fill-corrected',
  ExecutionCorrected: 'order.execution-corrected',
  ExecutionExceeded: 'order.execution-exceeded',
  AbsenceObserved: 'order.not-found',
  AbsenceProven: 'order.never-placed',
  ResubmissionAllowed: 'order.resubmission-allowed',
  OrderMissed: 'order.missing',
  PreparationFailed: 'order.preparation-failed',
  OrderHeld: 'order.held',
  CancelRequested: 'order.cancel-requested',
  ReplacementClaimed: 'order.replacement-claimed',
  CancelStarted: 'order.cancel-sending',
  CancelAnswered: 'order.cancel-answered',
  OrderCanceled: 'order.canceled',
} as const satisfies Record<OrderEvent['type'], string>;

/** What an event may be called. */
export type EventType = (typeof PUBLIC_TYPE)[keyof typeof PUBLIC_TYPE];

/** Every public name of a change. */
export const EVENT_TYPES: readonly EventType[] = Object.values(PUBLIC_TYPE);

/**
 * One change of one order, as others receive it. At least once, in order per order; drop repeats
 * by `id`.
 */
export interface IntegrationEvent {
  /** `accountId/clientOrderId/sequence`: the same change has the same id for ever. */
  readonly id: string;
  /** Grouping for order: `accountId/clientOrderId`. */
  readonly orderId: string;
  readonly type: EventType;
  /** Version of the shape of `data`. */
  readonly schemaVersion: 1;
  /** Plain JSON without secrets. */
  readonly data: EventData;
}

/** What an event says of the change. */
export interface EventData {
  readonly accountId: string;
  readonly clientOrderId: string;
  /** Gap-free per order. */
  readonly sequence: number;
  readonly at: UnixMs;
  /** Status after this change. */
  readonly status: OrderStatus;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The order after the write that held this change, in its public shape. */
  readonly order: Readonly<Record<string, unknown>>;
}

/** An event as whoever hands it on needs to know it; what else it says goes on as it is. */
export interface HandedEvent {
  readonly id: string;
  readonly orderId: string;
  readonly type: string;
  readonly schemaVersion: 1;
  readonly data: { readonly sequence: number; readonly at: UnixMs };
}

/** Gives what is published of an event: the same on the event bus and in result webhooks. */
export function publishedForm({ data, id, orderId, schemaVersion }: HandedEvent) {
  return { ...data, id, orderId, schemaVersion };
}
