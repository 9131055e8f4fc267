import type { Core } from './core.ts';
import { deadLetterQueueFor, moveToDeadLetterQueue } from './dead-letter.ts';
import { expire } from './expire.ts';
import { RECEIVE_MESSAGES_MAX } from './limits.ts';
import type { MessageAttributes } from './message-attributes.ts';
import { nextOfGroup, refreshGroup, type StoredMessage } from './messages.ts';
import type { Queue } from './queues.ts';
import { type Attempt, rememberAttempt, repeatAttempt } from './receive-attempt.ts';
import { integer, text } from './row.ts';
import { sequenceNumber } from './sequence-number.ts';

export type ReceiveRequest = {
  /** 1 to 10, default 1. */
  messagesMax?: number | undefined;
  /** Default: the queue's own. */
  visibilityTimeoutMs?: number | undefined;
  /** How long to wait for a message; default: the queue's own. */
  waitMs?: number | undefined;
  /**
   * Makes the receive repeatable for five minutes, while its messages are in flight and untouched.
   */
  attemptId?: string | undefined;
};

export type ReceivedMessage = {
  messageId: string;
  receiptHandle: string;
  body: string;
  attributes: MessageAttributes;
  groupId: string;
  deduplicationId: string;
  sequenceNumber: string;
  sentAt: number;
  receiveCount: number;
  firstReceivedAt: number;
  traceHeader?: string;
  deadLetterSourceArn?: string;
};

type Take = Omit<Attempt, 'id'> & { attemptId: string | undefined };

/**
 * Takes messages that may be delivered now: of groups with nothing in flight, the longest waiting
 * group first, as many of one group as there are before the next group, each group in its order.
 */
export function receiveNow(core: Core, queue: Queue, request: ReceiveRequest): ReceivedMessage[] {
  const now = core.clock.now();
  const timeoutMs = request.visibilityTimeoutMs ?? queue.settings.visibilityTimeoutMs;
  const take: Take = {
    queue,
    now,
    deadline: timeoutMs === 0 ? null : now + timeoutMs,
    attemptId: request.attemptId,
  };
  return core.store.transaction(() => {
    expire(core, queue, now);
    const { attemptId } = take;
    const repeated =
      attemptId === undefined ? undefined : repeatAttempt(core, { ...take, id: attemptId });
    const messages = repeated ?? takeMessages(core, take, room(core, queue, request));
    return messages.map((message) => receivedOf(core, message));
  });
}

/** At the in-flight limit a FIFO queue answers with nothing, not with an error. */
function room(core: Core, queue: Queue, request: ReceiveRequest): number {
  const count = core.store.get(
    'SELECT count(*) AS count FROM message WHERE queue_id = ? AND invisible_until IS NOT NULL',
    queue.id,
  );
  const inFlight = count === undefined ? 0 : integer(count, 'count');
  const messagesMax = Math.min(request.messagesMax ?? 1, RECEIVE_MESSAGES_MAX);
  return Math.min(messagesMax, core.inFlightMax - inFlight);
}

function takeMessages(core: Core, take: Take, messagesMax: number): StoredMessage[] {
  const taken: StoredMessage[] = [];
  let head = 0;
  while (taken.length < messagesMax) {
    const free = core.store.get(
      `SELECT g.group_id, g.head FROM message_group g JOIN message m ON m.sequence = g.head
       WHERE g.queue_id = ? AND g.locked = 0 AND g.head > ?
         AND (m.receive_count > 0 OR m.sent_at <= ?)
       ORDER BY g.head LIMIT 1`,
      ...[take.queue.id, head, take.now - take.queue.settings.delayMs],
    );
    if (free === undefined) break;
    // The heads are walked upwards, each group once: with a visibility timeout of 0 it would stay
    // free.
    head = integer(free, 'head');
    const groupId = text(free, 'group_id');
    if (taken.some((message) => message.groupId === groupId)) continue;
    taken.push(...takeOfGroup(core, take, { groupId, messagesMax: messagesMax - taken.length }));
  }
  if (taken.length > 0 && take.attemptId !== undefined && take.deadline !== null) {
    rememberAttempt(core, { ...take, id: take.attemptId });
  }
  return taken;
}

function takeOfGroup(
  core: Core,
  take: Take,
  group: { groupId: string; messagesMax: number },
): StoredMessage[] {
  const { queue, now } = take;
  const taken: StoredMessage[] = [];
  let after = 0;
  while (taken.length < group.messagesMax) {
    const message = nextOfGroup(core.store, { queueId: queue.id, groupId: group.groupId, after });
    if (message === undefined || isDelayed(queue, message, now)) break;
    after = message.sequence;
    const deadLetterQueue = deadLetterQueueFor(core, queue, message);
    if (deadLetterQueue !== undefined) {
      moveToDeadLetterQueue(core, message, { from: queue, to: deadLetterQueue, now });
    } else {
      taken.push(takeOne(core, take, message));
    }
  }
  refreshGroup(core.store, queue.id, group.groupId);
  return taken;
}

function isDelayed(queue: Queue, message: StoredMessage, now: number): boolean {
  return message.receiveCount === 0 && message.sentAt > now - queue.settings.delayMs;
}

function takeOne(core: Core, take: Take, message: StoredMessage): StoredMessage {
  const { now, deadline } = take;
  const attemptId = deadline === null ? null : (take.attemptId ?? null);
  const receiveCount = message.receiveCount + 1;
  const firstReceivedAt = message.firstReceivedAt ?? now;
  core.store.run(
    `UPDATE message SET receive_count = ?, first_received_at = ?, last_received_at = ?,
       invisible_until = ?, attempt_id = ? WHERE sequence = ?`,
    ...[receiveCount, firstReceivedAt, now, deadline, attemptId, message.sequence],
  );
  return { ...message, receiveCount, firstReceivedAt };
}

function receivedOf(core: Core, message: StoredMessage): ReceivedMessage {
  const { sequence, queueId, receiveCount, traceHeader, deadLetterSource } = message;
  return {
    messageId: message.messageId,
    receiptHandle: core.handles.write({ queueId, sequence, receiveCount }),
    body: message.body,
    attributes: message.attributes,
    groupId: message.groupId,
    deduplicationId: message.deduplicationId,
    sequenceNumber: sequenceNumber(sequence),
    sentAt: message.sentAt,
    receiveCount,
    firstReceivedAt: message.firstReceivedAt ?? message.sentAt,
    ...(traceHeader !== null && { traceHeader }),
    ...(deadLetterSource !== null && { deadLetterSourceArn: deadLetterSource }),
  };
}
