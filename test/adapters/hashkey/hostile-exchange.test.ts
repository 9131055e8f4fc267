import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { ACCEPTED_BODY, commandAt, contextAt, KEY } from './fixtures.ts';
import { type Loopback, type Received, startLoopback } from './loopback.ts';

/** Long enough for an answer on this machine, short enough to be waited for often. */
const TIMEOUT_MS = 80;
const RUNS = 120;
const SEED = 20_260_904;

/** Texts in which the exchange shows us what it should not. */
const ECHOES = ['none', 'api key', 'secret', 'signature', 'SIGNATURE', 'all'] as const;

interface Behaviour {
  readonly end: 'answer' | 'reset' | 'hang' | 'break off' | 'close';
  readonly status: number;
  readonly shape: 'error' | 'order' | 'text' | 'nothing';
  readonly code: string;
  readonly words: string;
  readonly echo: (typeof ECHOES)[number];
  readonly keep: boolean;
}

const behaviours: fc.Arbitrary<Behaviour> = fc.record({
  end: fc.oneof(
    { weight: 12, arbitrary: fc.constant('answer' as const) },
    { weight: 4, arbitrary: fc.constantFrom('reset', 'break off', 'close') },
    { weight: 1, arbitrary: fc.constant('hang' as const) },
  ),
  status: fc.constantFrom(
    200,
    201,
    301,
    307,
    308,
    400,
    401,
    403,
    404,
    408,
    418,
    425,
    429,
    500,
    503,
  ),
  shape: fc.constantFrom('error', 'order', 'text', 'nothing'),
  code: fc.oneof(
    fc.constantFrom('0401', '0001', '-1006', '-1021', '-1141', '0211', '-999'),
    fc.string({ unit: 'binary' }),
  ),
  words: fc.string({ unit: 'binary', maxLength: 300 }),
  echo: fc.constantFrom(...ECHOES),
  keep: fc.boolean(),
});

let behaviour: Behaviour;
let server: Loopback;
const exchange = createHashkeyExchange({ clock: systemClock });
const signatures = new Set<string>();

beforeAll(async () => {
  server = await startLoopback((received, response) => behave(received, response));
});
afterAll(() => server.stop());

function behave(received: Received, response: ServerResponse): void {
  const { end, status, keep } = behaviour;
  const body = bodyFor(received);
  if (end === 'hang') return;
  if (end === 'reset') response.socket?.resetAndDestroy();
  else if (end === 'close') response.socket?.end();
  else if (end === 'break off') {
    response.writeHead(status, { 'content-length': '100000' });
    response.write(body);
    setImmediate(() => response.socket?.destroy());
  } else {
    response.shouldKeepAlive = keep;
    response.writeHead(status, { location: '/elsewhere' }).end(body);
  }
}

function bodyFor({ body, target, headers }: Received): string {
  const signature = /signature=(\w+)/.exec(`${target}${body}`)?.[1] ?? '';
  signatures.add(signature);
  const secret = KEY.apiSecret.reveal();
  const key = String(headers['x-hk-apikey']);
  const echoes = {
    none: '',
    'api key': key,
    secret,
    signature,
    SIGNATURE: signature.toUpperCase(),
    all: `${key}${secret}${signature} ${target} ${body}`,
  };
  const { shape, code, words, echo } = behaviour;
  const shown = echoes[echo];
  const clientOrderId = orderIn(`${target}${body}`);
  const order = {
    ...JSON.parse(ACCEPTED_BODY),
    clientOrderId,
    status: `${code}${shown}`,
    ordCxlReason: shown,
  };
  const bodies = {
    error: JSON.stringify({ code: echo === 'all' ? `${code}${shown}` : code, msg: words + shown }),
    order: JSON.stringify(order),
    text: `${words}${shown}`,
    nothing: '',
  };
  return bodies[shape];
}

/** The order that a create call or a query is about. */
function orderIn(text: string): string {
  return /(?:new|orig)ClientOrderId=([\w-]+)/.exec(text)?.[1] ?? '';
}

/** How often each order was asked for or about. */
function arrivals(): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { target, body } of server.received) {
    const id = orderIn(`${target}${body}`);
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Everything that a log, a table or a person could make of a value. */
function everythingIn(value: unknown): string {
  return `${JSON.stringify(value)}${inspect(value, { depth: null })}`.toLowerCase();
}

function expectNoSecret(value: unknown): void {
  const shown = everythingIn(value);
  const secrets = [KEY.apiKey.reveal(), KEY.apiSecret.reveal(), ...signatures];
  const leaks = secrets.filter((text) => text !== '' && shown.includes(text.toLowerCase()));
  expect(leaks).toEqual([]);
}

describe('an exchange that does anything', () => {
  it('never gets a submission twice, and never makes it show a secret', async () => {
    let submitted = 0;
    const run = fc.asyncProperty(behaviours, async (next) => {
      behaviour = next;
      submitted += 1;
      const clientOrderId = `submit-${submitted}`;
      const command = commandAt(server.url, { clientOrderId, timeoutMs: TIMEOUT_MS });
      const answer = await exchange.submit(command);

      if (answer.kind === 'not-sent') expect(arrivals().get(clientOrderId)).toBeUndefined();
      if (next.end !== 'answer') expect(['unknown', 'not-sent']).toContain(answer.kind);
      expect(answer.evidence.message ?? '').toMatch(/^\P{Cc}{0,200}$/u);
      expect(answer.evidence.code ?? '').toMatch(/^\P{Cc}{0,32}$/u);
      expectNoSecret(answer);
    });
    await fc.assert(run, { seed: SEED, numRuns: RUNS });
    expect(Math.max(...arrivals().values())).toBe(1);
    expect(arrivals().size).toBe(submitted);
  }, 30_000);

  it('never gets a query twice, and never makes it show a secret', async () => {
    let asked = 0;
    const run = fc.asyncProperty(behaviours, async (next) => {
      behaviour = next;
      asked += 1;
      const context = { ...contextAt(server.url), timeoutMs: TIMEOUT_MS };
      expectNoSecret(await exchange.queryOrder(context, `query-${asked}`));
    });
    await fc.assert(run, { seed: SEED, numRuns: RUNS });
    expect(Math.max(...arrivals().values())).toBe(1);
  }, 30_000);
});

describe('a fault of ours', () => {
  it('shows no secret', async () => {
    const { site: _, ...rest } = commandAt(server.url);
    const site = { site: 'HK', environment: 'sandbox', baseUrl: KEY.apiSecret.reveal() } as const;
    const faults = [
      exchange.submit({ ...rest, site }),
      exchange.submit(commandAt(server.url, { clientOrderId: `${KEY.apiSecret.reveal()}/` })),
    ];
    for (const ended of await Promise.allSettled(faults)) {
      expect(ended.status).toBe('rejected');
      expectNoSecret(ended);
      if (ended.status === 'rejected') expectNoSecret(String(ended.reason?.stack));
    }
  });
});
