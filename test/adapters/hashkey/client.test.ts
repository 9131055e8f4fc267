import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { InvariantError } from '../../../lib/domain/invariant.ts';
import { ACCEPTED_BODY, commandAt, contextAt, fixtureText, KEY } from './fixtures.ts';
import { type Loopback, type Respond, startLoopback } from './loopback.ts';

const servers: Loopback[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function serve(respond: Respond, serverTime?: () => number) {
  const server = await startLoopback(respond, serverTime);
  servers.push(server);
  return { server, exchange: createHashkeyExchange({ clock: systemClock }) };
}

const bodies = (body: string): Respond => {
  return (_, response) => response.end(body);
};
const { open } = JSON.parse(fixtureText('orders.json'));

/** Checks the signature of a text and gives its parameters. */
function signedParameters(text: string): Map<string, string> {
  const [signed = '', signature] = text.split('&signature=');
  const hmac = createHmac('sha256', KEY.apiSecret.reveal()).update(signed).digest('hex');
  expect(signature).toBe(hmac);
  return new Map(new URLSearchParams(signed));
}

describe('a submission', () => {
  it('posts one signed form to version 1.1 and nothing in the query', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const answer = await exchange.submit(commandAt(server.url));

    expect(answer).toMatchObject({ kind: 'accepted', report: { status: 'PENDING_NEW' } });
    const [request, ...more] = server.received;
    expect(more).toEqual([]);
    expect(request).toMatchObject({
      method: 'POST',
      target: '/api/v1.1/spot/order',
      headers: {
        'x-hk-apikey': KEY.apiKey.reveal(),
        'content-type': 'application/x-www-form-urlencoded',
      },
    });
    const { timestamp, ...sent } = Object.fromEntries(signedParameters(request?.body ?? ''));
    expect(sent).toEqual({
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.01',
      price: '98001',
      timeInForce: 'GTC',
      newClientOrderId: 'svc-1',
      recvWindow: '5000',
    });
    expect(Math.abs(Number(timestamp) - answer.timing.sentAt)).toBeLessThan(1_000);
  });

  it('of a market order by amount sends the amount alone', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const { quantity: _quantity, price: _price, ...terms } = commandAt(server.url).terms;
    const market = { type: 'MARKET', amount: '50', timeInForce: 'IOC' } as const;
    const command = commandAt(server.url, { terms: { ...terms, ...market } });
    await exchange.submit(command);
    const sent = signedParameters(server.received[0]?.body ?? '');
    expect([sent.get('amount'), sent.get('quantity'), sent.get('price')]).toEqual([
      '50',
      undefined,
      undefined,
    ]);
  });

  it('is stamped with the time of the exchange, not ours', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY), () => Date.now() + 100_000);
    const { timing } = await exchange.submit(commandAt(server.url));
    const stamp = Number(signedParameters(server.received[0]?.body ?? '').get('timestamp'));
    expect(stamp).toBeLessThanOrEqual(timing.sentAt + 100_000);
    expect(stamp).toBeGreaterThan(timing.sentAt + 99_000);
  });

  it('to MENA names its key in that site’s header', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const site = { ...contextAt(server.url).site, site: 'MENA' } as const;
    await exchange.submit(commandAt(server.url, { site }));
    expect(server.received[0]?.headers).toHaveProperty('x-apikey');
    expect(server.received[0]?.headers).not.toHaveProperty('x-hk-apikey');
  });

  it('goes below the path of a base URL', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    await exchange.submit(commandAt(`${server.url}/behind/a/proxy/`));
    expect(server.received[0]?.target).toBe('/behind/a/proxy/api/v1.1/spot/order');
  });

  it('is not sent after its time', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const answer = await exchange.submit(commandAt(server.url, { sendBy: Date.now() - 1 }));
    expect(answer).toMatchObject({ kind: 'not-sent', evidence: { code: 'TOO_LATE' } });
    expect(server.received).toEqual([]);
  });

  it('is not sent when nobody listens', async () => {
    const { server, exchange } = await serve(bodies(''));
    await server.stop();
    const answer = await exchange.submit(commandAt(server.url));
    expect(answer).toMatchObject({ kind: 'not-sent', evidence: { code: 'ECONNREFUSED' } });
  });

  it('without an answer is unknown, and says when it left', async () => {
    const { server, exchange } = await serve(() => undefined);
    const answer = await exchange.submit(commandAt(server.url, { timeoutMs: 60 }));
    expect(answer).toMatchObject({ kind: 'unknown', evidence: { code: 'TIMEOUT' } });
    expect(answer.timing.answeredAt - answer.timing.sentAt).toBeGreaterThanOrEqual(55);
  });

  it('is not made for a key that no header can carry', async () => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const key = { ...KEY, apiKey: new Secret('pasted with a line break\n') };
    const answer = await exchange.submit(commandAt(server.url, { key }));
    expect(answer).toMatchObject({ kind: 'bad-key', evidence: { code: 'MALFORMED_KEY' } });
    expect(server.received).toEqual([]);
  });

  it.each([
    ['an id with a space', { clientOrderId: 'svc 1' }],
    ['a receive window beyond the exchange’s', { recvWindowMs: 8_001 }],
    ['a base URL of another kind', { site: { ...contextAt('x').site, baseUrl: 'ftp://x' } }],
  ])('with %s is a fault of ours and is not sent', async (_, changes) => {
    const { server, exchange } = await serve(bodies(ACCEPTED_BODY));
    const submitted = exchange.submit(commandAt(server.url, changes));
    await expect(submitted).rejects.toThrow(InvariantError);
    expect(server.received).toEqual([]);
  });
});

