import { attributesMd5, md5, selectAttributes } from './message-attributes.ts';
import type { ReceivedMessage } from './receive.ts';
import { SqsError } from './sqs-error.ts';

// Any credentials are accepted, so every sender is the one account there is.
const SENDER_ID = '000000000000';

type SystemAttribute = (message: ReceivedMessage) => string | undefined;

const SYSTEM_ATTRIBUTES: Readonly<Record<string, SystemAttribute>> = {
  SenderId: () => SENDER_ID,
  SentTimestamp: ({ sentAt }) => String(sentAt),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAt }) => String(firstReceivedAt),
  SequenceNumber: ({ sequenceNumber }) => sequenceNumber,
  MessageDeduplicationId: ({ deduplicationId }) => deduplicationId,
  MessageGroupId: ({ groupId }) => groupId,
  AWSTraceHeader: ({ traceHeader }) => traceHeader,
  DeadLetterQueueSourceArn: ({ deadLetterSourceArn }) => deadLetterSourceArn,
};

/** Writes a received message with the attributes that were asked for. */
export function receivedAnswer(
  message: ReceivedMessage,
  wanted: { system: readonly string[]; attributes: readonly string[] },
): object {
  const attributes = selectAttributes(message.attributes, wanted.attributes);
  const hasAttributes = Object.keys(attributes).length > 0;
  const system = systemAttributes(message, wanted.system);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(hasAttributes && {
      MessageAttributes: attributes,
      MD5OfMessageAttributes: attributesMd5(attributes),
    }),
  };
}

/**
 * Gives the system attributes of a message by their names; absent ones are left out.
 *
 * @throws SqsError naming an attribute that no message has
 */
export function systemAttributes(
  message: ReceivedMessage,
  names: readonly string[],
): Record<string, string> {
  const all = Object.keys(SYSTEM_ATTRIBUTES);
  const attributes: Record<string, string> = {};
  for (const name of names.includes('All') ? all : names) {
    const read = SYSTEM_ATTRIBUTES[name];
    if (read === undefined) {
      throw new SqsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    const value = read(message);
    if (value !== undefined) attributes[name] = value;
  }
  return attributes;
}
