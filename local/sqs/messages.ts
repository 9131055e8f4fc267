import * as z from 'zod/mini';
import type { MessageAttributes } from './message-attributes.ts';
import { integer, integerOrNull, type Row, text, textOrNull } from './row.ts';
import type { Store } from './store.ts';

/** One message as it is kept. */
export type StoredMessage = {
  sequence: number;
  queueId: number;
  groupId: string;
  messageId: string;
  deduplicationId: string;
  body: string;
  attributes: MessageAttributes;
  traceHeader: string | null;
  sentAt: number;
  receiveCount: number;
  firstReceivedAt: number | null;
  lastReceivedAt: number | null;
  /** Its visibility deadline while it is in flight, else null. */
  invisibleUntil: number | null;
  attemptId: string | null;
  deadLetterSource: string | null;
};

export type NewMessage = Omit<
  StoredMessage,
  'sequence' | 'lastReceivedAt' | 'invisibleUntil' | 'attemptId'
>;

const storedAttributes = z.record(
  z.string(),
  z.object({
    DataType: z.string(),
    StringValue: z.exactOptional(z.string()),
    BinaryValue: z.exactOptional(z.string()),
  }),
);

/** Appends a message to its group and answers its sequence, which only ever grows. */
export function insertMessage(store: Store, message: NewMessage): number {
  const sequence = store.insert(
    `INSERT INTO message (queue_id, group_id, message_id, deduplication_id, body, attributes,
       trace_header, sent_at, receive_count, first_received_at, dead_letter_source)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[message.queueId, message.groupId, message.messageId, message.deduplicationId],
    ...[message.body, JSON.stringify(message.attributes), message.traceHeader, message.sentAt],
    ...[message.receiveCount, message.firstReceivedAt, message.deadLetterSource],
  );
  store.run(
    `INSERT INTO message_group (queue_id, group_id, head, locked) VALUES (?, ?, ?, 0)
     ON CONFLICT DO NOTHING`,
    ...[message.queueId, message.groupId, sequence],
  );
  return sequence;
}

/** Reads the next message of a group behind a sequence. */
export function nextOfGroup(
  store: Store,
  group: { queueId: number; groupId: string; after: number },
): StoredMessage | undefined {
  const row = store.get(
    `SELECT * FROM message WHERE queue_id = ? AND group_id = ? AND sequence > ?
     ORDER BY sequence LIMIT 1`,
    ...[group.queueId, group.groupId, group.after],
  );
  return row && messageOf(row);
}

export function messageBySequence(store: Store, sequence: number): StoredMessage | undefined {
  const row = store.get('SELECT * FROM message WHERE sequence = ?', sequence);
  return row && messageOf(row);
}

/** Takes a message out; its group must be refreshed afterwards. */
export function removeMessage(store: Store, message: StoredMessage): void {
  store.run('DELETE FROM message WHERE sequence = ?', message.sequence);
  forgetAttempt(store, message);
}

/** Sets or ends the time in flight of a message; its group must be refreshed afterwards. */
export function setDeadline(store: Store, sequence: number, invisibleUntil: number | null): void {
  store.run(
    'UPDATE message SET invisible_until = ? WHERE sequence = ?',
    ...[invisibleUntil, sequence],
  );
}

/**
 * Ends the repeatability of the receive attempt that took a message: the service allows it for
 * untouched ones only.
 */
export function forgetAttempt(
  store: Store,
  message: { queueId: number; attemptId: string | null },
): void {
  if (message.attemptId === null) return;
  const attempt = [message.queueId, message.attemptId];
  store.run('DELETE FROM receive_attempt WHERE queue_id = ? AND attempt_id = ?', ...attempt);
}

/** Writes anew what is known of a group: its oldest message and whether any of it is in flight. */
export function refreshGroup(store: Store, queueId: number, groupId: string): void {
  const head = store.get(
    'SELECT min(sequence) AS head FROM message WHERE queue_id = ? AND group_id = ?',
    ...[queueId, groupId],
  )?.head;
  if (typeof head !== 'number') {
    store.run('DELETE FROM message_group WHERE queue_id = ? AND group_id = ?', queueId, groupId);
    return;
  }
  store.run(
    `UPDATE message_group SET head = ?1, locked = EXISTS (
       SELECT 1 FROM message WHERE queue_id = ?2 AND group_id = ?3 AND invisible_until IS NOT NULL)
     WHERE queue_id = ?2 AND group_id = ?3`,
    ...[head, queueId, groupId],
  );
}

export function messageOf(row: Row): StoredMessage {
  return {
    sequence: integer(row, 'sequence'),
    queueId: integer(row, 'queue_id'),
    groupId: text(row, 'group_id'),
    messageId: text(row, 'message_id'),
    deduplicationId: text(row, 'deduplication_id'),
    body: text(row, 'body'),
    attributes: storedAttributes.parse(JSON.parse(text(row, 'attributes'))),
    traceHeader: textOrNull(row, 'trace_header'),
    sentAt: integer(row, 'sent_at'),
    receiveCount: integer(row, 'receive_count'),
    firstReceivedAt: integerOrNull(row, 'first_received_at'),
    lastReceivedAt: integerOrNull(row, 'last_received_at'),
    invisibleUntil: integerOrNull(row, 'invisible_until'),
    attemptId: textOrNull(row, 'attempt_id'),
    deadLetterSource: textOrNull(row, 'dead_letter_source'),
  };
}
