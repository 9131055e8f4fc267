/** A message as a consumer gets it. */
export interface FedMessage {
  readonly messageId: string;
  readonly messageGroupId: string;
  readonly body: string;
  readonly enqueuedAt: number;
}

/** Messages of one group; nothing else of the group is given out until it is settled. */
export interface FedBatch {
  readonly messageGroupId: string;
  readonly messages: readonly FedMessage[];
}

/** What became of a batch. */
export interface Settlement {
  /** Message ids to deliver again. */
  readonly returned: readonly string[];
  /** Returned ones are hidden for so long; without it for the queue's visibility timeout. */
  readonly visibleInMs?: number | undefined;
}

/** A FIFO queue with the rules that matter here: one batch of a group at a time, oldest first. */
export interface Feed {
  enqueue(message: FedMessage): void;
  /** The batch of the group that has waited longest, if any may be given out. */
  take(now: number): FedBatch | undefined;
  settle(batch: FedBatch, settlement: Settlement, now: number): void;
  /** When a hidden group shows again, if that is what everything waits for. */
  nextVisibleAt(): number | undefined;
  waiting(): number;
  /** The most often that one message was given out. */
  receivesMax(): number;
}

/** Messages per invocation: what the event source mapping is set to. */
const BATCH_MAX = 10;
/** How long the queue hides what its consumer did not settle. */
const VISIBILITY_TIMEOUT_MS = 30_000;

interface Group {
  messages: readonly FedMessage[];
  isTaken: boolean;
  visibleAt: number;
}

/** Makes an empty queue. */
export function createFeed(): Feed {
  const groups = new Map<string, Group>();
  const receives = new Map<string, number>();
  const groupOf = (id: string): Group => {
    const group = groups.get(id) ?? { messages: [], isTaken: false, visibleAt: 0 };
    groups.set(id, group);
    return group;
  };
  const hasWork = ({ messages, isTaken }: Group) => messages.length > 0 && !isTaken;

  return {
    enqueue(message) {
      const group = groupOf(message.messageGroupId);
      group.messages = [...group.messages, message];
    },
    take(now) {
      const ready = [...groups].filter(([, group]) => hasWork(group) && group.visibleAt <= now);
      const [first] = ready.sort(([, left], [, right]) => headOf(left) - headOf(right));
      if (first === undefined) return undefined;
      const [messageGroupId, group] = first;
      group.isTaken = true;
      const messages = group.messages.slice(0, BATCH_MAX);
      for (const { messageId } of messages) {
        receives.set(messageId, (receives.get(messageId) ?? 0) + 1);
      }
      return { messageGroupId, messages };
    },
    settle({ messageGroupId, messages }, { returned, visibleInMs = VISIBILITY_TIMEOUT_MS }, now) {
      const group = groupOf(messageGroupId);
      const gone = new Set(messages.map(({ messageId }) => messageId));
      for (const messageId of returned) gone.delete(messageId);
      group.messages = group.messages.filter(({ messageId }) => !gone.has(messageId));
      group.isTaken = false;
      if (returned.length > 0) group.visibleAt = now + visibleInMs;
    },
    nextVisibleAt() {
      const times = [...groups.values()].filter(hasWork).map(({ visibleAt }) => visibleAt);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    waiting: () => [...groups.values()].reduce((sum, { messages }) => sum + messages.length, 0),
    receivesMax: () => Math.max(0, ...receives.values()),
  };
}

function headOf({ messages }: Group): number {
  return messages[0]?.enqueuedAt ?? Number.POSITIVE_INFINITY;
}
