import type { Clock, OrderMessage, OrderQueue } from '../../application/ports.ts';
import { HOUR_MS, MINUTE_MS, SECOND_MS, type UnixMs } from '../../domain/time.ts';

/** For how long a repeated deduplication id is dropped. */
const DEDUPLICATION_MS = 5 * MINUTE_MS;
/** How long a received message stays hidden unless told otherwise. */
const VISIBILITY_TIMEOUT_MS = 30 * SECOND_MS;
/** The longest a message can be hidden. */
const HIDDEN_MAX_MS = 12 * HOUR_MS;

/** A message as a consumer receives it. */
export interface ReceivedMessage {
  readonly messageId: string;
  readonly body: string;
  readonly messageGroupId: string;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** When its sender put it on the queue. */
  readonly enqueuedAt: UnixMs;
}

/** A message that was put aside, with its reason. */
export type AsideMessage = Parameters<OrderQueue['putAside']>[0];

/** A FIFO queue in memory with the consumer's side of it. */
export interface MemoryOrderQueue extends OrderQueue {
  /**
   * Receives the oldest visible messages. A group with a hidden message gives none, unless it is
   * hidden by this very call.
   */
  receive(limit: number): readonly ReceivedMessage[];
  /** Deletes a message; a stale handle does nothing. */
  acknowledge(receiptHandle: string): void;
  /** When the next hidden message shows again, if any is hidden. */
  nextVisibleAt(): UnixMs | undefined;
  /** Messages not deleted yet, oldest first. */
  waiting(): readonly OrderMessage[];
  readonly aside: readonly AsideMessage[];
}

interface Held {
  readonly message: OrderMessage;
  readonly messageId: string;
  readonly enqueuedAt: UnixMs;
  receiveCount: number;
  visibleAt: UnixMs;
}

/** Makes an empty queue. */
export function createMemoryOrderQueue(clock: Pick<Clock, 'now'>): MemoryOrderQueue {
  const held: Held[] = [];
  const aside: AsideMessage[] = [];
  const sentAt = new Map<string, UnixMs>();
  let sent = 0;
  const named = (handle: string) => held.find((one) => handleOf(one) === handle);
  const isHidden = (one: Held) => one.visibleAt > clock.now();

  return {
    aside,
    waiting: () => held.map(({ message }) => message),

    async enqueue(message) {
      const before = sentAt.get(message.deduplicationId);
      if (before !== undefined && clock.now() - before < DEDUPLICATION_MS) return;
      sentAt.set(message.deduplicationId, clock.now());
      sent += 1;
      held.push({
        message: structuredClone(message),
        messageId: `message-${sent}`,
        enqueuedAt: clock.now(),
        receiveCount: 0,
        visibleAt: Number.NEGATIVE_INFINITY,
      });
    },

    async putAside(message) {
      const repeated = aside.some(({ messageId }) => messageId === message.messageId);
      if (!repeated) aside.push(message);
    },

    async postpone(receiptHandles, visibleInMs) {
      const hiddenMs = Math.min(Math.max(visibleInMs, 0), HIDDEN_MAX_MS);
      for (const handle of receiptHandles) {
        const one = named(handle);
        if (one !== undefined && isHidden(one)) one.visibleAt = clock.now() + hiddenMs;
      }
    },

    receive(limit) {
      const locked = new Set(held.filter(isHidden).map(groupOf));
      const visible = held.filter((one) => !isHidden(one) && !locked.has(groupOf(one)));
      return visible.slice(0, limit).map((one) => {
        one.receiveCount += 1;
        one.visibleAt = clock.now() + VISIBILITY_TIMEOUT_MS;
        return received(one);
      });
    },

    acknowledge(receiptHandle) {
      const one = named(receiptHandle);
      if (one !== undefined) held.splice(held.indexOf(one), 1);
    },

    nextVisibleAt() {
      const hidden = held.filter(isHidden).map(({ visibleAt }) => visibleAt);
      return hidden.length === 0 ? undefined : Math.min(...hidden);
    },
  };
}

function received(one: Held): ReceivedMessage {
  return {
    messageId: one.messageId,
    body: JSON.stringify(one.message.body),
    messageGroupId: groupOf(one),
    receiptHandle: handleOf(one),
    receiveCount: one.receiveCount,
    enqueuedAt: one.enqueuedAt,
  };
}

function groupOf({ message }: Held): string {
  return message.messageGroupId;
}

/** A handle is good until the message is received again. */
function handleOf({ messageId, receiveCount }: Held): string {
  return `${messageId}/${receiveCount}`;
}
