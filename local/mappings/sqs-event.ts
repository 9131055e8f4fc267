import { createHash } from 'node:crypto';
import type { QueueMessage } from './queue-source.ts';

export type SqsEvent = { readonly Records: readonly SqsRecord[] };

/** One message as Lambda hands it to a function. */
export type SqsRecord = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly md5OfBody: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
};

type SqsRecordAttribute = {
  readonly stringValue?: string;
  readonly binaryValue?: string;
  readonly stringListValues: readonly [];
  readonly binaryListValues: readonly [];
  readonly dataType: string;
};

/** Builds the event of one batch. */
export function sqsEvent(
  messages: readonly QueueMessage[],
  source: { readonly queueArn: string; readonly region: string; readonly accountId: string },
): SqsEvent {
  return {
    Records: messages.map((message) => ({
      messageId: message.messageId,
      receiptHandle: message.receiptHandle,
      body: message.body,
      attributes: systemAttributes(message, source.accountId),
      messageAttributes: messageAttributes(message),
      md5OfBody: createHash('md5').update(message.body).digest('hex'),
      eventSource: 'aws:sqs',
      eventSourceARN: source.queueArn,
      awsRegion: source.region,
    })),
  };
}

function systemAttributes(message: QueueMessage, senderId: string): Record<string, string> {
  const { traceHeader, deadLetterSourceArn } = message;
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAt),
    SequenceNumber: message.sequenceNumber,
    MessageGroupId: message.groupId,
    SenderId: senderId,
    MessageDeduplicationId: message.deduplicationId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    ...(traceHeader !== undefined && { AWSTraceHeader: traceHeader }),
    ...(deadLetterSourceArn !== undefined && { DeadLetterQueueSourceArn: deadLetterSourceArn }),
  };
}

function messageAttributes({ attributes }: QueueMessage): Record<string, SqsRecordAttribute> {
  const entries = Object.entries(attributes).map(
    ([name, { DataType, StringValue, BinaryValue }]): [string, SqsRecordAttribute] => [
      name,
      {
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ],
  );
  return Object.fromEntries(entries);
}
