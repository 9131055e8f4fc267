import type { DelayEstimate } from '../domain/delay-estimate.ts';
import { type LiveCalls, NO_CALLS, noteFate, noteReserved } from '../domain/live-calls.ts';
import type { UnixMs } from '../domain/time.ts';
import type { SlotUse } from './rate-budget.ts';

type Of = Pick<SlotUse, 'keyId' | 'class'>;

/** What one process knows of its own calls. */
export interface CallMemory {
  /** Takes in what became of a call. */
  note(use: SlotUse): void;
  /** Takes in that slots are this process's own. */
  own(of: Of, slots: readonly UnixMs[]): void;
  /** The calls of one key and class, with what is known of the way they take. */
  of(of: Of): LiveCalls;
}

/** Keys and routes remembered by one process; far more than it ever serves. */
const REMEMBERED_MAX = 1_000;

/**
 * Makes a memory of nothing.
 *
 * The delays of a route are the same whichever key a call is made with, so that a process that has
 * learned them with one key knows them for all: only the first call of a key goes without.
 */
export function createCallMemory(): CallMemory {
  const calls = new Map<string, LiveCalls>();
  const routes = new Map<string, string>();
  const delays = new Map<string, DelayEstimate>();

  /** Only orders are stamped, so only they teach anything about delays. */
  const routeOf = (of: Of) => (of.class === 'order' ? routes.get(of.keyId) : undefined);
  const liveOf = (of: Of): LiveCalls => {
    const { fates } = calls.get(idOf(of)) ?? NO_CALLS;
    const known = delays.get(routeOf(of) ?? '');
    return known === undefined ? { fates } : { fates, delays: known };
  };

  return {
    note(use) {
      setNewest(routes, use.keyId, use.route);
      const next = noteFate(liveOf(use), use.slotAt, use.fate);
      setNewest(calls, idOf(use), { fates: next.fates });
      const route = routeOf(use);
      if (route === undefined) return;
      if (next.delays === undefined) delays.delete(route);
      else setNewest(delays, route, next.delays);
    },
    own(of, slots) {
      const { fates } = noteReserved(liveOf(of), slots);
      setNewest(calls, idOf(of), { fates });
    },
    of: liveOf,
  };
}

/** Remembers a value as the newest, and forgets the oldest when there are too many. */
function setNewest<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.delete(id);
  map.set(id, value);
  const [oldest] = map.keys();
  if (map.size > REMEMBERED_MAX && oldest !== undefined) map.delete(oldest);
}

function idOf(of: Of): string {
  return `${of.keyId}#${of.class}`;
}
