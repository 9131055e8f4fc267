import type { QueueMessage, QueueSource } from '../../../local/mappings/queue-source.ts';

export type MemoryQueue = QueueSource & {
  add(...messages: QueueMessage[]): void;
  failNextReceive(error: Error): void;
  readonly deleted: readonly string[];
  /** The most messages each receive asked for. */
  readonly asked: readonly number[];
};

/** A queue without groups and visibility: it hands out what it holds, once. */
export function memoryQueue(): MemoryQueue {
  const held: QueueMessage[] = [];
  const deleted: string[] = [];
  const asked: number[] = [];
  let wake = () => {};
  let failure: Error | undefined;
  return {
    deleted,
    asked,
    add(...messages) {
      held.push(...messages);
      wake();
    },
    failNextReceive(error) {
      failure = error;
    },
    async receive(_queueName, { messagesMax }, signal) {
      asked.push(messagesMax);
      const error = failure;
      failure = undefined;
      if (error !== undefined) throw error;
      if (held.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      }
      return held.splice(0, messagesMax);
    },
    deleteMessage(_queueName, receiptHandle) {
      deleted.push(receiptHandle);
    },
  };
}

export function message(id: string, extra: Partial<QueueMessage> = {}): QueueMessage {
  return {
    messageId: id,
    receiptHandle: `handle-${id}`,
    body: `{"id":"${id}"}`,
    attributes: {},
    groupId: 'desk-1#0',
    deduplicationId: `d-${id}`,
    sequenceNumber: '18849496460467696128',
    sentAt: 1_700_000_000_000,
    receiveCount: 1,
    firstReceivedAt: 1_700_000_000_500,
    ...extra,
  };
}
