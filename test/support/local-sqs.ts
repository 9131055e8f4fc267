import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsClient } from '../../lib/adapters/aws/aws-client.ts';
import { AWS_SERVICES } from '../../lib/adapters/aws/known-services.ts';
import { createSqs } from '../../local/sqs/create-sqs.ts';
import { awsClientAt } from './aws-client-at.ts';

/** Queues of this test file alone, in memory, on a clock that the test moves. */
export interface LocalSqs {
  /** The client of the adapters. */
  readonly client: AwsClient;
  /** The SDK's own client, for what tests prepare and look at. */
  readonly sdk: SQSClient;
  /** Makes a FIFO queue and gives its address. */
  createQueue(name: string): Promise<string>;
  advance(ms: number): void;
  close(): Promise<void>;
}

/** Starts the local queues behind a socket, for real clients. */
export async function startLocalSqs(): Promise<LocalSqs> {
  let now = 1_800_000_000_000;
  let baseUrl = '';
  const sqs = createSqs({
    file: ':memory:',
    clock: { now: () => now },
    baseUrl: () => baseUrl,
  });
  const server = createServer((request, response) => {
    void text(request)
      .then((body) =>
        sqs.handle({ target: String(request.headers['x-amz-target']), body, signal: undefined }),
      )
      .then((answer) => response.writeHead(answer.status, answer.headers).end(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  baseUrl = `http://127.0.0.1:${port}`;

  const client = awsClientAt(baseUrl, AWS_SERVICES.SQS);
  const sdk = new SQSClient({
    endpoint: baseUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    client,
    sdk,
    async createQueue(name) {
      const Attributes = { FifoQueue: 'true', VisibilityTimeout: '30' };
      const created = await sdk.send(new CreateQueueCommand({ QueueName: name, Attributes }));
      return created.QueueUrl ?? '';
    },
    advance(ms) {
      now += ms;
    },
    async close() {
      client.close();
      sdk.destroy();
      const closed = once(server, 'close');
      server.close();
      sqs.close();
      await closed;
    },
  };
}
