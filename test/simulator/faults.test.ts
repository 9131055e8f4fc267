import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultInput } from '../../simulator/faults/fault.ts';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import {
  type Client,
  client,
  HK_ACCOUNTS,
  parameterText,
  reply,
  sign,
  standingClock,
} from './support/client.ts';

let simulator: Simulator;
let clock: ReturnType<typeof standingClock>;
let desk: Client;

beforeEach(async () => {
  clock = standingClock();
  const limits = { ordersPerSecond: 1000, queriesPerSecond: 1000 };
  simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS, ...limits });
  desk = client(simulator.url, clock.now);
});
afterEach(() => simulator.stop());

const onCreate = (fault: FaultInput, times = 1) =>
  simulator.admin.addRule({ match: { endpoint: 'create' }, times, fault });
const placedCount = (): number => simulator.admin.orders().length;
const query = (id: string) => desk.get('/api/v1/spot/order', { origClientOrderId: id });

describe('a create struck by one fault', () => {
  const rows: readonly [string, FaultInput, number, string | RegExp, number][] = [
    ['503 before acceptance', { kind: 'status' }, 503, /^<html>/, 0],
    ['502 after acceptance', { kind: 'status', status: 502, when: 'after' }, 502, /^<html>/, 1],
    ['an empty 500', { kind: 'status', status: 500, body: 'empty' }, 500, '', 0],
    ['-1006 without placement', { kind: 'code', code: '-1006' }, 400, /"code":"-1006"/, 0],
    ['-1007 with placement', { kind: 'code', code: '-1007', placed: true }, 400, /"-1007"/, 1],
    ['an error body in a 200', { kind: 'code', code: '-1000', status: 200 }, 200, /"-1000"/, 0],
    [
      'an integer code',
      { kind: 'code', code: -1146, msg: 'm' },
      400,
      '{"code":-1146,"msg":"m"}',
      0,
    ],
    ['an HTML body in a 200', { kind: 'html', placed: true }, 200, /^<html>/, 1],
    ['truncated JSON', { kind: 'truncated' }, 200, /^\{"accountId"(?!.*\}$)/, 1],
    ['an asynchronous rejection', { kind: 'reject' }, 200, /"PENDING_NEW"/, 1],
  ];

  it.each(rows)('%s', async (_what, fault, status, text, placed) => {
    onCreate(fault);
    const answer = await desk.create();
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    expect(placedCount()).toBe(placed);
    expect((await desk.create()).status).toBe(200);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('a connection reset %s acceptance', async (when, placed) => {
    onCreate({ kind: 'reset', when });
    await expect(desk.create()).rejects.toThrow('fetch failed');
    expect(placedCount()).toBe(placed);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('no answer, the order lost %s acceptance', async (when, placed) => {
    onCreate({ kind: 'hang', when, ms: 5 });
    await expect(desk.create()).rejects.toThrow('fetch failed');
    expect(placedCount()).toBe(placed);
  });

  it('an answer that never comes keeps nobody from stopping', async () => {
    onCreate({ kind: 'hang', when: 'after' });
    const answer = desk.create().catch(() => 'gone');
    while (placedCount() === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await simulator.stop();
    expect(await answer).toBe('gone');
    simulator = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS });
  });

  it('a late appearance: 504, not found, then there and matched', async () => {
    onCreate({ kind: 'late', ms: 30_000 });
    const answer = await desk.create({ newClientOrderId: 'late', price: '99000' });
    expect(answer.status).toBe(504);
    clock.advance(29_999);
    expect((await query('late')).field('code')).toBe('0211');
    expect((await desk.create({ newClientOrderId: 'late' })).field('code')).toBe('-1141');
    clock.advance(1);
    expect((await query('late')).field('status')).toBe('FILLED');
  });

  it('a query lag: matched at once, unseen for a while, in lists too', async () => {
    onCreate({ kind: 'queryLag', ms: 3000 });
    await desk.create({ newClientOrderId: 'lag', price: '99000' });
    clock.advance(2999);
    expect((await query('lag')).field('code')).toBe('0211');
    expect((await desk.get('/api/v1/spot/tradeOrders')).text).toBe('[]');
    expect((await desk.get('/api/v1/account/trades')).text).toBe('[]');
    clock.advance(1);
    expect((await query('lag')).field('status')).toBe('FILLED');
    expect((await desk.get('/api/v1/account/trades')).list()).toHaveLength(1);
  });

  it('an underfill: FILLED with less than ordered', async () => {
    onCreate({ kind: 'underfill' });
    await desk.create({ newClientOrderId: 'under', price: '99000' });
    expect((await query('under')).body).toMatchObject({
      status: 'FILLED',
      origQty: '0.01',
      executedQty: '0.00999',
    });
  });

  it('a rejection is seen by the next query', async () => {
    onCreate({ kind: 'reject' });
    await desk.create({ newClientOrderId: 'rejected' });
    expect((await query('rejected')).field('status')).toBe('REJECTED');
  });
});

describe('a rule', () => {
  it('strikes only what it matches, and only as often as it says', async () => {
    const { admin } = simulator;
    admin.addRule({
      match: { endpoint: 'create', clientOrderId: 'bad-*' },
      times: 2,
      fault: { kind: 'status' },
    });
    admin.addRule({ match: { endpoint: 'query', apiKey: 'desk-1#2' }, fault: { kind: 'status' } });
    admin.addRule({ match: { symbol: 'SOLUSD' }, fault: { kind: 'html', status: 502 } });
    expect((await desk.create({ newClientOrderId: 'good-1' })).status).toBe(200);
    expect((await desk.create({ newClientOrderId: 'bad-1' })).status).toBe(503);
    expect((await desk.create({ newClientOrderId: 'bad-2' })).status).toBe(503);
    expect((await desk.create({ newClientOrderId: 'bad-3' })).status).toBe(200);
    expect((await query('good-1')).status).toBe(200);
    const second = client(simulator.url, clock.now, 'key-two');
    const fields = { origClientOrderId: 'good-1' };
    expect((await second.get('/api/v1/spot/order', fields)).status).toBe(503);
    expect((await desk.create({ symbol: 'SOLUSD', price: '100', quantity: '1' })).status).toBe(502);
    expect(admin.listRules().map(({ struck }) => struck)).toEqual([2, 1, 1]);
  });

  it('may be removed, and all may be cleared', async () => {
    const { id } = onCreate({ kind: 'status' }, 100);
    simulator.admin.removeRule(id);
    expect((await desk.create()).status).toBe(200);
    onCreate({ kind: 'status' }, 100);
    simulator.admin.clearRules();
    expect((await desk.create()).status).toBe(200);
    expect(() => simulator.admin.removeRule(id)).toThrow(`There is no rule ${id}.`);
  });

  it('is not used up by a request that is refused before', async () => {
    onCreate({ kind: 'status' });
    simulator.admin.setClock({ offsetMs: 60_000 });
    expect((await desk.create()).field('code')).toBe('-1021');
    simulator.admin.setClock({ offsetMs: 0 });
    expect((await desk.create()).status).toBe(503);
  });
});

describe('faults by chance', () => {
  async function outcomes(seed: number): Promise<number[]> {
    const limits = { ordersPerSecond: 1000, seed };
    const other = await startSimulator({ port: 0, clock, accounts: HK_ACCOUNTS, ...limits });
    other.admin.setProbabilities({
      create: [
        { probability: 0.3, fault: { kind: 'status' } },
        { probability: 0.3, fault: { kind: 'code', code: '-1006' } },
      ],
    });
    const statuses: number[] = [];
    const { create } = client(other.url, clock.now);
    for (let index = 0; index < 40; index += 1) statuses.push((await create()).status);
    await other.stop();
    return statuses;
  }

  it('repeat themselves for a seed and differ for another', async () => {
    const first = await outcomes(5);
    expect(new Set(first)).toEqual(new Set([200, 400, 503]));
    expect(await outcomes(5)).toEqual(first);
    expect(await outcomes(6)).not.toEqual(first);
  });
});

describe('a batch with faults in single items', () => {
  it('answers some, refuses some and leaves some out', async () => {
    const { admin } = simulator;
    const match = (clientOrderId: string) => ({ endpoint: 'batchItem', clientOrderId }) as const;
    admin.addRule({ match: match('b-2'), fault: { kind: 'code', code: '0401', msg: 'no' } });
    admin.addRule({ match: match('b-3'), fault: { kind: 'missing' } });
    const item = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '80000' };
    const orders = ['b-1', 'b-2', 'b-3'].map((newClientOrderId) => ({ ...item, newClientOrderId }));
    const text = parameterText({ timestamp: String(clock.now()) });
    const url = `${simulator.url}/api/v1.1/spot/batchOrders?${text}&signature=${sign(text, 'secret-one')}`;
    const headers = { 'x-hk-apikey': 'key-one', 'content-type': 'application/json' };
    const { body } = await reply(
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(orders) }),
    );
    expect(body).toMatchObject({ result: [{ order: { clientOrderId: 'b-1' } }, { code: '0401' }] });
    expect(admin.orders().map(({ clientOrderId }) => clientOrderId)).toEqual(['b-1', 'b-3']);
  });
});

