import type { OrderEvent } from '../domain/events.ts';
import type { ExternalOrder } from '../domain/external-order.ts';
import type { Order, OrderKey, OrderStatus } from '../domain/order.ts';
import type { UnixMs } from '../domain/time.ts';
import type { Account, Producer } from './account.ts';
import type { AccountShare } from './account-share.ts';
import type { IntegrationEvent } from './integration-event.ts';

/** What a write did: it is stored, or somebody else's newer state stands. */
export type Appended =
  | { readonly kind: 'stored'; readonly order: Order }
  | { readonly kind: 'conflict'; readonly order: Order };

/** Says when an order next needs attention; undefined when it needs none. */
export type DueAt = UnixMs | undefined;

/** An order that needs attention, as the index knows it (it may lag behind the order). */
export interface DueOrder extends OrderKey {
  readonly dueAt: UnixMs;
}

/** Which due orders are listed; all without it. */
export interface DueFilter {
  /** Only those of the accounts of a share. */
  readonly share?: AccountShare;
  /**
   * Looks also where orders were listed before the store was last set up differently. Once a
   * minute is enough: whoever looks at such an order brings it to its place.
   */
  readonly isThorough?: boolean;
}

/** One page of an account's orders, newest first. */
export interface OrderPage {
  readonly orders: readonly Order[];
  /** Opaque; absent on the last page. */
  readonly cursor?: string;
}

/** What a page of orders is asked by. */
export interface OrderFilter {
  readonly accountId: string;
  readonly status?: OrderStatus;
  readonly limit: number;
  readonly cursor?: string;
}

/**
 * The durable record of orders. Every method throws when the store cannot be reached or refuses
 * for load; then nothing is known to be written.
 */
export interface OrderStore {
  /** Reads one order, strongly consistent. */
  get(key: OrderKey): Promise<Order | undefined>;
  /**
   * Stores a new order as `evolve` makes it from `OrderReceived`.
   *
   * @returns `conflict` with the stored order when the key is taken, also by an earlier call of
   *   the same caller
   */
  create(received: OrderEvent & { type: 'OrderReceived' }, dueAt: DueAt): Promise<Appended>;
  /**
   * Appends changes to an order, all or none, if `order.version` is still the stored version.
   *
   * After an ambiguous answer it reads again: when the stored changes are exactly these, they are
   * this call's own and the answer is `stored`.
   *
   * @param events - at least one
   * @throws InvariantError when the order does not exist or the events break the state machine
   */
  append(order: Order, events: readonly OrderEvent[], dueAt: DueAt): Promise<Appended>;
  /**
   * Moves the time of the next look, or ends the looks, which is no change of the order. Does
   * nothing when the order has changed since.
   */
  postpone(order: Order, dueAt: DueAt): Promise<void>;
  /** Orders due at or before `now`, oldest first, at most `limit`. May lag by a few seconds. */
  listDue(now: UnixMs, limit: number, filter?: DueFilter): Promise<readonly DueOrder[]>;
  /** As `listDue`, of one account, however many orders of others are due. */
  listDueOf(accountId: string, now: UnixMs, limit: number): Promise<readonly DueOrder[]>;
  /** @throws RangeError when the cursor is not one that this store gave for this account */
  list(filter: OrderFilter): Promise<OrderPage>;
}

/** A message for the orders queue. */
export interface OrderMessage {
  /** The request as the caller gave it, with its client order id. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly messageGroupId: string;
  readonly deduplicationId: string;
}

/** The orders queue and its dead-letter queue. Methods throw when the queue cannot be reached. */
export interface OrderQueue {
  enqueue(message: OrderMessage): Promise<void>;
  /** Puts a message that can never be handled aside, where a person finds it. */
  putAside(message: {
    readonly body: string;
    readonly messageGroupId: string;
    readonly messageId: string;
    readonly reason: string;
  }): Promise<void>;
  /** Hides received messages until about `visibleInMs` from now (0 to 12 hours). */
  postpone(receiptHandles: readonly string[], visibleInMs: number): Promise<void>;
}

/** Accounts with their keys. */
export interface Accounts {
  /**
   * @param options.fresh - passes by the cache, after the exchange refused a key
   * @returns undefined when no such account is configured
   * @throws ConfigurationError when it is configured wrongly; the message names the field
   */
  get(accountId: string, options?: { readonly fresh: boolean }): Promise<Account | undefined>;
}

/** Producers of signed webhooks. */
export interface Producers {
  /** As `Accounts.get`. */
  get(producerId: string): Promise<Producer | undefined>;
}

/** Whether an account takes new orders. */
export interface Halt {
  readonly halted: boolean;
  readonly reason?: string;
  readonly changedAt?: UnixMs;
}

/** The kill switch of each account; strongly consistent, durable. */
export interface Halts {
  get(accountId: string): Promise<Halt>;
  set(accountId: string, halt: Halt): Promise<void>;
}

/** Orders at the exchange that our records do not know, per account; durable and bounded. */
export interface ExternalOrders {
  /** Orphans first, then newest first. */
  list(accountId: string): Promise<readonly ExternalOrder[]>;
  /** @returns those that were not recorded before */
  record(accountId: string, seen: readonly ExternalOrder[]): Promise<readonly ExternalOrder[]>;
}

/** Where integration events go. */
export interface EventPublisher {
  /**
   * Publishes events in their order, at most 10 at a time.
   *
   * @returns how many of the first events are surely published; the rest has to be tried again
   */
  publish(events: readonly IntegrationEvent[]): Promise<number>;
}

/** Checks that a webhook is what a producer signed. */
export interface WebhookVerifier {
  /**
   * @param body - the raw text as received
   * @returns the reason of a refusal in words for the caller; never a signature or a secret
   */
  verify(input: {
    readonly producer: Producer;
    readonly body: string;
    readonly id: string;
    readonly timestamp: string;
    readonly signature: string;
    readonly now: UnixMs;
  }): { readonly kind: 'verified' } | { readonly kind: 'refused'; readonly reason: string };
}

/** Time as an argument. */
export interface Clock {
  now(): UnixMs;
  /** Milliseconds from an arbitrary start that never jump. */
  monotonicMs(): number;
  sleep(ms: number): Promise<void>;
}

/** Chance as an argument. */
export interface Ids {
  attemptId(): string;
}

/** Numbers for alarms and dashboards, named in `metrics.ts`. */
export interface Metrics {
  count(name: string, value?: number, dimensions?: Readonly<Record<string, string>>): void;
  /** A duration or an age. */
  duration(name: string, ms: number, dimensions?: Readonly<Record<string, string>>): void;
}

/** Lines for people. Fields hold ids, codes and counts; never bodies, keys or signatures. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
