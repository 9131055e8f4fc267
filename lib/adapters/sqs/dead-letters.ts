import * as z from 'zod/mini';
import type { DeadLetters } from '../../application/operations/redrive.ts';
import type { AwsClient } from '../aws/aws-client.ts';

/** Messages of one receive; SQS gives no more. */
const RECEIVED_MAX = 10;
/** Long enough to work a batch off, short enough to look again. */
const HIDDEN_S = 60;

const receiveAnswer = z.object({
  Messages: z.nullish(
    z.array(
      z.object({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        Attributes: z.object({ SentTimestamp: z.string().check(z.regex(/^\d+$/)) }),
        MessageAttributes: z.nullish(
          z.object({ reason: z.nullish(z.object({ StringValue: z.nullish(z.string()) })) }),
        ),
      }),
    ),
  ),
});

/** Works a FIFO dead-letter queue. */
export function createDeadLetters(options: {
  /** Of SQS. */
  readonly client: AwsClient;
  readonly queueUrl: string;
}): DeadLetters {
  const { client, queueUrl: QueueUrl } = options;
  return {
    async receive() {
      const answer = await client.call('ReceiveMessage', {
        QueueUrl,
        MaxNumberOfMessages: RECEIVED_MAX,
        VisibilityTimeout: HIDDEN_S,
        // A wait for messages would outlast the time limit of a call.
        WaitTimeSeconds: 0,
        MessageAttributeNames: ['reason'],
        MessageSystemAttributeNames: ['SentTimestamp'],
      });
      const messages = receiveAnswer.parse(answer).Messages ?? [];
      return messages.map(({ Attributes, Body, MessageAttributes, MessageId, ReceiptHandle }) => {
        const reason = MessageAttributes?.reason?.StringValue;
        return {
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          sentAt: Number(Attributes.SentTimestamp),
          ...(typeof reason === 'string' && { reason }),
        };
      });
    },

    async remove({ receiptHandle: ReceiptHandle }) {
      await client.call('DeleteMessage', { QueueUrl, ReceiptHandle });
    },

    async release({ receiptHandle: ReceiptHandle }) {
      await client.call('ChangeMessageVisibility', {
        QueueUrl,
        ReceiptHandle,
        VisibilityTimeout: 0,
      });
    },
  };
}
