import { afterEach, describe, expect, it } from '@jest/globals';
import {
  OrdersApiError,
  OrdersClient,
  type OrdersClientOptions,
  OrdersUnreachableError,
  OrdersUsageError,
  OrdersWaitError,
} from '../../client/index.ts';
import { standardWebhooks } from '../../lib/adapters/webhook/standard-webhooks.ts';
import { webhookSecret, webhookSecretText } from '../support/webhook-secret.ts';
import { exampleOrder } from './example-order.ts';
import {
  type Act,
  answer,
  cut,
  hang,
  type ScriptedServer,
  startScriptedServer,
} from './scripted-server.ts';
import { virtualTiming } from './virtual-timing.ts';

const request = {
  accountId: 'desk-1',
  clientOrderId: 'my-first',
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.01',
} as const;
const { clientOrderId: _none, ...withoutId } = request;

let server: ScriptedServer | undefined;
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function clientOf(acts: readonly Act[], options: Partial<OrdersClientOptions> = {}) {
  server = await startScriptedServer(...acts);
  const timing = virtualTiming();
  const { seen, url: baseUrl } = server;
  const client = new OrdersClient({ baseUrl, auth: { kind: 'none' }, timing, ...options });
  return { client, timing, seen };
}

const received = answer(202, exampleOrder('RECEIVED'));
const known = answer(200, exampleOrder('NEW'));
const problem = (status: number, more = {}) =>
  answer(status, { title: 'A title', detail: 'a detail', ...more });

describe('an order that is submitted', () => {
  it('is told apart from its repeat', async () => {
    const { client } = await clientOf([received, known]);
    expect(await client.submit(request)).toMatchObject({ repeated: false });
    expect(await client.submit(request)).toMatchObject({
      repeated: true,
      order: { status: 'NEW' },
    });
  });

  it.each<[string, Act]>([
    ['the connection is cut', cut],
    [
      'the answer breaks off',
      (response) => {
        response.writeHead(202, { 'content-length': '900' });
        response.write('{');
        response.socket?.end();
      },
    ],
    ['503 comes', problem(503)],
    ['504 comes from a gateway', answer(504, { message: 'Endpoint request timed out' })],
    ['429 comes', problem(429)],
    ['408 comes', problem(408)],
  ])('is sent again, the very same, after %s', async (_what, first) => {
    const { client, seen, timing } = await clientOf([first, first, known]);
    expect(await client.submit(request)).toMatchObject({ repeated: true });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(request);
    expect(timing.waits).toEqual([100, 200]);
  });

  it.each([400, 401, 403, 404, 409, 413, 415, 302])(
    'is not sent again after %d',
    async (status) => {
      const { client, seen } = await clientOf([problem(status), received]);
      await expect(client.submit(request)).rejects.toMatchObject({ status, attempts: 1 });
      expect(seen).toHaveLength(1);
    },
  );

  it('says of a refusal which field is wrong', async () => {
    const errors = [{ field: 'price', message: 'is required' }];
    const { client } = await clientOf([problem(400, { errors })]);
    const error = await client.submit(request).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrdersApiError);
    expect(error).toMatchObject({ title: 'A title', detail: 'a detail', errors });
  });

  it('gives up after its retries, and says that its end is unknown', async () => {
    const { client, seen } = await clientOf([cut], { retries: 2 });
    const error = await client.submit(request).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrdersUnreachableError);
    expect(String(error)).toContain('repeat the very same request');
    expect(seen).toHaveLength(3);
  });

  it('waits as long as the server asks for', async () => {
    const { client, timing } = await clientOf([problem503After('7'), received]);
    await client.submit(request);
    expect(timing.waits).toEqual([7_000]);
  });

  it('is given back to the caller when the server asks for more patience than a minute', async () => {
    const { client, timing } = await clientOf([problem503After('120'), received]);
    await expect(client.submit(request)).rejects.toMatchObject({ status: 503 });
    expect(timing.waits).toEqual([]);
  });

  it('is sent again when an answer does not end in time', async () => {
    const { client, seen } = await clientOf([hang, received], { timeoutMs: 50 });
    await client.submit(request);
    expect(seen).toHaveLength(2);
  });

  it('needs an id by which a repeat is known', async () => {
    const { client, seen } = await clientOf([received]);
    await expect(client.submit(withoutId)).rejects.toThrow(OrdersUsageError);
    expect(seen).toEqual([]);
  });

  it('is no longer sent once the caller aborts', async () => {
    const caller = new AbortController();
    const abort: Act = (response) => {
      caller.abort(new Error('changed my mind'));
      cut(response);
    };
    const { client, seen } = await clientOf([abort, received]);
    const submitted = client.submit(request, { signal: caller.signal });
    await expect(submitted).rejects.toThrow('changed my mind');
    expect(seen).toHaveLength(1);
  });
});

