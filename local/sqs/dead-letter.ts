import type { Core } from './core.ts';
import { insertMessage, removeMessage, type StoredMessage } from './messages.ts';
import type { Queue } from './queues.ts';

/**
 * Tells which queue takes a message now instead of its consumer; undefined while it may still be
 * received.
 */
export function deadLetterQueueFor(
  core: Core,
  queue: Queue,
  message: StoredMessage,
): Queue | undefined {
  const policy = queue.settings.redrivePolicy;
  if (policy === undefined || message.receiveCount < policy.maxReceiveCount) return undefined;
  // A dead-letter queue that was deleted since takes nothing: the message stays where it is safe.
  return core.queues.findByArn(policy.deadLetterTargetArn);
}

/**
 * Moves a message to a dead-letter queue; the group it leaves must be refreshed afterwards.
 *
 * As the service documents: it keeps message id, group and receive count, starts a new retention,
 * and its deduplication id becomes its message id, so that two messages which shared one are both
 * kept. It gets a new sequence, because a group's sequence never falls.
 */
export function moveToDeadLetterQueue(
  core: Core,
  message: StoredMessage,
  move: { from: Queue; to: Queue; now: number },
): void {
  removeMessage(core.store, message);
  insertMessage(core.store, {
    ...message,
    queueId: move.to.id,
    deduplicationId: message.messageId,
    sentAt: move.now,
    deadLetterSource: move.from.arn,
  });
  core.wake(move.to);
}
