import { request } from 'node:http';
import { PurgeQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AwsRequest, AwsService } from '../../../local/aws-endpoint/aws-service.ts';
import {
  type AwsEndpoint,
  startAwsEndpoint,
} from '../../../local/aws-endpoint/start-aws-endpoint.ts';

const REQUEST_BYTES_MAX = 2 * 1024 * 1024;

let calls: AwsRequest[];
let faults: unknown[];
let endpoint: AwsEndpoint;

beforeEach(async () => {
  calls = [];
  faults = [];
  endpoint = await startAwsEndpoint({
    port: 0,
    services: { sqs: echo, dynamodb: broken },
    pages: { '/_local/hello': (query) => ({ hello: query.get('name') }) },
    onFault: (_target, error) => faults.push(error),
  });
});
afterEach(() => endpoint.close());

const echo: AwsService = {
  async handle(call) {
    calls.push(call);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: call.body };
  },
};
const broken: AwsService = {
  handle: () => Promise.reject(new Error('out of order')),
};

async function post(target: string, body = '{}', headers = {}) {
  const answer = await fetch(endpoint.url, {
    method: 'POST',
    headers: { 'x-amz-target': target, ...headers },
    body,
  });
  const text = await answer.text();
  return { status: answer.status, text, json: text.startsWith('{') ? JSON.parse(text) : {} };
}

/** The status for a Host header that `fetch` would not let us set. */
function statusForHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port: endpoint.port, host: '127.0.0.1', headers: { host } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    call.on('error', reject);
    call.end();
  });
}

describe('a call with a target', () => {
  it('reaches its service with everything it needs', async () => {
    const { text } = await post('AmazonSQS.SendMessage', '{"é":1}', { 'x-extra': 'yes' });
    expect(text).toBe('{"é":1}');
    expect(calls).toEqual([
      expect.objectContaining({
        target: 'AmazonSQS.SendMessage',
        operation: 'SendMessage',
        body: '{"é":1}',
        baseUrl: endpoint.url,
        headers: expect.objectContaining({ 'x-extra': 'yes' }),
      }),
    ]);
  });

  it.each([
    ['DynamoDB_20111205.GetItem', /does not know x-amz-target "DynamoDB_20111205.GetItem"/],
    ['AmazonSQS', /does not know x-amz-target/],
    ['', /it serves AmazonSQS\.\*, DynamoDB_20120810\.\*/],
    ['AWSEvents.PutEvents', /runs without eventBridge/],
  ])('is refused with a reason: "%s"', async (target, reason) => {
    const { status, json } = await post(target);
    expect(status).toBe(400);
    expect(json).toEqual({
      __type: 'UnknownOperationException',
      message: expect.stringMatching(reason),
    });
  });

  it('is a fault when its service breaks', async () => {
    const { status, json } = await post('DynamoDB_20120810.GetItem');
    expect(status).toBe(500);
    expect(json).toEqual({ __type: 'InternalFailure', message: 'out of order' });
    expect(faults).toEqual([new Error('out of order')]);
  });

  it('takes a body up to the limit and refuses a larger one', async () => {
    expect((await post('AmazonSQS.X', 'x'.repeat(REQUEST_BYTES_MAX))).status).toBe(200);
    const large = await post('AmazonSQS.X', 'x'.repeat(REQUEST_BYTES_MAX + 1));
    expect(large.status).toBe(413);
    expect(large.json.message).toMatch(/over 2097152 bytes/);
    expect(calls).toHaveLength(1);
  });

  it('works from an SDK client, with any credentials', async () => {
    const client = new SQSClient({
      endpoint: endpoint.url,
      region: 'ap-east-1',
      credentials: { accessKeyId: 'whoever', secretAccessKey: 'whatever' },
      maxAttempts: 1,
    });
    const QueueUrl = `${endpoint.url}/000000000000/orders.fifo`;
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    client.destroy();
    expect(calls[0]).toMatchObject({ operation: 'PurgeQueue', body: JSON.stringify({ QueueUrl }) });
  });
});

describe('a call whose client goes away', () => {
  it('is told so to its service', async () => {
    const gone = new AbortController();
    const begun = Promise.withResolvers<AwsRequest>();
    const waiting: AwsService = {
      async handle(call) {
        begun.resolve(call);
        await new Promise((resolve) => call.signal?.addEventListener('abort', resolve));
        return echo.handle(call);
      },
    };
    const other = await startAwsEndpoint({ port: 0, services: { sqs: waiting } });
    const headers = { 'x-amz-target': 'AmazonSQS.ReceiveMessage' };
    const answer = fetch(other.url, { method: 'POST', headers, signal: gone.signal });
    const { signal } = await begun.promise;
    const told = new Promise((resolve) => signal?.addEventListener('abort', resolve));
    expect(signal?.aborted).toBe(false);
    gone.abort();
    await expect(answer).rejects.toThrow();
    await told;
    await other.close();
  });
});

describe('a caller identity', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('is the same for everybody', async () => {
    const { status, text } = await post('', 'Action=GetCallerIdentity&Version=2011-06-15', form);
    expect(status).toBe(200);
    expect(text).toContain('<Account>000000000000</Account>');
  });

  it('is the one query call there is', async () => {
    const { status, json } = await post('', 'Action=ReceiveMessage', form);
    expect(status).toBe(400);
    expect(json.message).toContain('Action=ReceiveMessage');
  });
});

describe('a page for people', () => {
  it('is found by its path', async () => {
    const page = await fetch(`${endpoint.url}/_local/hello?name=desk`);
    expect(await page.json()).toEqual({ hello: 'desk' });
    const overview = await fetch(endpoint.url);
    expect(await overview.json()).toEqual({
      services: ['sqs', 'dynamodb'],
      pages: ['/_local/hello'],
    });
    const none = await fetch(`${endpoint.url}/nowhere`);
    expect(none.status).toBe(404);
  });

  it('is not given to a web page that calls this machine by another name', async () => {
    expect(await statusForHost('evil.example:80')).toBe(403);
    expect(await statusForHost('localhost.evil.example')).toBe(403);
    expect(await statusForHost(`localhost:${endpoint.port}`)).toBe(200);
    expect(await statusForHost('sqs.us-east-1.localhost')).toBe(200);
  });
});

describe('a port that is in use', () => {
  it('is refused with its number and the option', async () => {
    const second = startAwsEndpoint({ port: endpoint.port, services: {} });
    await expect(second).rejects.toThrow(
      new RegExp(`port ${endpoint.port}: the port is in use.*--aws-port`),
    );
  });
});
