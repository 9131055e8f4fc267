import type { OrderEvent } from './events.ts';
import type { HistoryEntry, OrderStatus } from './order.ts';

/**
 * How many changes an order keeps with itself. Far more than one write appends, so that the
 * stream always carries every change; small enough that an item stays a few kilobytes.
 */
export const HISTORY_ENTRIES_MAX = 40;

/** Gives the public record of one change: everything but what the order itself already holds. */
export function historyEntry(
  event: OrderEvent,
  sequence: number,
  status: OrderStatus,
): HistoryEntry {
  return { sequence, type: event.type, at: event.at, status, detail: detailOf(event) };
}

/** Appends an entry and drops the oldest beyond the bound. */
export function appendHistory(
  history: readonly HistoryEntry[],
  entry: HistoryEntry,
): readonly HistoryEntry[] {
  return [...history, entry].slice(-HISTORY_ENTRIES_MAX);
}

function detailOf(event: OrderEvent): Readonly<Record<string, unknown>> {
  if (event.type === 'OrderReceived') return { origin: event.origin };
  const { type: _type, at: _at, ...detail } = event;
  return detail;
}
