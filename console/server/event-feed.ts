import type { ConsoleEvent } from '../model/events.ts';
import type { NextEvents } from './watch-bus.ts';

/** What a page is told: events, or that they cannot be seen right now. */
export type FeedMessage =
  | { readonly kind: 'events'; readonly events: readonly ConsoleEvent[] }
  | { readonly kind: 'away'; readonly detail: string };

/** Hands events to the pages that are open; asks for them only while one is. */
export interface EventFeed {
  /**
   * Adds a listener.
   *
   * @returns what ends it; undefined when there are too many
   */
  join(listener: (message: FeedMessage) => void): (() => void) | undefined;
  close(): void;
}

/** Pages of one person on one machine; each holds a connection. */
const LISTENERS_MAX = 20;
/** Handed to a page that opens while others are open. */
const KEPT_MAX = 50;

/** Asks for events at a pace, one question at a time. */
export function createEventFeed(next: NextEvents, paceMs: number): EventFeed {
  const listeners = new Set<(message: FeedMessage) => void>();
  let kept: readonly ConsoleEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isAsking = false;

  const tell = (message: FeedMessage) => {
    for (const listener of listeners) listener(message);
  };
  const ask = async () => {
    isAsking = true;
    try {
      const events = await next();
      kept = [...kept, ...events].slice(-KEPT_MAX);
      // An empty message tells that the feed is alive again.
      tell({ kind: 'events', events });
    } catch (error) {
      tell({ kind: 'away', detail: error instanceof Error ? error.message : 'unknown' });
    }
    isAsking = false;
    timer = listeners.size > 0 ? setTimeout(() => void ask(), paceMs) : undefined;
  };

  return {
    join(listener) {
      if (listeners.size >= LISTENERS_MAX) return undefined;
      listeners.add(listener);
      if (kept.length > 0) listener({ kind: 'events', events: kept });
      if (timer === undefined && !isAsking) void ask();
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearTimeout(timer);
        timer = undefined;
      };
    },
    close() {
      listeners.clear();
      clearTimeout(timer);
      timer = undefined;
    },
  };
}