describe('a producer of webhooks', () => {
  const auth = { kind: 'webhook', producerId: 'demo', secret: webhookSecretText('s') } as const;

  it('signs every attempt afresh under one id', async () => {
    const { client, seen, timing } = await clientOf([problem503After('9'), received], { auth });
    const before = timing.now();
    await client.submit(withoutId, { webhookId: 'delivery-1' });
    expect(seen.map(({ path }) => path)).toEqual(['/v1/webhooks/demo', '/v1/webhooks/demo']);
    for (const [index, { headers, body }] of seen.entries()) {
      const now = before + index * 9_000;
      expect(headers['webhook-id']).toBe('delivery-1');
      expect(headers['webhook-timestamp']).toBe(String(Math.floor(now / 1_000)));
      const verified = standardWebhooks.verify({
        producer: { producerId: 'demo', secrets: [webhookSecret('s')], accounts: [] },
        body,
        id: String(headers['webhook-id']),
        timestamp: String(headers['webhook-timestamp']),
        signature: String(headers['webhook-signature']),
        now,
      });
      expect(verified).toEqual({ kind: 'verified' });
    }
  });

  it('has one id for all attempts when the order has its own', async () => {
    const { client, seen } = await clientOf([cut, received], { auth });
    await client.submit(request);
    const ids = seen.map(({ headers }) => headers['webhook-id']);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('cancels by a webhook', async () => {
    const { client, seen } = await clientOf([received], { auth });
    await client.cancel('desk-1', 'my-first');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      action: 'cancel',
      accountId: 'desk-1',
      clientOrderId: 'my-first',
    });
  });

  it('cannot read', async () => {
    const { client } = await clientOf([known], { auth });
    await expect(client.get('desk-1', 'my-first')).rejects.toThrow(OrdersUsageError);
    await expect(client.halt('desk-1', { halted: true })).rejects.toThrow(OrdersUsageError);
  });

  it.each(['', 'a b', 'a.b', 'x'.repeat(257)])('refuses the webhook id "%s"', async (webhookId) => {
    const { client, seen } = await clientOf([received], { auth });
    await expect(client.submit(request, { webhookId })).rejects.toThrow(OrdersUsageError);
    expect(seen).toEqual([]);
  });
});

describe('waiting for an order', () => {
  it('ends when the order does', async () => {
    const { client, timing } = await clientOf([
      answer(200, exampleOrder('SENDING')),
      answer(200, exampleOrder('NEW')),
      answer(200, exampleOrder('FILLED')),
    ]);
    expect(await client.waitFor('desk-1', 'my-first')).toMatchObject({ status: 'FILLED' });
    expect(timing.waits).toEqual([150, 225]);
  });

  it('ends when nothing more comes by itself', async () => {
    const { client } = await clientOf([answer(200, exampleOrder('HELD'))]);
    expect(await client.waitFor('desk-1', 'my-first')).toMatchObject({ status: 'HELD' });
  });

  it('says that the order ended otherwise', async () => {
    const { client } = await clientOf([answer(200, exampleOrder('REJECTED'))]);
    const waited = client.waitFor('desk-1', 'my-first', { until: ['NEW', 'FILLED'] });
    const error = await waited.catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrdersWaitError);
    expect(error).toMatchObject({ kind: 'ended-otherwise', order: { status: 'REJECTED' } });
  });

  it('gives up in time, with the order as it was seen last', async () => {
    const { client, timing } = await clientOf([known]);
    const startedAt = timing.now();
    const waited = client.waitFor('desk-1', 'my-first', { timeoutMs: 10_000 });
    await expect(waited).rejects.toMatchObject({ kind: 'timed-out', order: { status: 'NEW' } });
    expect(timing.now() - startedAt).toBe(10_000);
  });
});

describe('an answer that is not the service’s', () => {
  it.each([
    ['a page', '<html>'],
    ['another JSON', '{"hello": "world"}'],
  ])('is told as such: %s', async (_what, text) => {
    const { client } = await clientOf([answer(200, text)]);
    await expect(client.get('desk-1', 'my-first')).rejects.toThrow(OrdersUnreachableError);
  });
});

describe('a list of orders', () => {
  it('is read page by page', async () => {
    const { client, seen } = await clientOf([
      answer(200, { orders: [exampleOrder('NEW')], cursor: 'a=b' }),
      answer(200, { orders: [exampleOrder('FILLED')] }),
    ]);
    const statuses: string[] = [];
    for await (const { status } of client.all({ accountId: 'desk-1', limit: 1 }))
      statuses.push(status);
    expect(statuses).toEqual(['NEW', 'FILLED']);
    expect(seen.map(({ path }) => path)).toEqual([
      '/v1/orders?accountId=desk-1&limit=1',
      '/v1/orders?accountId=desk-1&limit=1&cursor=a%3Db',
    ]);
  });
});

describe('an id that cannot be one', () => {
  it.each(['', '..', 'a/b', 'a?b'])('never becomes part of an address: "%s"', async (id) => {
    const { client, seen } = await clientOf([known]);
    await expect(client.get('desk-1', id)).rejects.toThrow(OrdersUsageError);
    await expect(client.account(id)).rejects.toThrow(OrdersUsageError);
    expect(seen).toEqual([]);
  });
});

function problem503After(retryAfter: string): Act {
  return answer(503, { title: 'Not available now' }, { 'retry-after': retryAfter });
}
