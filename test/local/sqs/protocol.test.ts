import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveSqs } from '../../../local/sqs/serve.ts';

let server: Awaited<ReturnType<typeof serveSqs>>;
let client: SQSClient;
let url = '';

const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };

beforeAll(async () => {
  server = await serveSqs({ port: 0, file: ':memory:' });
  client = newClient();
});

afterAll(async () => {
  client.destroy();
  await server.close();
});

const newClient = () =>
  new SQSClient({
    endpoint: server.baseUrl,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });

const create = async (name: string, extra: Record<string, string> = {}): Promise<string> => {
  const made = await client.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { ...attributes, ...extra } }),
  );
  return made.QueueUrl ?? '';
};

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'no error');

describe('a queue made through the SDK', () => {
  it('has a URL at the server’s own address', async () => {
    url = await create('made.fifo');
    expect(url).toBe(`${server.baseUrl}/000000000000/made.fifo`);
    const found = await client.send(new GetQueueUrlCommand({ QueueName: 'made.fifo' }));
    expect(found.QueueUrl).toBe(url);
    const listed = await client.send(new ListQueuesCommand({ QueueNamePrefix: 'mad' }));
    expect(listed.QueueUrls).toEqual([url]);
  });

  it('shows its attributes and tags', async () => {
    const QueueUrl = await create('shown.fifo', { VisibilityTimeout: '45' });
    const AttributeNames = ['VisibilityTimeout', 'QueueArn', 'RedrivePolicy'] as const;
    const shown = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
    );
    expect(shown.Attributes).toEqual({
      VisibilityTimeout: '45',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:shown.fifo',
    });
    await client.send(new TagQueueCommand({ QueueUrl, Tags: { a: '1', b: '2' } }));
    await client.send(new UntagQueueCommand({ QueueUrl, TagKeys: ['a'] }));
    expect((await client.send(new ListQueueTagsCommand({ QueueUrl }))).Tags).toEqual({ b: '2' });
  });

  it('is listed page by page', async () => {
    for (const name of ['page1.fifo', 'page2.fifo', 'page3.fifo']) await create(name);
    const page = { QueueNamePrefix: 'page', MaxResults: 2 };
    const first = await client.send(new ListQueuesCommand(page));
    const second = await client.send(
      new ListQueuesCommand({ ...page, NextToken: first.NextToken ?? '' }),
    );
    const names = [...(first.QueueUrls ?? []), ...(second.QueueUrls ?? [])];
    expect(names.map((each) => each.split('/').at(-1))).toEqual([
      'page1.fifo',
      'page2.fifo',
      'page3.fifo',
    ]);
    expect(second.NextToken).toBeUndefined();
  });
});

describe('a message sent through the SDK', () => {
  it('comes back whole, with hashes the SDK accepts', async () => {
    const QueueUrl = await create('whole.fifo');
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'wörld' },
      number: { DataType: 'Number.int', StringValue: '-5' },
      bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(0, 255) },
    };
    await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'höllo',
        MessageGroupId: 'A',
        MessageAttributes,
      }),
    );
    const { Messages } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageSystemAttributeNames: ['MessageGroupId', 'ApproximateReceiveCount'],
        MessageAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      { Body: 'höllo', Attributes: { MessageGroupId: 'A', ApproximateReceiveCount: '1' } },
    ]);
    expect(Messages?.[0]?.MessageAttributes).toEqual(MessageAttributes);
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    expect(server.sqs.engine.countMessages('whole.fifo').inFlight).toBe(0);
  });

  it('is not taken by a long poll whose client has gone', async () => {
    const QueueUrl = await create('gone.fifo');
    const closed = new Promise((resolve) => {
      server.http.on('connection', (socket) => socket.on('close', resolve));
    });
    const leaving = newClient();
    const caller = new AbortController();
    const poll = leaving.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: caller.signal,
    });
    // Only the answer to a later request shows that the server has the poll.
    await leaving.send(new GetQueueUrlCommand({ QueueName: 'gone.fifo' }));
    caller.abort();
    expect(nameOf(await poll.catch((error: unknown) => error))).toBe('AbortError');
    await closed;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'A' }));
    const received = await client.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(received.Messages).toHaveLength(1);
    leaving.destroy();
  });
});

describe('an error', () => {
  const ReceiptHandle = 'garbage';
  const handles = { Entries: [{ Id: 'a', ReceiptHandle }] };

  it('has the name the SDK knows it by', async () => {
    const QueueUrl = await create('errors.fifo');
    const missing = `${server.baseUrl}/000000000000/missing.fifo`;
    const message = { Id: 'a', MessageBody: 'x', MessageGroupId: 'A' };
    const entries = (count: number) => Array.from({ length: count }, () => message);
    const other = { QueueName: 'errors.fifo', Attributes: { ...attributes, DelaySeconds: '5' } };
    const failures: [string, Promise<unknown>][] = [
      ['QueueDoesNotExist', client.send(new ReceiveMessageCommand({ QueueUrl: missing }))],
      ['QueueDoesNotExist', client.send(new GetQueueUrlCommand({ QueueName: 'missing.fifo' }))],
      ['QueueNameExists', client.send(new CreateQueueCommand(other))],
      [
        'UnsupportedOperation',
        client.send(new CreateQueueCommand({ QueueName: 'plain', Attributes: {} })),
      ],
      [
        'ReceiptHandleIsInvalid',
        client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
      ],
      [
        'ReceiptHandleIsInvalid',
        client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }),
        ),
      ],
      [
        'TooManyEntriesInBatchRequest',
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(11) })),
      ],
      [
        'BatchEntryIdsNotDistinct',
        client.send(new SendMessageBatchCommand({ QueueUrl, Entries: entries(2) })),
      ],
      [
        'InvalidParameterValue',
        client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
      ],
      ['MissingParameter', client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))],
    ];
    for (const [name, failing] of failures) {
      expect(nameOf(await failing.catch((error: unknown) => error))).toBe(name);
    }
  });

  it('of one entry does not fail its batch', async () => {
    const QueueUrl = await create('entries.fifo');
    const answer = await client.send(new DeleteMessageBatchCommand({ QueueUrl, ...handles }));
    expect(answer.Failed).toMatchObject([
      { Id: 'a', Code: 'ReceiptHandleIsInvalid', SenderFault: true },
    ]);
  });

  it('answers what is no request of the protocol with 400', async () => {
    const post = (target: string, body: string) =>
      fetch(server.baseUrl, { method: 'POST', headers: { 'x-amz-target': target }, body });
    for (const [target, body] of [
      ['AmazonSQS.Unknown', '{}'],
      ['AmazonSQS.constructor', '{}'],
      ['AmazonSQS.ListQueues', '{'],
      ['AmazonSQS.ListQueues', '{"MaxResults":"x"}'],
    ] as const) {
      const response = await post(target, body);
      expect(response.status).toBe(400);
      expect(response.headers.get('x-amzn-query-error')).toMatch(/;Sender$/);
    }
  });
});
