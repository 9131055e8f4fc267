import { decideCancelRequest } from './cancel.ts';
import { isPositiveDecimal } from './decimal.ts';
import type { OrderEvent } from './events.ts';
import { isFinal, type Order } from './order.ts';
import type { UnixMs } from './time.ts';

/** Where the replacement of one order by another stands. */
export type ReplacementStep =
  /** The old order has to be claimed and its cancel asked for: store these events with it. */
  | { readonly kind: 'cancel'; readonly events: readonly OrderEvent[] }
  /** The old order is not over yet: nothing may be sent. */
  | { readonly kind: 'wait' }
  /** The old order is over without a trade, and this one alone may take its place. */
  | { readonly kind: 'send' }
  /** This order must not be sent: deny it with this code. */
  | { readonly kind: 'deny'; readonly code: string; readonly message: string };

/**
 * Decides the next step of a replacement: the old order is canceled first, and the new one is sent
 * only when the old one is over, so that at most one of the two is ever live.
 *
 * One order may take the place of another: the claim is stored with the old order, where the version
 * check lets one of several win. An old order that has traded is not replaced, because what is left
 * to trade is for the caller to say.
 *
 * @param replaced - the old order; undefined when there is none
 */
export function decideReplacement(
  order: Order,
  replaced: Order | undefined,
  now: UnixMs,
): ReplacementStep {
  const { clientOrderId } = order;
  if (replaced === undefined) {
    return deny('REPLACED_ORDER_UNKNOWN', 'there is no order to take the place of');
  }
  if (replaced.replacedBy !== undefined && replaced.replacedBy !== clientOrderId) {
    return deny('ALREADY_REPLACED', `order ${replaced.replacedBy} takes its place`);
  }
  const claim: readonly OrderEvent[] =
    replaced.replacedBy === undefined
      ? [{ type: 'ReplacementClaimed', at: now, replacedBy: clientOrderId }]
      : [];
  const isRefused = claim.length === 0 && replaced.cancel?.status === 'REFUSED';
  if (isRefused)
    return deny('REPLACED_ORDER_STAYS', 'the exchange refuses to cancel the old order');
  const events = [...claim, ...decideCancelRequest(replaced, now)];
  if (events.length > 0) return { kind: 'cancel', events };
  if (!isFinal(replaced.status)) return { kind: 'wait' };
  if (replaced.status === 'FILLED' || isPositiveDecimal(replaced.executedQuantity)) {
    return deny('REPLACED_ORDER_TRADED', 'the order to take the place of has traded');
  }
  return { kind: 'send' };
}

/** Says whether an order waits for the end of another one before it may be sent for the first time. */
export function isReplacement(order: Order): boolean {
  return order.status === 'RECEIVED' && order.terms.replaces !== undefined;
}

function deny(code: string, message: string): ReplacementStep {
  return { kind: 'deny', code, message };
}
