import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { text as textFrom } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createEventFeed } from '../../console/server/event-feed.ts';
import { rememberAccounts } from '../../console/server/remember-accounts.ts';
import { type RunningConsole, startConsole } from '../../console/server/start-console.ts';
import { orderWith, T0 } from './order-samples.ts';

const consoles: RunningConsole[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const served of consoles.splice(0)) await served.close();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface SeenCall {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An API that answers everything alike and remembers what it was asked. */
async function apiWith(value: unknown) {
  const calls: SeenCall[] = [];
  const server = createServer((request, response) => {
    const { method, url, headers } = request;
    void textFrom(request).then((body) => {
      calls.push({ method, url, headers, body });
      response.end(JSON.stringify(value));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, calls };
}

async function signing(apiUrl: string) {
  const served = await startConsole({
    apiUrl,
    awsEndpoint: apiUrl,
    region: 'eu-central-1',
    port: 0,
    stage: 'sandbox',
    horizonMs: 60_000,
    accounts: ['desk-1'],
  });
  consoles.push(served);
  const { origin, hash } = new URL(served.url);
  const headers = { origin, 'x-console-token': hash.slice(1) };
  return {
    origin,
    call: (path: string, init: RequestInit = {}) =>
      fetch(`${origin}/api${path}`, { headers, ...init }),
  };
}

describe('a console that signs', () => {
  it('signs what it passes on, for the API alone, and hands no credential back', async () => {
    const api = await apiWith({ orders: [orderWith()], cursor: 'next page' });
    const { call } = await signing(api.url);
    const answer = await call('/orders?accountId=desk-1&cursor=a%2Fb%3D&other=1');
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ orders: [{ since: T0 }], cursor: 'next page' });
    const seen = api.calls.find(({ url }) => url?.startsWith('/v1/orders'));
    expect(seen?.url).toBe('/v1/orders?accountId=desk-1&cursor=a%2Fb%3D');
    expect(seen?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=local\/\d{8}\/eu-central-1\/execute-api\/aws4_request, .*Signature=[0-9a-f]{64}$/,
    );
    expect(seen?.headers['x-console-token']).toBeUndefined();
    expect(body + JSON.stringify([...answer.headers])).not.toMatch(/AWS4|Signature|Credential/);
  });

  it('passes nothing on that the page does not need', async () => {
    const api = await apiWith({});
    const { call, origin } = await signing(api.url);
    const passed = () => api.calls.filter(({ url }) => url?.startsWith('/v1/'));
    for (const [path, init] of [
      ['/orders', { method: 'POST', body: '{}' }],
      ['/orders/desk-1/..%2f..%2fwebhooks', {}],
      ['/accounts/desk-1/halt', { method: 'PUT', body: '{"halted":"yes"}' }],
      ['/accounts/desk-1', { method: 'DELETE' }],
    ] as const) {
      expect((await call(path, init)).status).toBeGreaterThanOrEqual(400);
    }
    const huge = await call('/accounts/desk-1/halt', { method: 'PUT', body: 'x'.repeat(20_000) });
    expect(huge.status).toBe(413);
    expect((await fetch(`${origin}/api/orders?accountId=desk-1`)).status).toBe(401);
    expect(passed()).toEqual([]);
  });

  it('keeps its secret out of the page', async () => {
    const { origin, call } = await signing((await apiWith({})).url);
    const page = await (await fetch(origin)).text();
    expect(page).not.toContain('console-token');
    expect((await call('/about')).status).toBe(200);
  });
});

describe('the accounts of a stage', () => {
  const stage = (lists: (() => Promise<readonly string[]>)[]) => ({
    queues: async () => [],
    credentials: () => Promise.reject(new Error('not asked')),
    accountIds: () => lists.shift()?.() ?? Promise.reject(new Error('asked too often')),
  });

  it('are asked for ahead, and what was known outlives a failure', async () => {
    let now = 0;
    const lists = [async () => ['desk-1'], () => Promise.reject(new Error('away'))];
    const known = rememberAccounts(stage(lists), () => now);
    expect(lists).toHaveLength(1);
    expect(await known.accountIds()).toEqual(['desk-1']);
    now = 60_000;
    expect(await known.accountIds()).toEqual(['desk-1']);
    expect(lists).toHaveLength(0);
    expect(await known.accountIds()).toEqual(['desk-1']);
  });
});

describe('the feed of events', () => {
  it('asks only while a page listens, and tells when it cannot ask', async () => {
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    const feed = createEventFeed(async () => {
      asked += 1;
      throw new Error('no bus');
    }, 60_000);
    expect(asked).toBe(0);
    const leave = feed.join((message) => resolve(message.kind === 'away' ? message.detail : ''));
    expect(await promise).toBe('no bus');
    leave?.();
    expect(asked).toBe(1);
    feed.close();
  });

  it('takes a bounded number of pages', () => {
    const feed = createEventFeed(async () => [], 60_000);
    const joined = Array.from({ length: 21 }, () => feed.join(() => undefined));
    expect(joined.filter((leave) => leave === undefined)).toHaveLength(1);
    feed.close();
  });
});
