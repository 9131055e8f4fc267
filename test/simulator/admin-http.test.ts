import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import { client, HK_ACCOUNTS, reply, standingClock } from './support/client.ts';

let simulator: Simulator;
const clock = standingClock();

beforeEach(async () => {
  simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS });
});
afterEach(() => simulator.stop());

async function ask(method: string, path: string, body?: unknown) {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
  return reply(await fetch(`${simulator.url}/admin${path}`, init));
}

describe('the admin interface', () => {
  it('lists its calls', async () => {
    expect((await ask('GET', '/')).text).toContain('POST /admin/rules');
    expect((await ask('GET', '/nothing')).status).toBe(404);
  });

  it('adds, lists and removes rules', async () => {
    const fault = { kind: 'status', status: 502, when: 'after' };
    const added = await ask('POST', '/rules', { match: { endpoint: 'create' }, times: 1, fault });
    expect(added.body).toMatchObject({ id: 1, struck: 0, fault });
    expect((await client(simulator.url, clock.now).create()).status).toBe(502);
    expect((await ask('GET', '/rules')).body).toMatchObject([{ id: 1, struck: 1 }]);
    expect((await ask('DELETE', '/rules?id=1')).status).toBe(200);
    expect((await ask('GET', '/rules')).text).toBe('[]');
    expect((await ask('DELETE', '/rules?id=1')).body).toEqual({ error: 'There is no rule 1.' });
    expect((await ask('DELETE', '/rules')).status).toBe(200);
  });

  it.each([
    ['POST', '/rules', { match: {}, fault: { kind: 'explosion' } }, 'fault.kind'],
    ['POST', '/rules', { fault: { kind: 'status' } }, 'match'],
    ['POST', '/clock', { offsetMs: 'late' }, 'offsetMs'],
    [
      'POST',
      '/probabilities',
      { create: [{ probability: 2, fault: { kind: 'ban' } }] },
      'create.0',
    ],
    ['POST', '/orders/fill', {}, 'Name the order'],
    ['POST', '/orders/cancel', { orderId: '1' }, 'There is no order 1.'],
    ['POST', '/keys', { key: 'nobody#1', revoked: true }, 'There is no such key'],
    ['POST', '/reference', { symbol: 'NO', price: '1' }, 'No symbol NO'],
  ])('says what is wrong: %s %s %j', async (method, path, body, message) => {
    const answer = await ask(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.field('error')).toContain(message);
  });

  it('answers 400 to what is no JSON', async () => {
    const response = await fetch(`${simulator.url}/admin/clock`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
  });

  it('shows orders, balances and statistics, and acts on orders', async () => {
    const desk = client(simulator.url, clock.now);
    await desk.create({ newClientOrderId: 'a' });
    await desk.create({ newClientOrderId: 'b' });
    const found = await ask('GET', '/orders?clientOrderId=b&account=desk-1');
    expect(found.body).toMatchObject([{ clientOrderId: 'b', status: 'NEW' }]);
    await ask('POST', '/orders/fill', { clientOrderId: 'b' });
    await ask('POST', '/orders/forget', { clientOrderId: 'a' });
    expect((await ask('GET', '/orders?clientOrderId=b')).text).toContain('FILLED');
    const balances = await ask('GET', '/balances?account=desk-1');
    expect(balances.body).toMatchObject({ BTC: { free: '1000000000.01', locked: '0' } });
    const counted = await ask('GET', '/statistics');
    expect(counted.body).toMatchObject({ total: { ordersAccepted: 2, duplicates: 0 } });
    await ask('DELETE', '/statistics');
    expect((await ask('GET', '/statistics')).text).toContain('"requests":0');
  });

  it('sets clock, maintenance, keys, reference, ban and limits', async () => {
    await ask('POST', '/clock', { offsetMs: 1234 });
    const { text } = await reply(await fetch(`${simulator.url}/api/v1/time`));
    expect(text).toBe(`{"serverTime":${clock.now() + 1234}}`);
    for (const [path, body] of [
      ['/keys', { key: 'desk-1#1', readOnly: true }],
      ['/reference', { symbol: 'BTCUSD', price: '90000' }],
      ['/maintenance', { ms: 1000 }],
      ['/maintenance', { ms: 0 }],
      ['/ban', {}],
      ['/limits/reset', {}],
      ['/probabilities', { any: [] }],
    ] as const) {
      expect((await ask('POST', path, body)).status).toBe(200);
    }
    const quote = await reply(await fetch(`${simulator.url}/quote/v1/ticker/price?symbol=BTCUSD`));
    expect(quote.text).toContain('"90000"');
  });
});
