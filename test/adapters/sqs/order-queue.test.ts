import {
  ChangeMessageVisibilityBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createOrderQueue } from '../../../lib/adapters/sqs/order-queue.ts';
import { describeOrderQueue } from '../../contracts/order-queue-contract.ts';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';

let local: LocalSqs;
let pairs = 0;

beforeAll(async () => {
  local = await startLocalSqs();
});
afterAll(() => local.close());

describeOrderQueue('SQS', async () => {
  pairs += 1;
  const queueUrl = await local.createQueue(`orders-${pairs}.fifo`);
  const deadLetterQueueUrl = await local.createQueue(`orders-dead-${pairs}.fifo`);
  const { client } = local;
  const receive = async (QueueUrl: string) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    return (await client.send(command)).Messages ?? [];
  };

  return {
    queue: createOrderQueue({ client, queueUrl, deadLetterQueueUrl }),
    receive: async () =>
      (await receive(queueUrl)).map(({ Body = '', ReceiptHandle = '' }) => ({
        body: Body,
        receiptHandle: ReceiptHandle,
      })),
    aside: async () =>
      (await receive(deadLetterQueueUrl)).map(({ Body = '', MessageAttributes }) => ({
        body: Body,
        reason: MessageAttributes?.reason?.StringValue ?? '',
      })),
    advance: async (ms) => local.advance(ms),
  };
});

describe('an orders queue on an SQS that answers oddly', () => {
  const client = new SQSClient({ region: 'us-east-1' });
  const sqs = mockClient(client);
  const queue = createOrderQueue({
    client,
    queueUrl: 'http://queue/orders.fifo',
    deadLetterQueueUrl: 'http://queue/dead.fifo',
  });
  const failedWith = (Code: string) =>
    sqs
      .reset()
      .on(ChangeMessageVisibilityBatchCommand)
      .resolves({ Successful: [], Failed: [{ Id: '0', SenderFault: true, Code }] });

  it('says which messages stay visible when some could not be hidden', async () => {
    failedWith('InternalError');

    await expect(queue.postpone(['handle'], 1_000)).rejects.toThrow(
      '1 of 1 messages (InternalError)',
    );
  });

  it('hides every other message before it complains of one', async () => {
    failedWith('InternalError');

    await queue.postpone(Array(25).fill('handle'), 1_000).catch(() => undefined);

    expect(sqs.commandCalls(ChangeMessageVisibilityBatchCommand)).toHaveLength(3);
  });

  it.each(['ReceiptHandleIsInvalid', 'AWS.SimpleQueueService.MessageNotInflight'])(
    'takes %s for a handle that is stale',
    async (code) => {
      failedWith(code);

      await expect(queue.postpone(['handle'], 1_000)).resolves.toBeUndefined();
    },
  );

  it('never hides for longer than SQS can', async () => {
    sqs.reset().on(ChangeMessageVisibilityBatchCommand).resolves({ Failed: [] });

    await queue.postpone(['handle'], 9e9);

    const [call] = sqs.commandCalls(ChangeMessageVisibilityBatchCommand);
    expect(call?.args[0].input.Entries?.[0]?.VisibilityTimeout).toBe(43_200);
  });

  it('F47 throws when a message is not taken', async () => {
    sqs.reset().on(SendMessageCommand).rejects(new Error('unreachable'));

    const enqueued = queue.enqueue({ body: {}, messageGroupId: 'g', deduplicationId: 'd' });

    await expect(enqueued).rejects.toThrow('unreachable');
  });
});
