import { unreachable } from '../../domain/invariant.ts';
import type { Order } from '../../domain/order.ts';
import { isFinal } from '../../domain/order.ts';
import { decideReplacement } from '../../domain/replacement.ts';
import type { Clock, OrderQueue } from '../ports.ts';
import { type ChangeDependencies, storeChanges } from '../store-changes.ts';
import { cancelMessage } from './cancel-message.ts';

/** What replacing orders needs. */
export interface ReplaceDependencies extends ChangeDependencies {
  /** The queue of cancels. */
  readonly cancels: OrderQueue;
  readonly clock: Clock;
}

/** How far a replacement came: whether the new order may be sent now. */
export type ReplacementEnd =
  | { readonly kind: 'send' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'denied' };

/** Steps of one call; each but the last met an order that somebody else changed. */
const STEPS_MAX = 5;

/**
 * Takes a replacement as far as it goes now: claims the old order, asks for its cancel, denies the
 * new one, or says that it may be sent. Safe to call any number of times, by any number of processes.
 *
 * @throws when the store or the queue cannot be reached
 */
export async function advanceReplacement(
  dependencies: ReplaceDependencies,
  order: Order,
): Promise<ReplacementEnd> {
  const { cancels, clock, orders } = dependencies;
  const { accountId, terms } = order;
  if (terms.replaces === undefined) return { kind: 'send' };
  for (let turn = 0; turn < STEPS_MAX; turn += 1) {
    const now = clock.now();
    const replaced = await orders.get({ accountId, clientOrderId: terms.replaces });
    const step = decideReplacement(order, replaced, now);
    switch (step.kind) {
      case 'send':
      case 'wait':
        return step;
      case 'deny': {
        const { code, message } = step;
        const events = [{ type: 'OrderDenied', at: now, code, message }] as const;
        await storeChanges(dependencies, order, { events, now });
        return { kind: 'denied' };
      }
      case 'cancel': {
        if (replaced === undefined) return { kind: 'wait' };
        const { events } = step;
        const stored = await storeChanges(dependencies, replaced, { events, now });
        const isGoing = stored.kind === 'stored' && !isFinal(stored.order.status);
        if (isGoing) await cancels.enqueue(cancelMessage(stored.order, now));
        break;
      }
      default:
        return unreachable(step);
    }
  }
  return { kind: 'wait' };
}
