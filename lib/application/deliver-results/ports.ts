import type { UnixMs } from '../../domain/time.ts';
import type { Results } from '../account.ts';
import type { HandedEvent } from '../integration-event.ts';

/** An order whose results wait, because its receiver did not take one. */
export interface WaitingLine {
  readonly orderId: string;
  readonly producerId: string;
  /** Attempts at its first result that failed. */
  readonly attempts: number;
  /** When the first of them failed. */
  readonly since: UnixMs;
  readonly dueAt: UnixMs;
}

/**
 * The durable waiting room of results, one line per order. Strongly consistent but for `listDue`.
 * Every method throws when the store cannot be reached.
 */
export interface WaitingResults {
  get(orderId: string): Promise<WaitingLine | undefined>;
  /** Says how a line stands, and begins it where there is none. */
  set(line: WaitingLine): Promise<void>;
  /** Moves the time of a line if it is still due at `line.dueAt`. @returns whether it was */
  claim(line: WaitingLine, dueAt: UnixMs): Promise<boolean>;
  /** Ends a line; its events have to be gone. */
  end(orderId: string): Promise<void>;
  /** Puts events in; one that is in already stays there once. */
  add(events: readonly HandedEvent[]): Promise<void>;
  /** Takes one event out. Nothing happens when it is not there. */
  remove(event: HandedEvent): Promise<void>;
  /** The waiting events of an order by sequence, at most `limit`. */
  events(orderId: string, limit: number): Promise<readonly HandedEvent[]>;
  /** Lines due at or before `now`, oldest first. May lag by a few seconds. */
  listDue(now: UnixMs, limit: number): Promise<readonly WaitingLine[]>;
  /** The address of a producer's receiver that wants nothing any more (410). */
  goneUrl(producerId: string): Promise<string | undefined>;
  setGone(producerId: string, url: string | undefined): Promise<void>;
}

/** What came of one attempt to deliver a result. */
export type Delivered =
  /** The receiver said 2xx. */
  | { readonly kind: 'delivered' }
  /** The receiver said 410: it wants nothing any more. */
  | { readonly kind: 'gone' }
  /** Anything else; it may have taken it all the same. */
  | { readonly kind: 'failed'; readonly why: string };

/** The other end of result webhooks. Never throws for what a receiver does. */
export interface ResultReceiver {
  /**
   * Signs and posts one result, once, within a short time.
   *
   * @param webhook.id - the same for every attempt
   */
  post(
    webhook: { readonly id: string; readonly body: string; readonly now: UnixMs },
    to: Results,
  ): Promise<Delivered>;
}
