import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { type LocalAws, openAws } from '../../local/stack/aws.ts';
import { synthesizedAssembly } from '../../local/stack/synthesize.ts';
import { describeAssembly } from '../../local/template/describe-assembly.ts';
import { PRODUCER_SECRET, type SimulatedDesk, startDesk } from './simulated-desk.ts';

/** The services behind handlers that run in the test's own process. */
export interface HandlerBench {
  readonly aws: LocalAws;
  readonly desk: SimulatedDesk;
  /** Gives this process the environment that the template gives a function. */
  becomes(functionName: string): void;
  close(): Promise<void>;
}

/** Opens AWS and an exchange with one account, `desk-1`. */
export async function openHandlerBench(): Promise<HandlerBench> {
  const desk = await startDesk({ accounts: 1, createAnswer: 'FINAL' });
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-handlers-'));
  const aws = await openAws({ dataDirectory, port: 0, log: () => {} });
  const description = describeAssembly({
    directory: await synthesizedAssembly(),
    region: 'us-east-1',
    accountId: '000000000000',
    partition: 'aws',
    queueUrl: (name) => `${aws.url}/000000000000/${name}`,
  });
  await aws.provide(description);
  const account = { ...desk.configuration.accounts['desk-1'], baseUrl: desk.simulator.url };
  const producer = { secrets: [PRODUCER_SECRET], accounts: ['desk-1'] };
  const prefix = 'hashkey-orders/local';
  aws.secretsManager.putSecret(`${prefix}/accounts/desk-1`, JSON.stringify(account));
  aws.secretsManager.putSecret(`${prefix}/producers/demo`, JSON.stringify(producer));
  return {
    aws,
    desk,
    becomes(functionName) {
      const found = description.functions.find(({ name }) => name === functionName);
      Object.assign(process.env, found?.environment, {
        AWS_ENDPOINT_URL: aws.url,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      });
    },
    async close() {
      await aws.close();
      await desk.simulator.stop();
    },
  };
}

/** A request as API Gateway hands it on. */
export function httpEvent(
  routeKey: string,
  request: {
    readonly path?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly isBase64Encoded?: boolean;
  } = {},
): APIGatewayProxyEventV2 {
  const [method = 'GET', rawPath = '/'] = routeKey.split(' ');
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: '',
    headers: { 'content-type': 'application/json', ...request.headers },
    ...(request.path === undefined ? {} : { pathParameters: { ...request.path } }),
    ...(request.query === undefined ? {} : { queryStringParameters: { ...request.query } }),
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: request.isBase64Encoded ?? false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
      requestId: 'request-1',
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: 0,
    },
  };
}

/** A batch as the event source mapping hands it on. */
export function sqsEvent(bodies: readonly string[]): SQSEvent {
  const record = (body: string, index: number): SQSRecord => ({
    messageId: `message-${index}`,
    receiptHandle: `handle-${index}`,
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: String(Date.now()),
      SenderId: 'sender',
      ApproximateFirstReceiveTimestamp: String(Date.now()),
      MessageGroupId: 'desk-1#0',
      MessageDeduplicationId: `message-${index}`,
      SequenceNumber: String(index),
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:orders.fifo',
    awsRegion: 'us-east-1',
  });
  return { Records: bodies.map(record) };
}

/** What Lambda tells an invocation about itself. */
export function lambdaContext(remainingMs: number): Context {
  return {
    callbackWaitsForEmptyEventLoop: false,
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:function',
    memoryLimitInMB: '512',
    awsRequestId: 'request-1',
    logGroupName: '/aws/lambda/function',
    logStreamName: 'local',
    getRemainingTimeInMillis: () => remainingMs,
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
}
