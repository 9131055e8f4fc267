import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AWS_SERVICES } from '../../../lib/adapters/aws/known-services.ts';
import { createDeadLetters } from '../../../lib/adapters/sqs/dead-letters.ts';
import { createOrderQueue } from '../../../lib/adapters/sqs/order-queue.ts';
import { describeOrderQueue } from '../../contracts/order-queue-contract.ts';
import { awsClientAt } from '../../support/aws-client-at.ts';
import { startFaultyProxy } from '../../support/faulty-proxy.ts';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';
import { type ScriptedAnswer, startScriptedAws } from '../../support/scripted-aws.ts';

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
  const { client, sdk } = local;
  const receive = async (QueueUrl: string) => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    return (await sdk.send(command)).Messages ?? [];
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

describe('an orders queue on a way that fails', () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  it.each(['answer-lost', 'unreachable', 'throttled'] as const)(
    'F47 holds a message once, and aside once, when the first send is met by "%s"',
    async (fault) => {
      pairs += 1;
      const queueUrl = await local.createQueue(`orders-${pairs}.fifo`);
      const deadLetterQueueUrl = await local.createQueue(`orders-dead-${pairs}.fifo`);
      // Calls 1 and 3: the first tries of both sends.
      const proxy = await startFaultyProxy(new URL(queueUrl).origin, (_, call) =>
        call % 2 === 1 ? fault : 'none',
      );
      const client = awsClientAt(proxy.url, AWS_SERVICES.SQS, 2);
      opened.push(client, proxy);
      const queue = createOrderQueue({ client, queueUrl, deadLetterQueueUrl });

      await queue.enqueue({ body: { a: 1 }, messageGroupId: 'g', deduplicationId: 'd' });
      await queue.putAside({ body: 'b', messageGroupId: 'g', messageId: 'm', reason: 'r' });

      const held = (url: string) =>
        createDeadLetters({ client: local.client, queueUrl: url }).receive();
      expect((await held(queueUrl)).map(({ body }) => body)).toEqual(['{"a":1}']);
      expect(await held(deadLetterQueueUrl)).toMatchObject([{ body: 'b', reason: 'r' }]);
    },
  );
});

describe('an orders queue on an SQS that answers oddly', () => {
  const opened: { close(): unknown }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
  });

  async function open(answer: ScriptedAnswer) {
    const sqs = await startScriptedAws(() => answer);
    const client = awsClientAt(sqs.url, AWS_SERVICES.SQS);
    opened.push(client, sqs);
    const queue = createOrderQueue({
      client,
      queueUrl: 'http://queue/orders.fifo',
      deadLetterQueueUrl: 'http://queue/dead.fifo',
    });
    return { queue, calls: sqs.calls };
  }
  const failedWith = (Code: string) =>
    open({ body: { Successful: [], Failed: [{ Id: '0', SenderFault: true, Code }] } });

  it('says which messages stay visible when some could not be hidden', async () => {
    const { queue } = await failedWith('InternalError');

    await expect(queue.postpone(['handle'], 1_000)).rejects.toThrow(
      '1 of 1 messages (InternalError)',
    );
  });

  it('hides every other message before it complains of one', async () => {
    const { queue, calls } = await failedWith('InternalError');

    await queue.postpone(Array(25).fill('handle'), 1_000).catch(() => undefined);

    expect(calls.map(({ operation }) => operation)).toEqual(
      Array(3).fill('ChangeMessageVisibilityBatch'),
    );
  });

  it.each(['ReceiptHandleIsInvalid', 'AWS.SimpleQueueService.MessageNotInflight'])(
    'takes %s for a handle that is stale',
    async (code) => {
      const { queue } = await failedWith(code);

      await expect(queue.postpone(['handle'], 1_000)).resolves.toBeUndefined();
    },
  );

  it('never hides for longer than SQS can', async () => {
    const { queue, calls } = await open({ body: {} });

    await queue.postpone(['handle'], 9e9);

    expect(calls[0]?.input.Entries).toMatchObject([{ VisibilityTimeout: 43_200 }]);
  });

  it('F47 throws when a message is not taken', async () => {
    const __type = 'com.amazonaws.sqs#QueueDoesNotExist';
    const { queue } = await open({ status: 400, body: { __type, message: 'no such queue' } });

    const enqueued = queue.enqueue({ body: {}, messageGroupId: 'g', deduplicationId: 'd' });

    await expect(enqueued).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });
});
