import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { errorOf, type Probe } from './probe.ts';

const FIFO = 'SQS developer guide, FIFO queue delivery logic';
const SEND = 'SQS API reference, SendMessage';

/** What the service relies on of queues. */
export const QUEUE_PROBES: readonly Probe[] = [
  {
    what: 'one receive of a FIFO queue gives several messages of one group, in order',
    documented: '1,2,3',
    where: FIFO,
    async run({ sqs }, name) {
      const queue = await filled(sqs, name, ['1', '2', '3']);
      return (await received(sqs, queue)).map(({ body }) => body).join();
    },
  },
  {
    what: 'a group with messages in flight gives nothing to a second receiver',
    documented: 'nothing',
    where: FIFO,
    async run({ sqs }, name) {
      const queue = await filled(sqs, name, ['1', '2', '3']);
      await received(sqs, queue, 1);
      return (await received(sqs, queue)).map(({ body }) => body).join() || 'nothing';
    },
  },
  {
    what: 'a message given back comes before later ones of its group',
    documented: '1,2',
    where: FIFO,
    async run({ sqs }, name) {
      const queue = await filled(sqs, name, ['1', '2']);
      for (const { handle } of (await received(sqs, queue)).toReversed()) {
        await visibleNow(sqs, queue, handle);
      }
      return (await received(sqs, queue)).map(({ body }) => body).join();
    },
  },
  {
    what: 'the same deduplication id in one group is taken once',
    documented: '1',
    where: SEND,
    async run({ sqs }, name) {
      const queue = await fifoQueue(sqs, name);
      await send(sqs, queue, { body: '1', group: 'a', id: 'x' });
      await send(sqs, queue, { body: '2', group: 'a', id: 'x' });
      return (await received(sqs, queue)).map(({ body }) => body).join();
    },
  },
  {
    what: 'with the scope messageGroup it is taken once in each group',
    documented: '1,2',
    where: 'SQS developer guide, high throughput for FIFO queues',
    async run({ sqs }, name) {
      const queue = await fifoQueue(sqs, name);
      await send(sqs, queue, { body: '1', group: 'a', id: 'x' });
      await send(sqs, queue, { body: '2', group: 'b', id: 'x' });
      const both = [...(await received(sqs, queue)), ...(await received(sqs, queue))];
      return both
        .map(({ body }) => body)
        .toSorted()
        .join();
    },
  },
  {
    what: 'a deduplication id stays taken after its message was deleted',
    documented: 'nothing',
    where: 'SQS developer guide, using the message deduplication ID',
    async run({ sqs }, name) {
      const queue = await filled(sqs, name, ['1']);
      const [first] = await received(sqs, queue);
      const ReceiptHandle = first?.handle;
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
      await send(sqs, queue, { body: '1', group: 'a', id: '1' });
      return (await received(sqs, queue)).map(({ body }) => body).join() || 'nothing';
    },
  },
  {
    what: 'a FIFO message without a group is refused',
    documented: 'MissingParameter',
    where: SEND,
    run: ({ sqs }, name) =>
      errorOf(async () => {
        const QueueUrl = await fifoQueue(sqs, name);
        await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '1' }));
      }),
  },
];

interface Received {
  readonly body: string;
  readonly handle: string;
}

async function fifoQueue(sqs: SQSClient, name: string): Promise<string> {
  const { QueueUrl = '' } = await sqs.send(
    new CreateQueueCommand({
      QueueName: `${name}.fifo`,
      Attributes: {
        FifoQueue: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      },
    }),
  );
  return QueueUrl;
}

async function filled(sqs: SQSClient, name: string, bodies: readonly string[]): Promise<string> {
  const queue = await fifoQueue(sqs, name);
  for (const body of bodies) await send(sqs, queue, { body, group: 'a', id: body });
  return queue;
}

async function send(
  sqs: SQSClient,
  QueueUrl: string,
  message: { readonly body: string; readonly group: string; readonly id: string },
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: message.body,
      MessageGroupId: message.group,
      MessageDeduplicationId: message.id,
    }),
  );
}

async function received(
  sqs: SQSClient,
  QueueUrl: string,
  MaxNumberOfMessages = 10,
): Promise<readonly Received[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages }),
  );
  return Messages.map(({ Body = '', ReceiptHandle = '' }) => ({
    body: Body,
    handle: ReceiptHandle,
  }));
}

async function visibleNow(sqs: SQSClient, QueueUrl: string, ReceiptHandle: string): Promise<void> {
  const VisibilityTimeout = 0;
  await sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
  );
}
