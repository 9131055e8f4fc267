import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DeadLetters } from '../../application/operations/redrive.ts';

/** Messages of one receive; SQS gives no more. */
const RECEIVED_MAX = 10;
/** Long enough to work a batch off, short enough to look again. */
const HIDDEN_S = 60;

/** Works a FIFO dead-letter queue. */
export function createDeadLetters(options: {
  readonly client: SQSClient;
  readonly queueUrl: string;
}): DeadLetters {
  const { client, queueUrl: QueueUrl } = options;
  return {
    async receive() {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: RECEIVED_MAX,
          VisibilityTimeout: HIDDEN_S,
          MessageAttributeNames: ['reason'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      return Messages.map(({ Attributes, Body, MessageAttributes, MessageId, ReceiptHandle }) => {
        const reason = MessageAttributes?.reason?.StringValue;
        return {
          messageId: MessageId ?? '',
          receiptHandle: ReceiptHandle ?? '',
          body: Body ?? '',
          sentAt: Number(Attributes?.SentTimestamp ?? 0),
          ...(reason === undefined ? {} : { reason }),
        };
      });
    },

    async remove({ receiptHandle: ReceiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
  };
}
