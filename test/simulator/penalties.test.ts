import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import { type Client, client, HK_ACCOUNTS, standingClock } from './support/client.ts';

let simulator: Simulator;
let clock: ReturnType<typeof standingClock>;
let desk: Client;

beforeEach(async () => {
  clock = standingClock();
  simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS });
  desk = client(simulator.url, clock.now);
});
afterEach(() => simulator.stop());

async function passTheLimit(): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < 11; index += 1) statuses.push((await desk.create()).status);
  return statuses;
}

describe('a key that sends eleven orders in a second', () => {
  it('has ten accepted and one refused, and is suspended for queries too', async () => {
    expect(await passTheLimit()).toEqual([...Array<number>(10).fill(200), 429]);
    clock.advance(59_999);
    expect((await desk.get('/api/v1/spot/openOrders')).status).toBe(429);
    const second = client(simulator.url, clock.now, 'key-two');
    expect((await second.create()).status).toBe(200);
    expect((await desk.open('/api/v1/time')).status).toBe(200);
    clock.advance(1);
    expect((await desk.get('/api/v1/spot/openOrders')).list()).toHaveLength(11);
  });

  it('is answered with an empty, an HTML and a JSON body in turn', async () => {
    await passTheLimit();
    const [html, json, empty] = [await desk.create(), await desk.create(), await desk.create()];
    expect([html.status, html.text.slice(0, 6), html.body]).toEqual([429, '<html>', undefined]);
    expect([json.status, json.field('code')]).toEqual([429, '0003']);
    expect([empty.status, empty.text]).toEqual([429, '']);
  });

  it('has its address banned when it goes on: other keys and public calls as well', async () => {
    await passTheLimit();
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await desk.create()).status);
    expect(statuses).toEqual([429, 429, 429, 418]);
    const second = client(simulator.url, clock.now, 'key-two');
    expect((await second.get('/api/v1/spot/openOrders')).status).toBe(418);
    expect((await desk.open('/api/v1/time')).status).toBe(418);
    expect(simulator.admin.orders()).toHaveLength(10);
    simulator.admin.resetLimits();
    expect((await desk.create()).status).toBe(200);
  });

  it('leaves its traces in the statistics', async () => {
    await passTheLimit();
    for (let index = 0; index < 4; index += 1) await desk.create();
    const { total, keys, arrivals } = simulator.admin.statistics();
    expect(total).toMatchObject({
      requests: 15,
      requestsByEndpoint: { create: 15 },
      ordersAccepted: 10,
      status429: 4,
      status418: 1,
      requestsWhileSuspended: 4,
      largestOrdersInAnySecond: 15,
      largestQueriesInAnySecond: 0,
      duplicates: 0,
    });
    expect(Object.keys(keys)).toEqual(['desk-1#1']);
    expect(arrivals).toHaveLength(15);
    expect(arrivals[0]).toEqual({
      at: 1_767_225_600_000,
      key: 'desk-1#1',
      endpoint: 'create',
      clientOrderId: 'key-one-1',
      status: 200,
      ending: 'answer',
    });
    expect(JSON.stringify(simulator.admin.statistics())).not.toMatch(/secret|key-one"/);
  });
});

describe('limits set otherwise', () => {
  async function restart(options: Parameters<typeof startSimulator>[0]): Promise<void> {
    await simulator.stop();
    simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS, ...options });
    desk = client(simulator.url, clock.now);
  }

  it('count weights: a call of weight five passes only into an empty window of two', async () => {
    await restart({ limitUnit: 'weights' });
    expect((await desk.get('/api/v1/account')).status).toBe(200);
    clock.advance(999);
    expect((await desk.get('/api/v1/spot/openOrders')).status).toBe(429);
  });

  it('leave cancels out', async () => {
    await restart({ cancelsCount: false, ordersPerSecond: 1 });
    await desk.create({ newClientOrderId: 'one' });
    const canceled = await desk.delete('/api/v1/spot/order', { clientOrderId: 'one' });
    expect(canceled.status).toBe(200);
    expect((await desk.create()).status).toBe(429);
  });

  it('come with the account', async () => {
    const { keys } = HK_ACCOUNTS['desk-1'];
    const limits = { ordersPerSecond: 1, queriesPerSecond: 1 };
    await restart({ accounts: { 'desk-1': { site: 'HK', keys, limits } } });
    expect((await desk.create()).status).toBe(200);
    expect((await desk.get('/api/v1/spot/openOrders')).status).toBe(200);
    expect((await desk.create()).status).toBe(429);
  });
});

describe('penalties on demand', () => {
  it('throttle a key and ban the address', async () => {
    simulator.admin.addRule({
      match: { endpoint: 'query' },
      times: 1,
      fault: { kind: 'throttle' },
    });
    const fields = { origClientOrderId: 'x' };
    expect((await desk.get('/api/v1/spot/order', fields)).status).toBe(429);
    expect((await desk.create()).status).toBe(429);
    clock.advance(60_000);
    expect((await desk.create()).status).toBe(200);
    simulator.admin.ban({ ms: 1000 });
    expect((await desk.create()).status).toBe(418);
    clock.advance(1000);
    expect((await desk.create()).status).toBe(200);
  });
});

describe('a client that places one order twice', () => {
  it('is found out in the statistics where the exchange does not check', async () => {
    await simulator.stop();
    const rules = { clientIdUniqueness: 'never' } as const;
    simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS, ...rules });
    desk = client(simulator.url, clock.now);
    for (let index = 0; index < 3; index += 1) await desk.create({ newClientOrderId: 'twice' });
    const { total } = simulator.admin.statistics();
    expect(total.duplicates).toBe(2);
    expect(total.duplicateIds).toMatchObject([{ account: 'desk-1', clientOrderId: 'twice' }]);
    expect(total.duplicateIds[0]?.orderIds).toHaveLength(3);
  });
});
