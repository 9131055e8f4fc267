import { createHash } from 'node:crypto';
import { type BatchOutcome, checkBatch, runBatch } from './batch.ts';
import type { Core } from './core.ts';
import { BATCH_BYTES_MAX, DEDUPLICATION_WINDOW_MS } from './limits.ts';
import {
  attributesBytes,
  attributesMd5,
  checkMessageAttributes,
  type MessageAttributes,
  md5,
} from './message-attributes.ts';
import { insertMessage } from './messages.ts';
import type { Queue } from './queues.ts';
import { integer, type Row, text } from './row.ts';
import { sequenceNumber } from './sequence-number.ts';
import { invalidParameter, missingParameter, SqsError } from './sqs-error.ts';

export type SendRequest = {
  body: string;
  groupId: string;
  deduplicationId?: string | undefined;
  attributes?: MessageAttributes | undefined;
  traceHeader?: string | undefined;
};

export type SendOutcome = {
  messageId: string;
  sequenceNumber: string;
  md5OfBody: string;
  md5OfAttributes?: string;
  md5OfSystemAttributes?: string;
};

export type SendEntry = SendRequest & { id: string };

const NAME_SHAPE = /^[\x21-\x7e]{1,128}$/;
// The characters XML 1.0 allows; also refuses half a surrogate pair.
const BODY_SHAPE = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u;

/**
 * Stores one message, or answers with the first one when its deduplication id was seen in the last
 * five minutes.
 */
export function send(core: Core, queue: Queue, request: SendRequest): SendOutcome {
  checkMessage(queue, request);
  const deduplicationId = deduplicationIdOf(queue, request);
  const stored = core.store.transaction(() => store(core, queue, { ...request, deduplicationId }));
  core.wake(queue);

  const { attributes = {}, traceHeader } = request;
  return {
    ...stored,
    md5OfBody: md5(request.body),
    ...(Object.keys(attributes).length > 0 && { md5OfAttributes: attributesMd5(attributes) }),
    ...(traceHeader !== undefined && { md5OfSystemAttributes: traceHeaderMd5(traceHeader) }),
  };
}

/**
 * Stores up to ten messages in their order; each is refused or accepted on its own, all in one
 * transaction.
 */
export function sendBatch(
  core: Core,
  queue: Queue,
  entries: readonly SendEntry[],
): BatchOutcome<SendOutcome> {
  checkBatch(entries);
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes > BATCH_BYTES_MAX) {
    throw new SqsError(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than ${BATCH_BYTES_MAX} bytes.` +
        ` You have sent ${bytes} bytes.`,
    );
  }
  return core.store.transaction(() => runBatch(entries, (entry) => send(core, queue, entry)));
}

function checkMessage(queue: Queue, request: SendRequest): void {
  const { body, groupId, deduplicationId, attributes = {} } = request;
  if (body === '') throw missingParameter('MessageBody');
  if (groupId === '') throw missingParameter('MessageGroupId');
  checkName('MessageGroupId', groupId);
  if (deduplicationId !== undefined) checkName('MessageDeduplicationId', deduplicationId);
  checkMessageAttributes(attributes);
  if (!BODY_SHAPE.test(body)) {
    throw new SqsError('InvalidMessageContents', 'Invalid characters found in the message body.');
  }
  const bytesMax = queue.settings.messageBytesMax;
  if (bytesOf(request) > bytesMax) {
    throw new SqsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${bytesMax} bytes.`,
    );
  }
}

function checkName(parameter: string, name: string): void {
  if (NAME_SHAPE.test(name)) return;
  const reason =
    `${parameter} can only include alphanumeric and punctuation characters.` +
    ' 1 to 128 in length.';
  throw invalidParameter(parameter, name, reason);
}

function deduplicationIdOf(queue: Queue, { body, deduplicationId }: SendRequest): string {
  if (deduplicationId !== undefined) return deduplicationId;
  if (!queue.settings.contentBasedDeduplication) {
    throw new SqsError(
      'InvalidParameterValue',
      'The queue should either have ContentBasedDeduplication enabled or' +
        ' MessageDeduplicationId provided explicitly',
    );
  }
  return createHash('sha256').update(body).digest('hex');
}

function store(
  core: Core,
  queue: Queue,
  request: SendRequest & { deduplicationId: string },
): { messageId: string; sequenceNumber: string } {
  const now = core.clock.now();
  const { groupId, deduplicationId } = request;
  // A NUL cannot be part of a group's name, so the scope of the whole queue never meets a group.
  const scope = queue.settings.deduplicationScope === 'messageGroup' ? groupId : '\0';
  const key = [queue.id, scope, deduplicationId];
  core.store.run('DELETE FROM deduplication WHERE expires_at <= ?', now);
  const first = core.store.get(
    `SELECT message_id, sequence FROM deduplication
     WHERE queue_id = ? AND scope = ? AND deduplication_id = ?`,
    ...key,
  );
  if (first !== undefined) return identityOf(first);

  const messageId = core.ids.next();
  const sequence = insertMessage(core.store, {
    queueId: queue.id,
    groupId,
    messageId,
    deduplicationId,
    body: request.body,
    attributes: request.attributes ?? {},
    traceHeader: request.traceHeader ?? null,
    sentAt: now,
    receiveCount: 0,
    firstReceivedAt: null,
    deadLetterSource: null,
  });
  core.store.run(
    `INSERT INTO deduplication (queue_id, scope, deduplication_id, message_id, sequence, expires_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
    ...[...key, messageId, sequence, now + DEDUPLICATION_WINDOW_MS],
  );
  return { messageId, sequenceNumber: sequenceNumber(sequence) };
}

function identityOf(row: Row): { messageId: string; sequenceNumber: string } {
  return {
    messageId: text(row, 'message_id'),
    sequenceNumber: sequenceNumber(integer(row, 'sequence')),
  };
}

function bytesOf({ body, attributes = {} }: SendRequest): number {
  return Buffer.byteLength(body) + attributesBytes(attributes);
}

function traceHeaderMd5(traceHeader: string): string {
  return attributesMd5({ AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } });
}
