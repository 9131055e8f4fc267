import * as z from 'zod/mini';
import {
  RECEIVE_MESSAGES_MAX,
  VISIBILITY_TIMEOUT_SECONDS_MAX,
  WAIT_SECONDS_MAX,
} from './limits.ts';
import {
  batchAnswer,
  type Call,
  call,
  inRange,
  milliseconds,
  optionalNumber,
  optionalText,
  optionalTexts,
  queueName,
  required,
} from './protocol-call.ts';
import { receivedAnswer } from './received-answer.ts';
import type { SendOutcome, SendRequest } from './send.ts';
import { requireChanged, requireDeleted } from './settle.ts';
import { invalidParameter } from './sqs-error.ts';

const attribute = z.object({
  DataType: z.string(),
  StringValue: z.exactOptional(z.string()),
  BinaryValue: z.exactOptional(z.string()),
});

const message = {
  MessageBody: optionalText,
  DelaySeconds: optionalNumber,
  MessageGroupId: optionalText,
  MessageDeduplicationId: optionalText,
  MessageAttributes: z.optional(z.record(z.string(), attribute)),
  MessageSystemAttributes: z.optional(z.record(z.string(), attribute)),
};
const sendShape = z.object({ QueueUrl: optionalText, ...message });
const sendBatchShape = z.object({
  QueueUrl: optionalText,
  Entries: z.optional(z.array(z.object({ Id: optionalText, ...message }))),
});
const receiveShape = z.object({
  QueueUrl: optionalText,
  AttributeNames: optionalTexts,
  MessageSystemAttributeNames: optionalTexts,
  MessageAttributeNames: optionalTexts,
  MaxNumberOfMessages: optionalNumber,
  VisibilityTimeout: optionalNumber,
  WaitTimeSeconds: optionalNumber,
  ReceiveRequestAttemptId: optionalText,
});
const handle = { ReceiptHandle: optionalText };
const deleteShape = z.object({ QueueUrl: optionalText, ...handle });
const deleteBatchShape = z.object({
  QueueUrl: optionalText,
  Entries: z.optional(z.array(z.object({ Id: optionalText, ...handle }))),
});
const visibility = { ...handle, VisibilityTimeout: optionalNumber };
const visibilityShape = z.object({ QueueUrl: optionalText, ...visibility });
const visibilityBatchShape = z.object({
  QueueUrl: optionalText,
  Entries: z.optional(z.array(z.object({ Id: optionalText, ...visibility }))),
});

type Message = z.output<z.ZodMiniObject<typeof message>>;

const VISIBILITY_RANGE = [0, VISIBILITY_TIMEOUT_SECONDS_MAX] as const;

/** The operations on messages, by their names in the protocol. */
export const messageCalls: Readonly<Record<string, Call>> = {
  SendMessage: call(sendShape, ({ engine }, input) =>
    sentAnswer(engine.send(queueName(input.QueueUrl), sendRequest(input))),
  ),

  SendMessageBatch: call(sendBatchShape, ({ engine }, input) => {
    const entries = (input.Entries ?? []).map((entry) => ({
      id: entry.Id ?? '',
      ...sendRequest(entry),
    }));
    return batchAnswer(engine.sendBatch(queueName(input.QueueUrl), entries), sentAnswer);
  }),

  ReceiveMessage: call(receiveShape, async ({ engine, signal }, input) => {
    const wait = inRange('WaitTimeSeconds', input.WaitTimeSeconds, [0, WAIT_SECONDS_MAX]);
    const messagesMax = inRange('MaxNumberOfMessages', input.MaxNumberOfMessages, [
      1,
      RECEIVE_MESSAGES_MAX,
    ]);
    const visibilityTimeoutMs = milliseconds(visibilitySeconds(input.VisibilityTimeout));
    const attemptId = input.ReceiveRequestAttemptId;
    const wanted = {
      system: [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])],
      attributes: input.MessageAttributeNames ?? [],
    };
    const received = await engine.receive(
      queueName(input.QueueUrl),
      { messagesMax, visibilityTimeoutMs, waitMs: milliseconds(wait), attemptId },
      signal,
    );
    const messages = received.map((one) => receivedAnswer(one, wanted));
    return messages.length === 0 ? {} : { Messages: messages };
  }),

  DeleteMessage: call(deleteShape, ({ engine }, input) => {
    const receiptHandle = required('ReceiptHandle', input.ReceiptHandle);
    requireDeleted(receiptHandle, engine.deleteMessage(queueName(input.QueueUrl), receiptHandle));
    return {};
  }),

  DeleteMessageBatch: call(deleteBatchShape, ({ engine }, input) => {
    const entries = (input.Entries ?? []).map((entry) => ({
      id: entry.Id ?? '',
      receiptHandle: entry.ReceiptHandle ?? '',
    }));
    return batchAnswer(engine.deleteMessages(queueName(input.QueueUrl), entries), () => ({}));
  }),

  ChangeMessageVisibility: call(visibilityShape, ({ engine }, input) => {
    const change = visibilityChange(input);
    const outcome = engine.changeVisibility(queueName(input.QueueUrl), change);
    requireChanged(change.receiptHandle, outcome);
    return {};
  }),

  ChangeMessageVisibilityBatch: call(visibilityBatchShape, ({ engine }, input) => {
    const entries = (input.Entries ?? []).map((entry) => ({
      id: entry.Id ?? '',
      ...visibilityChange(entry),
    }));
    return batchAnswer(engine.changeVisibilities(queueName(input.QueueUrl), entries), () => ({}));
  }),
};

function sendRequest(input: Message): SendRequest {
  // A FIFO queue delays all messages alike, or its groups would lose their order.
  if (input.DelaySeconds !== undefined && input.DelaySeconds !== 0) {
    const reason = 'The request include parameter that is not valid for this queue type.';
    throw invalidParameter('DelaySeconds', input.DelaySeconds, reason);
  }
  const { AWSTraceHeader, ...unknown } = input.MessageSystemAttributes ?? {};
  const [wrong] = Object.keys(unknown);
  if (wrong !== undefined || (AWSTraceHeader && AWSTraceHeader.DataType !== 'String')) {
    const reason = 'The only system attribute to send is AWSTraceHeader, of type String.';
    throw invalidParameter('MessageSystemAttributes', wrong ?? 'AWSTraceHeader', reason);
  }
  return {
    body: required('MessageBody', input.MessageBody),
    groupId: required('MessageGroupId', input.MessageGroupId),
    deduplicationId: input.MessageDeduplicationId,
    attributes: input.MessageAttributes,
    traceHeader: AWSTraceHeader?.StringValue,
  };
}

function sentAnswer(sent: SendOutcome): object {
  return {
    MessageId: sent.messageId,
    SequenceNumber: sent.sequenceNumber,
    MD5OfMessageBody: sent.md5OfBody,
    MD5OfMessageAttributes: sent.md5OfAttributes,
    MD5OfMessageSystemAttributes: sent.md5OfSystemAttributes,
  };
}

function visibilitySeconds(seconds: number | undefined): number | undefined {
  return inRange('VisibilityTimeout', seconds, VISIBILITY_RANGE);
}

function visibilityChange(input: z.output<z.ZodMiniObject<typeof visibility>>): {
  receiptHandle: string;
  visibilityTimeoutMs: number;
} {
  const seconds = visibilitySeconds(required('VisibilityTimeout', input.VisibilityTimeout)) ?? 0;
  return {
    receiptHandle: required('ReceiptHandle', input.ReceiptHandle),
    visibilityTimeoutMs: seconds * 1000,
  };
}
