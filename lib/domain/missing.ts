import type { AbsenceRules } from './absence.ts';
import type { OrderEvent } from './events.ts';
import { isOpen, latestAttempt, type Order } from './order.ts';
import { SECOND_MS, type UnixMs } from './time.ts';

/** Not-founds before an order that was open counts as forgotten by the exchange. */
export const MISSED_MAX = 3;
/** Not-founds closer together than this count as one. */
export const MISSED_SPACING_MS = 10 * SECOND_MS;

/**
 * Decides what a not-found means for an order that the exchange once had: never a verdict about
 * money, only, after several in a row, a matter for a person.
 *
 * Inside the horizon of its attempt an accepted order may still be invisible to queries.
 */
export function observeMissing(
  order: Order,
  now: UnixMs,
  rules: AbsenceRules,
): readonly OrderEvent[] {
  if (!isOpen(order.status)) return [];
  const fenceAt = latestAttempt(order)?.fenceAt ?? order.createdAt;
  if (now < fenceAt + rules.horizonMs) return [];
  const last = order.missingAt.at(-1);
  if (last !== undefined && now < last + MISSED_SPACING_MS) return [];
  const missed: OrderEvent = { type: 'OrderMissed', at: now };
  if (order.missingAt.length + 1 < MISSED_MAX) return [missed];
  return [missed, { type: 'OrderHeld', at: now, reason: 'MISSING_AT_EXCHANGE' }];
}
