import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { isPublicAddress } from '../../../lib/adapters/webhook/public-address.ts';
import {
  createResultReceiver,
  type ReceiverOptions,
} from '../../../lib/adapters/webhook/result-receiver.ts';
import { Secret } from '../../../lib/application/secret.ts';

const SECRETS = ['a', 'b'].map((letter) => `whsec_${letter.repeat(32)}`);
const BODY = JSON.stringify({ type: 'order.reported', data: { text: 'für 5 €' } });

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

type Handle = (request: IncomingMessage, response: ServerResponse) => unknown;

/** @returns the port of a server on this machine alone */
async function listen(handle: Handle): Promise<number> {
  const server = createServer((request, response) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

const post = (url: string, options: Partial<ReceiverOptions> = {}) =>
  createResultReceiver({ allowsLoopback: true, timeoutMs: 500, ...options }).post(
    { id: 'desk-1/a/1', body: BODY, now: Date.now() },
    { url, secrets: SECRETS.map((secret) => new Secret(secret)) },
  );
const answering = (status: number, headers = {}) =>
  listen((_, response) => response.writeHead(status, headers).end('an answer'));

describe('a result webhook', () => {
  it('is verified by the library of the standard, with every current secret', async () => {
    const got: { headers: IncomingMessage['headers']; body: string }[] = [];
    const port = await listen(async (request, response) => {
      got.push({ headers: request.headers, body: await text(request) });
      response.writeHead(204).end();
    });
    expect(await post(`http://127.0.0.1:${port}/hook`)).toEqual({ kind: 'delivered' });
    const [{ body, headers } = { body: '', headers: {} }] = got;
    expect(headers['webhook-id']).toBe('desk-1/a/1');
    expect(headers['content-type']).toBe('application/json');
    const signed = Object.fromEntries(
      ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) => [
        name,
        String(headers[name]),
      ]),
    );
    for (const secret of SECRETS) {
      expect(new Webhook(secret).verify(body, signed)).toEqual(JSON.parse(BODY));
    }
    expect(() => new Webhook(`whsec_${'c'.repeat(32)}`).verify(body, signed)).toThrow();
  });

  it.each([
    [200, { kind: 'delivered' }],
    [202, { kind: 'delivered' }],
    [410, { kind: 'gone' }],
    [301, { kind: 'failed', why: 'answered 301' }],
    [400, { kind: 'failed', why: 'answered 400' }],
    [429, { kind: 'failed', why: 'answered 429' }],
    [500, { kind: 'failed', why: 'answered 500' }],
  ])('answered %i is judged', async (status, outcome) => {
    expect(await post(`http://127.0.0.1:${await answering(status)}/`)).toEqual(outcome);
  });

  it('follows no redirect', async () => {
    let calls = 0;
    const target = await listen((_, response) => {
      calls += 1;
      response.end();
    });
    const location = `http://127.0.0.1:${target}/`;
    const port = await answering(307, { location });
    expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'failed' });
    expect(calls).toBe(0);
  });

  it.each<[string, Handle]>([
    ['says nothing', () => undefined],
    ['hangs up', (request) => request.destroy()],
    ['sends endless headers', (_, response) => response.writeHead(200, endless()).end()],
    ['speaks no HTTP', (request) => request.socket.end('nonsense\r\n\r\n')],
  ])('to a server that %s failed, in bounded time', async (_, handle) => {
    const startedAt = performance.now();
    const outcome = await post(`http://127.0.0.1:${await listen(handle)}/`);
    expect(outcome.kind).toBe('failed');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('reads no more of an answer than its status', async () => {
    const port = await listen((_, response) => {
      response.writeHead(200);
      // Never ends: whoever waits for the body waits for ever.
      response.write('x');
    });
    expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ kind: 'delivered' });
  });

  it('to nobody failed, and says why without an address', async () => {
    expect(await post('http://127.0.0.1:1/')).toEqual({ kind: 'failed', why: 'ECONNREFUSED' });
  });
});

describe('an address inside', () => {
  const inside = { kind: 'failed', why: 'its address is not public' };
  const named = (address: string) => async () => [{ address, family: 4 }];

  it('is never called by its number', async () => {
    const port = await answering(200);
    expect(await post(`http://127.0.0.1:${port}/`, { allowsLoopback: false })).toEqual(inside);
    expect(await post('https://169.254.169.254/latest')).toEqual(inside);
  });

  it.each(['127.0.0.1', '10.1.2.3', '169.254.169.254', '100.100.1.1'])(
    'is never called by a name: %s',
    async (address) => {
      const options = { allowsLoopback: false, lookup: named(address) };
      expect(await post('https://receiver.example/', options)).toEqual(inside);
    },
  );

  it('is not called without encryption by a name, but on this machine', async () => {
    const port = await answering(200);
    const lookup = named('93.184.215.14');
    expect(await post('http://receiver.example/', { lookup })).toEqual(inside);
    const here = named('127.0.0.1');
    expect(await post(`http://localhost:${port}/`, { lookup: here })).toMatchObject({
      kind: 'delivered',
    });
  });

  it.each([
    ['8.8.8.8', true],
    ['172.32.0.1', true],
    ['2606:4700::1', true],
    ['0.0.0.0', false],
    ['172.31.255.255', false],
    ['192.168.1.1', false],
    ['198.19.0.1', false],
    ['224.0.0.1', false],
    ['255.255.255.255', false],
    ['::1', false],
    ['::', false],
    ['::ffff:10.0.0.1', false],
    ['64:ff9b::a00:1', false],
    ['fd00::1', false],
    ['fe80::1', false],
    ['2002:a00:1::', false],
    ['2001:db8::1', false],
    ['receiver.example', false],
  ])('%s is public: %s', (address, isPublic) => {
    expect(isPublicAddress(address)).toBe(isPublic);
  });
});

function endless(): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`x-${index}`, 'y'.repeat(1_000)]),
  );
}
