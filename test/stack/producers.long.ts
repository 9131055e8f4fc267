import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersApiError, OrdersClient } from '../../client/index.ts';
import { describeApi } from '../../lib/application/api/describe-api.ts';
import { runExample } from '../client/run-example.ts';
import { readTradingViewHowTo } from '../support/how-to-tradingview.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

let running: RunningStack;
let orders: OrdersClient;
let producer: OrdersClient;

const TOKEN = randomBytes(32).toString('hex');
const howTo = readTradingViewHowTo(TOKEN);
const { sourceAddresses: _here, ...published } = howTo.producer.tradingView;
const fromAfar = { ...howTo.producer, tradingView: published };

/** Of TradingView's three seconds, on a machine that does other things, too. */
const ANSWER_MS_MAX = 3_000;

const terms = { accountId: 'desk-1', symbol: 'BTCUSD', side: 'BUY' } as const;
const resting = { ...terms, type: 'LIMIT', quantity: '0.01', price: '20000' } as const;

beforeAll(async () => {
  const producers = { tradingview: howTo.producer, 'from-afar': fromAfar };
  running = await startRunningStack({ accounts: 1, producers });
  const baseUrl = running.stack.apiUrl;
  orders = new OrdersClient({ baseUrl, auth: { kind: 'none' } });
  const auth = { kind: 'webhook', producerId: 'demo', secret: PRODUCER_SECRET } as const;
  producer = new OrdersClient({ baseUrl, auth });
}, 120_000);

afterAll(() => running.stop());

/** For what waits for an order: a busy machine may close a gate, which takes a minute to open. */
const WAITS_MS = 120_000;

const json = { 'content-type': 'application/json' };

function post(text: string, options: { readonly path?: string; readonly headers?: object } = {}) {
  const path = options.path ?? `tradingview/${TOKEN}`;
  return running.post(`/v1/tradingview/${path}`, text, { ...json, ...options.headers });
}

/** As TradingView fills the message of the how-to. */
function filled(change: Readonly<Record<string, string>> = {}): string {
  return howTo.message({
    'strategy.order.id': 'Long',
    'strategy.order.action': 'buy',
    'strategy.order.contracts': '0.01',
    ticker: 'BTCUSD',
    timenow: `${new Date().toISOString().slice(0, 19)}Z`,
    ...change,
  });
}

describe('an alert of TradingView', () => {
  it(
    'is placed once, however often it comes',
    async () => {
      const text = filled();
      const startedAt = performance.now();
      const first = await post(text);
      expect(performance.now() - startedAt).toBeLessThan(ANSWER_MS_MAX);
      expect(first).toMatchObject({ status: 202, body: { side: 'BUY', quantity: '0.01' } });
      const clientOrderId = String(first.body.clientOrderId);
      const repeats = await Promise.all([post(text), post(text), post(text)]);
      for (const repeat of repeats) {
        expect(repeat).toMatchObject({ status: 200, body: { clientOrderId } });
      }
      expect(await orders.waitFor('desk-1', clientOrderId)).toMatchObject({ status: 'FILLED' });
      expect(running.desk.simulator.admin.orders({ clientOrderId })).toHaveLength(1);
    },
    WAITS_MS,
  );

  it('may be sent as plain text, and is another order for another order of the strategy', async () => {
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    const other = filled({ 'strategy.order.id': 'Long 2' });
    expect((await post(other, { headers })).status).toBe(202);
  });

  it('of another content is refused under the id of the first', async () => {
    const timenow = `${new Date().toISOString().slice(0, 19)}Z`;
    const same = { timenow, 'strategy.order.id': 'Changed' };
    expect((await post(filled(same))).status).toBe(202);
    const other = filled({ ...same, 'strategy.order.contracts': '0.02' });
    expect((await post(other)).status).toBe(409);
  });

  it.each<[string, () => ReturnType<typeof post>, number]>([
    ['another token', () => post(filled(), { path: `tradingview/${'0'.repeat(64)}` }), 401],
    ['another producer', () => post(filled(), { path: `nobody/${TOKEN}` }), 401],
    ['a producer that signs', () => post(filled(), { path: `demo/${TOKEN}` }), 401],
    ['another address', () => post(filled(), { path: `from-afar/${TOKEN}` }), 403],
    [
      'another address and a header that says otherwise',
      () => {
        const headers = { 'x-forwarded-for': '52.89.214.238', 'x-real-ip': '52.89.214.238' };
        return post(filled(), { path: `from-afar/${TOKEN}`, headers });
      },
      403,
    ],
    ['a body that is no order', () => post(filled({ 'strategy.order.contracts': 'all' })), 400],
    ['a word unknown to the template', () => post(filled({ 'strategy.order.action': 'x' })), 400],
    ['a time long ago', () => post(filled({ timenow: '2026-01-01T00:00:00Z' })), 400],
    ['more than 16 KiB', () => post(filled({ ticker: 'X'.repeat(17_000) })), 413],
    ['a form', () => post('a=b', { headers: { 'content-type': 'multipart/form-data' } }), 415],
  ])('with %s is refused', async (_what, send, status) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(answer.contentType).toBe('application/problem+json');
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
  });

  it('leaves its token in no log of the stack', () => {
    const logs = join(running.dataDirectory, 'logs');
    const lines = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
    expect(lines.join('')).not.toBe('');
    expect(lines.filter((text) => text.includes(TOKEN))).toEqual([]);
  });
});

