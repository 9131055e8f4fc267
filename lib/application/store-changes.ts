import { withDueCancel } from '../domain/cancel.ts';
import type { OrderEvent } from '../domain/events.ts';
import { evolveAll } from '../domain/evolve.ts';
import type { Order } from '../domain/order.ts';
import { type ReviewRules, reviewAt } from '../domain/review-schedule.ts';
import type { UnixMs } from '../domain/time.ts';
import { METRICS } from './metrics.ts';
import type { Appended, Metrics, OrderStore } from './ports.ts';

/** What storing a change of an order needs. */
export interface ChangeDependencies {
  readonly orders: OrderStore;
  readonly metrics: Metrics;
  readonly rules: ReviewRules;
}

/** How often a change is decided afresh when others keep changing the order meanwhile. */
const DECISIONS_MAX = 5;

const METRIC_OF_EVENT: Partial<Record<OrderEvent['type'], string>> = {
  OrderDenied: METRICS.orderDenied,
  OrderExpired: METRICS.orderExpired,
  OrderRejected: METRICS.orderRejected,
  ExecutionReported: METRICS.orderReported,
  OrderDoubted: METRICS.orderInDoubt,
  AbsenceProven: METRICS.orderNeverPlaced,
  OrderResurrected: METRICS.orderResurrected,
  OrderHeld: METRICS.orderHeld,
  ExecutionExceeded: METRICS.executionExceeded,
  OrderCanceled: METRICS.orderCanceled,
  CancelRequested: METRICS.cancelRequested,
};

/**
 * Appends changes, schedules the next look at what the order then is, and counts them. An order that
 * they leave unsent though it is wanted canceled ends with the same write.
 */
export async function storeChanges(
  dependencies: ChangeDependencies,
  order: Order,
  change: { readonly events: readonly OrderEvent[]; readonly now: UnixMs },
): Promise<Appended> {
  const { orders, metrics, rules } = dependencies;
  const events = withDueCancel(change.events, evolveAll(order, change.events), change.now);
  const next = evolveAll(order, events);
  const answer = await orders.append(order, events, reviewAt(next, change.now, rules));
  if (answer.kind === 'stored') {
    for (const event of events) {
      const metric = METRIC_OF_EVENT[event.type];
      if (metric !== undefined) metrics.count(metric);
    }
  }
  return answer;
}

/**
 * Decides and stores until the decision meets the state it was made for.
 *
 * @param decide - asked again with the newer order whenever somebody else was faster
 * @returns the order as it stands afterwards
 * @throws Error when the order kept changing; nothing of this decision is stored then
 */
export async function decideAndStore(
  dependencies: ChangeDependencies,
  order: Order,
  change: { readonly decide: (order: Order) => readonly OrderEvent[]; readonly now: UnixMs },
): Promise<Order> {
  let current = order;
  for (let decision = 0; decision < DECISIONS_MAX; decision += 1) {
    const events = change.decide(current);
    if (events.length === 0) return current;
    const answer = await storeChanges(dependencies, current, { events, now: change.now });
    current = answer.order;
    if (answer.kind === 'stored') return current;
  }
  throw new Error(`order ${order.clientOrderId} kept changing while it was decided about`);
}