describe('a query', () => {
  it('asks by the client order id in a signed query', async () => {
    const { server, exchange } = await serve(bodies(JSON.stringify(open)));
    const answer = await exchange.queryOrder(contextAt(server.url), 'svc-13');
    expect(answer).toMatchObject({ kind: 'found', report: { exchangeOrderId: open.orderId } });

    const [path, query] = (server.received[0]?.target ?? '').split('?');
    expect(server.received[0]).toMatchObject({ method: 'GET', body: '' });
    expect(path).toBe('/api/v1/spot/order');
    expect(signedParameters(query ?? '').get('origClientOrderId')).toBe('svc-13');
  });

  it('without an answer is unavailable and not repeated', async () => {
    const { server, exchange } = await serve((_, response) => response.socket?.resetAndDestroy());
    const answer = await exchange.queryOrder(contextAt(server.url), 'svc-13');
    expect(answer).toMatchObject({ kind: 'unavailable', evidence: { code: 'ECONNRESET' } });
    expect(server.received).toHaveLength(1);
  });
});

describe('a list of orders', () => {
  const full = (from: number) =>
    JSON.stringify(Array.from({ length: 500 }, (_, index) => ({ ...open, orderId: from + index })));

  it('goes on below its smallest id under both names of that parameter', async () => {
    const { server, exchange } = await serve(bodies(full(1_000)));
    const first = await exchange.openOrders(contextAt(server.url));
    expect(first).toMatchObject({ kind: 'page', nextFromOrderId: '1000' });
    expect(first.kind === 'page' && first.reports).toHaveLength(500);

    const again = await exchange.openOrders(contextAt(server.url), '1000');
    expect(again).toMatchObject({ kind: 'unavailable', evidence: { code: 'NO_PROGRESS' } });
    const sent = signedParameters(server.received[1]?.target.split('?')[1] ?? '');
    expect([sent.get('limit'), sent.get('orderId'), sent.get('fromOrderId')]).toEqual([
      '500',
      '1000',
      '1000',
    ]);
  });

  it('of closed orders starts at the time asked for', async () => {
    const { server, exchange } = await serve(bodies('[]'));
    const answer = await exchange.orderHistory(contextAt(server.url), 1_767_225_600_000.7);
    expect(answer).toMatchObject({ kind: 'page', reports: [], evidence: { source: 'history' } });
    const [path, query] = (server.received[0]?.target ?? '').split('?');
    expect(path).toBe('/api/v1/spot/tradeOrders');
    expect(signedParameters(query ?? '').get('startTime')).toBe('1767225600000');
  });

  it.each([
    ['an empty body', 200, '', 'unavailable'],
    ['an empty object', 200, '{}', 'unavailable'],
    ['null', 200, 'null', 'unavailable'],
    ['one unreadable order', 200, `[${JSON.stringify(open)},{"orderId":"1"}]`, 'unavailable'],
    ['an unreadable quantity', 200, JSON.stringify([{ ...open, executedQty: '?' }]), 'unavailable'],
    ['order not found', 400, '{"code":"0211","msg":"Order not found"}', 'unavailable'],
    ['a 5XX', 503, '[]', 'unavailable'],
    ['a 429', 429, '[]', 'throttled'],
    ['a 418', 418, '[]', 'banned'],
    ['a clock refusal', 400, '{"code":"-1021"}', 'clock-skew'],
    ['a key refusal', 400, '{"code":"0102"}', 'bad-key'],
  ])('that is %s is no page', async (_, status, body, kind) => {
    const respond: Respond = (_request, response) => response.writeHead(status).end(body);
    const { server, exchange } = await serve(respond);
    expect((await exchange.openOrders(contextAt(server.url))).kind).toBe(kind);
    expect((await exchange.orderHistory(contextAt(server.url), 1)).kind).toBe(kind);
  });
});
