import { compareDecimals, type DecimalString } from './decimal.ts';
import type { ExecutionExceeded } from './events.ts';
import type { Evidence } from './execution-report.ts';
import type { Order } from './order.ts';
import type { UnixMs } from './time.ts';

/** Reason of an order of which the exchange states more than was ordered. */
export const MORE_THAN_ORDERED = 'EXECUTED_MORE_THAN_ORDERED';

/** What an order has executed, as the exchange states it or as its trades add up. */
export interface StatedExecution {
  /** Base units, cumulative. */
  readonly executedQuantity: DecimalString;
  readonly evidence: Evidence;
}

/**
 * Says whether the exchange executed more than was ordered; an order by amount has no bound.
 *
 * @param executedQuantity - base units, cumulative
 */
export function passesOrdered({ terms }: Order, executedQuantity: DecimalString): boolean {
  return terms.quantity !== undefined && compareDecimals(executedQuantity, terms.quantity) > 0;
}

/**
 * Decides what a stated execution beyond the order means where its status stays: a person has to
 * hear of it. Said once; further trades are recorded without saying it again.
 *
 * @returns `[]` within what was ordered, and when the order says so already
 */
export function exceededExecution(
  order: Order,
  { executedQuantity, evidence }: StatedExecution,
  now: UnixMs,
): readonly ExecutionExceeded[] {
  if (order.reason === MORE_THAN_ORDERED || !passesOrdered(order, executedQuantity)) return [];
  return [{ type: 'ExecutionExceeded', at: now, executedQuantity, evidence }];
}