describe('the acts of the exchange itself', () => {
  it('fill an open order in part and in full', async () => {
    await desk.create({ newClientOrderId: 'open' });
    simulator.admin.fillOrder({ clientOrderId: 'open', quantity: '0.004' });
    expect((await query('open')).body).toMatchObject({
      status: 'PARTIALLY_FILLED',
      executedQty: '0.004',
    });
    simulator.admin.fillOrder({ clientOrderId: 'open' });
    expect((await query('open')).body).toMatchObject({ status: 'FILLED', avgPrice: '80000' });
    expect(() => simulator.admin.fillOrder({ clientOrderId: 'open' })).toThrow('is FILLED');
  });

  it('cancel an order with a reason', async () => {
    await desk.create({ newClientOrderId: 'open' });
    simulator.admin.cancelOrder({ clientOrderId: 'open', reason: 'OFFLINE_CANCEL' });
    expect((await query('open')).body).toMatchObject({
      status: 'CANCELED',
      ordCxlReason: 'OFFLINE_CANCEL',
    });
  });

  it('execute more of an order that is over, beyond what was ordered too', async () => {
    await desk.create({ newClientOrderId: 'late' });
    const fillLate = (quantity: string) =>
      simulator.admin.fillLate({ clientOrderId: 'late', quantity });
    expect(() => fillLate('0.001')).toThrow('is open');
    simulator.admin.cancelOrder({ clientOrderId: 'late' });
    fillLate('0.004');
    expect((await query('late')).body).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQty: '0.004',
    });
    fillLate('0.007');
    expect((await query('late')).body).toMatchObject({ executedQty: '0.011', origQty: '0.01' });
    const trades = await desk.get('/api/v1/account/trades');
    expect(trades.body).toMatchObject([{ qty: '0.007' }, { qty: '0.004' }]);
  });

  it('state a trade otherwise, or no longer', async () => {
    await desk.create({ newClientOrderId: 'open' });
    simulator.admin.fillOrder({ clientOrderId: 'open' });
    const trades = async () => {
      const { body } = await desk.get('/api/v1/account/trades');
      return body as { tradeId: string; id: string }[];
    };
    const [{ id: tradeId = '' } = {}] = await trades();
    simulator.admin.changeTrade({ tradeId, fee: '0.5' });
    expect(await trades()).toMatchObject([{ id: tradeId, commission: '0.5' }]);
    simulator.admin.changeTrade({ tradeId, isVoid: true });
    expect(await trades()).toEqual([]);
    expect(() => simulator.admin.changeTrade({ tradeId: '1' })).toThrow('no trade 1');
  });

  it('forget an order altogether, but not that its id was used by us', async () => {
    await desk.create({ newClientOrderId: 'lost' });
    simulator.admin.forgetOrder({ clientOrderId: 'lost' });
    expect((await query('lost')).field('code')).toBe('0211');
    expect((await desk.get('/api/v1/spot/openOrders')).text).toBe('[]');
    expect((await desk.create({ newClientOrderId: 'lost' })).status).toBe(200);
    expect(simulator.admin.statistics().total.duplicates).toBe(1);
  });

  it('close the exchange for maintenance', async () => {
    simulator.admin.setMaintenance({ ms: 60_000 });
    const answer = await desk.open('/api/v1/time');
    expect([answer.status, answer.body]).toEqual([503, undefined]);
    clock.advance(60_000);
    expect((await desk.open('/api/v1/time')).status).toBe(200);
  });
});
