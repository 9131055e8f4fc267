import { unreachable } from '../../lib/domain/invariant.ts';
import type { OrderRow } from './rows.ts';

/** Why an order asks for a look, the most urgent first. */
export type Urgency = 'in-doubt' | 'held' | 'sending' | 'waiting';

/** The orders of one kind, oldest first. */
export interface UrgentGroup {
  readonly urgency: Urgency;
  readonly orders: readonly OrderRow[];
}

/** The statuses that may need a look; everything else is either open or over. */
export const WATCHED_STATUSES = ['IN_DOUBT', 'HELD', 'SENDING', 'RECEIVED'] as const;

/** Longer than the exchange may take to answer: the answer is late or lost. */
export const SENDING_OLD_MS = 6_000;
/** An order waits for a slot a second or two; longer means a closed gate or a long queue. */
export const RECEIVED_OLD_MS = 10_000;

const ORDER: readonly Urgency[] = ['in-doubt', 'held', 'sending', 'waiting'];

/**
 * Groups orders by how urgently they need a look.
 *
 * @param now - Unix ms; ages are measured from when an order took its status
 * @returns only groups with orders in them, doubt first, oldest first inside
 */
export function groupByUrgency(orders: readonly OrderRow[], now: number): readonly UrgentGroup[] {
  return ORDER.map((urgency) => ({
    urgency,
    orders: orders
      .filter((order) => urgencyOf(order, now) === urgency)
      .toSorted((one, two) => one.since - two.since),
  })).filter((group) => group.orders.length > 0);
}

/** Says why one order asks for a look; undefined when it does not. */
export function urgencyOf(
  { status, since }: Pick<OrderRow, 'status' | 'since'>,
  now: number,
): Urgency | undefined {
  switch (status) {
    case 'IN_DOUBT':
      return 'in-doubt';
    case 'HELD':
      return 'held';
    case 'SENDING':
      return now - since > SENDING_OLD_MS ? 'sending' : undefined;
    case 'RECEIVED':
      return now - since > RECEIVED_OLD_MS ? 'waiting' : undefined;
    case 'NEW':
    case 'PARTIALLY_FILLED':
    case 'FILLED':
    case 'CANCELED':
    case 'PARTIALLY_CANCELED':
    case 'REJECTED':
    case 'DENIED':
    case 'EXPIRED':
    case 'NEVER_PLACED':
      return undefined;
    default:
      return unreachable(status);
  }
}
