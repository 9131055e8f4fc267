import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { signWebhook } from '../../lib/adapters/webhook/standard-webhooks.ts';
import { Secret } from '../../lib/application/secret.ts';
import {
  type HandlerBench,
  httpEvent,
  lambdaContext,
  openHandlerBench,
  sqsEvent,
} from '../support/handler-bench.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

let bench: HandlerBench;

beforeAll(async () => {
  bench = await openHandlerBench();
}, 120_000);

afterAll(() => bench.close());

const market = { accountId: 'desk-1', symbol: 'BTCUSD', side: 'BUY', type: 'MARKET' };
const body = (clientOrderId: string) =>
  JSON.stringify({ ...market, clientOrderId, quantity: '0.01' });

type Handler = (
  event: APIGatewayProxyEventV2,
  context: ReturnType<typeof lambdaContext>,
) => Promise<APIGatewayProxyStructuredResultV2>;

async function answerOf(handler: Handler, event: APIGatewayProxyEventV2) {
  const { statusCode, headers, body: text } = await handler(event, lambdaContext(10_000));
  return { status: statusCode, type: headers?.['content-type'], body: JSON.parse(text ?? '{}') };
}

/** The order's way by the handlers' own sources, each in the environment of its function. */
describe('the handlers', () => {
  it('receive-order takes an order from the API and puts it on the queue', async () => {
    bench.becomes('receive-order');
    const { handler } = await import('../../lambdas/receive-order.ts');
    const event = httpEvent('POST /v1/orders', { body: body('handler-1') });
    expect(await answerOf(handler, event)).toMatchObject({
      status: 202,
      type: 'application/json',
      body: { clientOrderId: 'handler-1', status: 'RECEIVED' },
    });
    expect(bench.aws.sqs.engine.countMessages('orders.fifo')).toMatchObject({ visible: 1 });
  });

  it('F65 receive-order verifies the raw bytes of a webhook, also when they come as base64', async () => {
    const { handler } = await import('../../lambdas/receive-order.ts');
    const text = `{ "quantity":"0.01",  ${JSON.stringify(market).slice(1)}`;
    const timestamp = Math.floor(Date.now() / 1_000);
    const webhook = { secret: new Secret(PRODUCER_SECRET), id: 'msg-1', timestamp, body: text };
    const event = httpEvent('POST /v1/webhooks/{producerId}', {
      path: { producerId: 'demo' },
      headers: {
        'Webhook-Id': 'msg-1',
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signWebhook(webhook),
      },
      body: Buffer.from(text).toString('base64'),
      isBase64Encoded: true,
    });
    expect(await answerOf(handler, event)).toMatchObject({ status: 202 });
    const changed = { ...event, body: Buffer.from(text.replace('  ', ' ')).toString('base64') };
    expect(await answerOf(handler, changed)).toMatchObject({
      status: 401,
      type: 'application/problem+json',
    });
  });

  it('submit-order sends what it is handed and reports nothing to deliver again', async () => {
    bench.becomes('submit-order');
    const { handler } = await import('../../lambdas/submit-order.ts');
    const answer = await handler(sqsEvent([body('handler-1')]), lambdaContext(20_000));
    expect(answer).toEqual({ batchItemFailures: [] });
    const placed = bench.desk.simulator.admin.orders({ clientOrderId: 'handler-1' });
    expect(placed).toHaveLength(1);
  });

  it('F3 submit-order gives an order back when there is no time left to finish it', async () => {
    const { handler } = await import('../../lambdas/submit-order.ts');
    const answer = await handler(sqsEvent([body('handler-2')]), lambdaContext(5_000));
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] });
    expect(bench.desk.simulator.admin.orders({ clientOrderId: 'handler-2' })).toEqual([]);
  });

  it('read-orders shows the order and its page', async () => {
    bench.becomes('read-orders');
    const { handler } = await import('../../lambdas/read-orders.ts');
    const path = { accountId: 'desk-1', clientOrderId: 'handler-1' };
    const one = httpEvent('GET /v1/orders/{accountId}/{clientOrderId}', { path });
    expect(await answerOf(handler, one)).toMatchObject({ status: 200, body: { status: 'FILLED' } });
    const list = httpEvent('GET /v1/orders', { query: { accountId: 'desk-1', status: 'FILLED' } });
    expect((await answerOf(handler, list)).body.orders).toHaveLength(1);
    const absent = httpEvent('GET /v1/orders/{accountId}/{clientOrderId}', {
      path: { ...path, clientOrderId: 'nobody' },
    });
    expect(await answerOf(handler, absent)).toMatchObject({ status: 404 });
    expect(await answerOf(handler, httpEvent('GET /health'))).toMatchObject({ status: 200 });
  });

  it('control-account halts an account and shows it halted', async () => {
    bench.becomes('control-account');
    const { handler } = await import('../../lambdas/control-account.ts');
    const path = { accountId: 'desk-1' };
    const halt = httpEvent('PUT /v1/accounts/{accountId}/halt', {
      path,
      body: '{"halted":true,"reason":"drill"}',
    });
    expect(await answerOf(handler, halt)).toMatchObject({ status: 200, body: { halted: true } });
    const view = httpEvent('GET /v1/accounts/{accountId}', { path });
    expect(await answerOf(handler, view)).toMatchObject({
      body: { halted: true, reason: 'drill' },
    });
  });

  it('publish-events publishes every change of a write, in order', async () => {
    bench.becomes('publish-events');
    const { handler } = await import('../../lambdas/publish-events.ts');
    const records = bench.aws.dynamoDb.streams
      .read('orders', '0', 100)
      .filter(({ dynamodb }) => JSON.stringify(dynamodb.Keys).includes('handler-1'));
    const event = JSON.parse(JSON.stringify({ Records: records }));
    expect(await handler(event, lambdaContext(10_000))).toEqual({ batchItemFailures: [] });
    const published = bench.aws.eventBridge.events('orders', 0, 100);
    const sequences = published.map(({ event: { detail } }) => Object(detail).sequence);
    expect(sequences).toEqual([1, 2, 3]);
  });

  it('reconcile-orders makes a pass and ends in time', async () => {
    bench.becomes('reconcile-orders');
    const { handler } = await import('../../lambdas/reconcile-orders.ts');
    expect(await handler({}, lambdaContext(12_500))).toMatchObject({ faults: 0 });
  });
});

describe('a handler whose environment lacks a setting', () => {
  it('names the setting, not its value', async () => {
    const { readEnvironment, text, wholeWithin } = await import(
      '../../lambdas/edge/environment.ts'
    );
    process.env.DUE_SHARDS = 'many';
    expect(() => readEnvironment({ NOT_THERE: text, DUE_SHARDS: wholeWithin(1, 64) })).toThrow(
      /NOT_THERE.*DUE_SHARDS: must be a whole number from 1 to 64/,
    );
    delete process.env.DUE_SHARDS;
  });
});
