import * as z from 'zod/mini';
import type { OrderQueue } from '../../application/ports.ts';
import { SECOND_MS } from '../../domain/time.ts';
import type { AwsClient } from '../aws/aws-client.ts';

/** Entries of one batch call; SQS takes no more. */
const BATCH_ENTRIES_MAX = 10;
/** The longest a message can be hidden, in seconds. */
const HIDDEN_MAX_S = 43_200;
/** Characters of a reason; enough for a sentence. */
const REASON_CHARACTERS_MAX = 500;

/**
 * What SQS says of a receipt handle whose message was received again, deleted or is visible: then
 * there is nothing left to hide. Queues differ in the prefix of these codes.
 */
const STALE_HANDLE = /(?:ReceiptHandleIsInvalid|MessageNotInflight|InvalidParameterValue)$/;

/** What an order queue stands on. */
export interface OrderQueueOptions {
  /** Of SQS. */
  readonly client: AwsClient;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/** What was not hidden; entries that were are of no interest. */
const hideAnswer = z.object({
  Failed: z.nullish(z.array(z.object({ Code: z.nullish(z.string()) }))),
});

/**
 * Keeps order messages in a FIFO queue and its dead-letter queue of SQS.
 *
 * A send whose answer is lost is repeated by the client: the queue drops it by its deduplication id,
 * which it remembers for five minutes, far longer than all tries take.
 */
export function createOrderQueue(options: OrderQueueOptions): OrderQueue {
  const { client, queueUrl, deadLetterQueueUrl } = options;

  return {
    async enqueue({ body, messageGroupId, deduplicationId }) {
      await client.call('SendMessage', {
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(body),
        MessageGroupId: messageGroupId,
        MessageDeduplicationId: deduplicationId,
      });
    },

    async putAside({ body, messageGroupId, messageId, reason }) {
      const text = reason.slice(0, REASON_CHARACTERS_MAX) || 'no reason given';
      await client.call('SendMessage', {
        QueueUrl: deadLetterQueueUrl,
        MessageBody: body,
        MessageGroupId: messageGroupId,
        MessageDeduplicationId: messageId,
        MessageAttributes: { reason: { DataType: 'String', StringValue: text } },
      });
    },

    async postpone(receiptHandles, visibleInMs) {
      const hiddenS = Math.min(HIDDEN_MAX_S, Math.max(0, Math.ceil(visibleInMs / SECOND_MS)));
      const faults: string[] = [];
      for (let start = 0; start < receiptHandles.length; start += BATCH_ENTRIES_MAX) {
        const handles = receiptHandles.slice(start, start + BATCH_ENTRIES_MAX);
        faults.push(...(await hide(options, handles, hiddenS)));
      }
      if (faults.length === 0) return;
      const codes = [...new Set(faults)].join(', ');
      throw new Error(
        `SQS did not hide ${faults.length} of ${receiptHandles.length} messages (${codes}). ` +
          'They come back after their visibility timeout.',
      );
    },
  };
}

/** Gives the codes of the entries that failed for another reason than a stale handle. */
async function hide(
  { client, queueUrl }: OrderQueueOptions,
  handles: readonly string[],
  hiddenS: number,
): Promise<readonly string[]> {
  const answer = await client.call('ChangeMessageVisibilityBatch', {
    QueueUrl: queueUrl,
    Entries: handles.map((handle, index) => ({
      Id: String(index),
      ReceiptHandle: handle,
      VisibilityTimeout: hiddenS,
    })),
  });
  const { Failed } = hideAnswer.parse(answer);
  const codes = (Failed ?? []).map(({ Code }) => Code ?? 'no code');
  return codes.filter((code) => !STALE_HANDLE.test(code));
}
