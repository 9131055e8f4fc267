import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { QueueRecord } from '../../lib/application/submit/queue-record.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';

/** Translates what Lambda delivers of a FIFO queue. */
export function queueRecords(event: SQSEvent): readonly QueueRecord[] {
  return event.Records.map(queueRecord);
}

/** Translates the messages to deliver again into Lambda's partial batch response. */
export function batchResponse(messageIds: readonly string[]): SQSBatchResponse {
  return { batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })) };
}

function queueRecord(record: SQSRecord): QueueRecord {
  const { MessageGroupId } = record.attributes;
  if (MessageGroupId === undefined) {
    throw new InvariantError('orders come from a FIFO queue: a message has no group');
  }
  return {
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    messageGroupId: MessageGroupId,
    body: record.body,
    enqueuedAt: Number(record.attributes.SentTimestamp),
  };
}
