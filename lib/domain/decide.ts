import { isCancelPending } from './cancel.ts';
import type { Denial } from './check-instrument.ts';
import type { OrderEvent } from './events.ts';
import { ATTEMPTS_MAX, countedAttempts } from './evolve.ts';
import { unreachable } from './invariant.ts';
import type { Order } from './order.ts';
import { abandonAttempt } from './submit-outcome.ts';
import type { UnixMs } from './time.ts';

/** Handling failures of our own before an order is set aside for a person. */
export const PREPARATION_FAILURES_MAX = 5;

/** What a consumer of the queue does with an order that it was handed. */
export type Handling =
  /** Nothing is left to do: acknowledge the message. */
  | { readonly kind: 'acknowledge' }
  /** Another consumer may be sending it: look again at this time. */
  | { readonly kind: 'wait'; readonly until: UnixMs }
  /** Store these events, then acknowledge. */
  | { readonly kind: 'conclude'; readonly events: readonly OrderEvent[] }
  /** It may be sent. */
  | { readonly kind: 'send' };

/** What is known when an order is about to be sent. */
export interface SendingContext {
  readonly now: UnixMs;
  /** A pending attempt younger than this may still have its sender. */
  readonly attemptMaxMs: number;
  readonly halted: boolean;
  /** What the instrument's rules say, when they were asked. */
  readonly denial?: Denial;
}

/**
 * Decides what to do with an order from the queue, first or again.
 *
 * An order that is being sent, was sent or is in doubt is never sent: only `RECEIVED` is.
 */
export function decideHandling(order: Order, context: SendingContext): Handling {
  switch (order.status) {
    case 'RECEIVED':
      return decideReceived(order, context);
    case 'SENDING':
      return decideSending(order, context);
    case 'IN_DOUBT':
    case 'NEW':
    case 'PARTIALLY_FILLED':
    case 'FILLED':
    case 'CANCELED':
    case 'PARTIALLY_CANCELED':
    case 'REJECTED':
    case 'DENIED':
    case 'EXPIRED':
    case 'NEVER_PLACED':
    case 'HELD':
      return { kind: 'acknowledge' };
    default:
      return unreachable(order.status);
  }
}

/** Decides what becomes of an order that could not be handled for a reason of our own. */
export function decidePreparationFailure(
  order: Order,
  message: string,
  now: UnixMs,
): readonly OrderEvent[] {
  if (order.status !== 'RECEIVED') return [];
  const failed: OrderEvent = { type: 'PreparationFailed', at: now, message };
  if (order.preparationFailures + 1 < PREPARATION_FAILURES_MAX) return [failed];
  return [failed, { type: 'OrderHeld', at: now, reason: 'CANNOT_BE_HANDLED' }];
}

function decideReceived(order: Order, context: SendingContext): Handling {
  const { now } = context;
  const conclude = (event: OrderEvent): Handling => ({ kind: 'conclude', events: [event] });
  if (isCancelPending(order)) return conclude({ type: 'OrderCanceled', at: now });
  if (now >= order.terms.validUntil) return conclude({ type: 'OrderExpired', at: now });
  if (context.halted) {
    const message = 'the account takes no new orders';
    return conclude({ type: 'OrderDenied', at: now, code: 'ACCOUNT_HALTED', message });
  }
  if (context.denial !== undefined) {
    return conclude({ type: 'OrderDenied', at: now, ...context.denial });
  }
  if (countedAttempts(order) >= ATTEMPTS_MAX) {
    return conclude({ type: 'OrderHeld', at: now, reason: 'ATTEMPTS_EXHAUSTED' });
  }
  return { kind: 'send' };
}

function decideSending(order: Order, { now, attemptMaxMs }: SendingContext): Handling {
  const latest = order.attempts.at(-1);
  const until = (latest?.startedAt ?? order.updatedAt) + attemptMaxMs;
  if (now < until) return { kind: 'wait', until };
  return { kind: 'conclude', events: abandonAttempt(order, now) };
}
