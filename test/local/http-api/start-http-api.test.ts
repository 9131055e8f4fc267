import { request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type RunningHttpApi, startHttpApi } from '../../../local/http-api/start-http-api.ts';
import type { InvokeOutcome } from '../../../local/lambda/invoke-outcome.ts';
import { manualTimers, settle } from '../schedule/manual-timers.ts';

const apis: RunningHttpApi[] = [];

afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close({ graceMs: 0 })));
});

const echo = async (event: unknown): Promise<InvokeOutcome> => ({
  kind: 'succeeded',
  payload: event,
});

async function start(invoke: (event: unknown) => Promise<InvokeOutcome> = echo, port = 0) {
  const timers = manualTimers();
  const api = await startHttpApi({
    api: {
      logicalId: 'Api',
      apiId: 'api',
      name: 'Orders',
      routes: [
        {
          routeKey: 'POST /v1/webhooks/{producerId}',
          functionName: 'f',
          authorizationType: 'NONE',
        },
        { routeKey: 'ANY /v1/orders', functionName: 'f', authorizationType: 'AWS_IAM' },
      ],
    },
    invoker: { invoke: (_name, event) => invoke(event) },
    accountId: '000000000000',
    port,
    portOption: '--port',
    log: () => {},
    timers,
  });
  apis.push(api);
  return { api, timers };
}

describe('a request', () => {
  it('reaches the function of its route, and the answer reaches the caller', async () => {
    const { api } = await start();
    const response = await fetch(`${api.url}/v1/webhooks/demo?x=1`, { method: 'POST', body: 'hi' });
    expect(response.status).toBe(200);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toMatchObject({
      routeKey: 'POST /v1/webhooks/{producerId}',
      pathParameters: { producerId: 'demo' },
      queryStringParameters: { x: '1' },
      body: 'hi',
    });
  });

  it('without a route is 404', async () => {
    const { api } = await start();
    const response = await fetch(`${api.url}/v2`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
  });

  it('of exactly 10 MB passes, one of more is 413', async () => {
    const { api } = await start(async () => ({ kind: 'succeeded', payload: { statusCode: 202 } }));
    const post = (bytes: number) =>
      fetch(`${api.url}/v1/webhooks/demo`, { method: 'POST', body: Buffer.alloc(bytes, 'x') });
    expect((await post(10 * 1024 * 1024)).status).toBe(202);
    expect((await post(10 * 1024 * 1024 + 1)).status).toBe(413);
  });

  it('that does not state its length is 413 as soon as it is too large', async () => {
    const { api } = await start();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const outgoing = send(`${api.url}/v1/webhooks/demo`, { method: 'POST' }, (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
      outgoing.on('error', reject);
      outgoing.write(Buffer.alloc(10 * 1024 * 1024 + 1));
    });
    expect(status).toBe(413);
  });

  it('whose function does not answer within 30 s is 504', async () => {
    const { api, timers } = await start(() => new Promise(() => {}));
    const response = fetch(`${api.url}/v1/orders`);
    while (timers.delays.length === 0) await settle();
    await timers.advance(30_000);
    expect((await response).status).toBe(504);
  });
});

describe('a route that is signed in the cloud', () => {
  const statusWith = async (headers: Record<string, string>) => {
    const { api } = await start();
    return new Promise<number | undefined>((resolve, reject) => {
      send(`${api.url}/v1/orders`, { headers }, (response) => {
        void text(response).then(() => resolve(response.statusCode));
      })
        .on('error', reject)
        .end();
    });
  };

  it.each([
    ['a program on this machine', {}],
    ['a page of this machine', { origin: 'http://localhost:3000' }],
  ])('is open for %s', async (_name, headers) => {
    expect(await statusWith(headers)).toBe(200);
  });

  it.each([
    ['a page from elsewhere', { origin: 'https://example.com' }],
    ['a page without an origin of its own', { origin: 'null' }],
    ['a foreign name that points here', { host: 'example.com:8080' }],
  ])('is closed for %s', async (_name, headers) => {
    expect(await statusWith(headers)).toBe(403);
  });
});

describe('a port that is taken', () => {
  it('is named with the option that chooses another', async () => {
    const { api } = await start();
    const second = start(echo, api.port);
    await expect(second).rejects.toThrow(
      `Port ${api.port} on 127.0.0.1 is already in use. Choose another with --port.`,
    );
  });
});

describe('closing', () => {
  it('lets a running request end within its grace', async () => {
    const arrived = Promise.withResolvers<void>();
    const outcome = Promise.withResolvers<InvokeOutcome>();
    const { api } = await start(() => {
      arrived.resolve();
      return outcome.promise;
    });
    const response = fetch(`${api.url}/v1/orders`);
    await arrived.promise;
    const closing = api.close({ graceMs: 10_000 });
    outcome.resolve({ kind: 'succeeded', payload: { statusCode: 202 } });
    expect((await response).status).toBe(202);
    await closing;
    await expect(fetch(`${api.url}/v1/orders`)).rejects.toThrow();
  });
});