describe('the client', () => {
  it('is described by the service itself', async () => {
    const { status, body } = await running.get('/v1/openapi.json');
    expect(status).toBe(200);
    expect(body).toEqual(JSON.parse(JSON.stringify(describeApi())));
  });

  it('finds the service in health', async () => {
    expect(await orders.health()).toEqual({ status: 'ok' });
  });

  it(
    'places the order of its example once, however often it runs',
    async () => {
      const run = async () => {
        const env = { ORDERS_URL: running.stack.apiUrl };
        const example = runExample('place-order', { args: ['of-example'], env });
        expect(await example.ended()).toBe(0);
        return example.lines(2);
      };
      expect(await run()).toEqual([
        'accepted of-example',
        expect.stringMatching(/^FILLED 0.01 at /),
      ]);
      expect(await run()).toEqual([
        'known before of-example',
        expect.stringMatching(/^FILLED 0.01 at /),
      ]);
      const placed = running.desk.simulator.admin.orders({ clientOrderId: 'of-example' });
      expect(placed).toHaveLength(1);
    },
    WAITS_MS,
  );

  it(
    'submits by signed webhook, and cancels so',
    async () => {
      const first = await producer.submit(resting, { webhookId: 'delivery-1' });
      const repeat = await producer.submit(resting, { webhookId: 'delivery-1' });
      expect([first.repeated, repeat.repeated]).toEqual([false, true]);
      const { accountId, clientOrderId } = repeat.order;
      expect(clientOrderId).toBe(first.order.clientOrderId);

      await orders.waitFor(accountId, clientOrderId, { until: ['NEW'] });
      expect((await producer.cancel(accountId, clientOrderId)).cancel).toBeDefined();
      const ended = await orders.waitFor(accountId, clientOrderId);
      expect(ended).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
    },
    WAITS_MS,
  );

  it('lists, page by page', async () => {
    const ids: string[] = [];
    for await (const { clientOrderId } of orders.all({ accountId: 'desk-1', limit: 1 })) {
      ids.push(clientOrderId);
    }
    expect(ids.slice(0, 2)).toEqual([expect.stringMatching(/^wh-/), 'of-example']);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it(
    'works the kill switch and sees the account',
    async () => {
      const halted = await orders.halt('desk-1', { halted: true, reason: 'drill' });
      expect(halted).toMatchObject({ halted: true, reason: 'drill' });
      const denied = await orders.submit({ ...resting, clientOrderId: 'while-halted' });
      const { accountId, clientOrderId } = denied.order;
      expect(await orders.waitFor(accountId, clientOrderId)).toMatchObject({ status: 'DENIED' });
      await orders.halt('desk-1', { halted: false });
      expect(await orders.account('desk-1')).toMatchObject({ halted: false, keys: [{}] });
    },
    WAITS_MS,
  );

  it('tells what the service refuses in its words', async () => {
    const wrong = { ...resting, clientOrderId: 'wrong', price: '-1' };
    const error = await orders.submit(wrong).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrdersApiError);
    expect(error).toMatchObject({ status: 400, errors: [{ field: 'price' }], attempts: 1 });
    await expect(orders.get('desk-1', 'wrong')).rejects.toMatchObject({ status: 404 });
    await expect(orders.account('desk-9')).rejects.toMatchObject({ status: 404 });
  });
});
