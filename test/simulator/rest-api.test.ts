import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import {
  type Client,
  client,
  GLOBAL_ACCOUNTS,
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

describe('the public endpoints', () => {
  it('answer ping, and the time as a number', async () => {
    expect((await desk.open('/api/v1/ping')).text).toBe('{}');
    expect((await desk.open('/api/v1/time')).text).toBe('{"serverTime":1767225600000}');
  });

  it('answer the exchange information as an envelope, and one symbol without it', async () => {
    const all = await desk.open('/api/v1/exchangeInfo');
    expect(all.body).toMatchObject({ site: 'HK', serverTime: '1767225600000' });
    const one = await desk.open('/api/v1/exchangeInfo?symbol=ETHHKD');
    expect(one.body).toMatchObject({ symbol: 'ETHHKD', status: 'TRADING', quoteAsset: 'HKD' });
    expect((await desk.open('/api/v1/exchangeInfo?symbol=NO')).text).toContain('"0201"');
  });

  it('answer quotes, and an unknown symbol with an integer code', async () => {
    const depth = await desk.open('/quote/v1/depth?symbol=BTCUSD&limit=2');
    expect(depth.body).toMatchObject({ b: [[expect.any(String), expect.any(String)], {}] });
    expect((await desk.open('/quote/v1/ticker/price?symbol=BTCUSD')).text).toBe(
      '[{"s":"BTCUSD","p":"98000"}]',
    );
    expect((await desk.open('/quote/v1/depth?symbol=NO')).text).toContain('"code":-100010');
  });

  it('answer an unknown path with the edge page or a JSON 404', async () => {
    const edge = await desk.open('/nowhere');
    expect([edge.status, edge.body]).toEqual([404, undefined]);
    expect((await desk.open('/api/v1/nowhere')).body).toEqual({
      code: 404,
      msg: 'No static resource api/v1/nowhere.',
    });
  });
});

describe('a limit order far from the market', () => {
  it('is answered PENDING_NEW with the documented shape, and is NEW afterwards', async () => {
    const created = await desk.create({ newClientOrderId: 'svc-1' });
    expect(created.status).toBe(200);
    expect(created.body).toEqual({
      accountId: expect.stringMatching(/^\d{19}$/),
      symbol: 'BTCUSD',
      symbolName: 'BTCUSD',
      clientOrderId: 'svc-1',
      orderId: expect.stringMatching(/^\d{19}$/),
      transactTime: '1767225600000',
      price: '80000',
      origQty: '0.01',
      executedQty: '0',
      status: 'PENDING_NEW',
      timeInForce: 'GTC',
      type: 'LIMIT',
      side: 'BUY',
      reqAmount: '0',
      concentration: '',
      alert: '',
    });
    const found = await desk.get('/api/v1/spot/order', { origClientOrderId: 'svc-1' });
    expect(found.body).toMatchObject({
      orderId: created.field('orderId'),
      exchangeId: '301',
      status: 'NEW',
      avgPrice: '0',
      cummulativeQuoteQty: '0',
      time: '1767225600000',
      ordCxlReason: '',
      stpMode: 'EXPIRE_TAKER',
    });
    const open = await desk.get('/api/v1/spot/openOrders', { symbol: 'BTCUSD' });
    expect(open.list()).toHaveLength(1);
  });

  it('has an id which no JSON number can hold', async () => {
    const orderId = (await desk.create()).field('orderId');
    expect(BigInt(Number(orderId)).toString()).not.toBe(orderId);
  });

  it('answers a cancel with its old status and is CANCELED afterwards', async () => {
    await desk.create({ newClientOrderId: 'svc-2' });
    const canceled = await desk.delete('/api/v1/spot/order', { clientOrderId: 'svc-2' });
    expect([canceled.status, canceled.field('status')]).toEqual([200, 'NEW']);
    const found = await desk.get('/api/v1/spot/order', { origClientOrderId: 'svc-2' });
    expect(found.body).toMatchObject({ status: 'CANCELED', ordCxlReason: 'USER_CANCEL' });
    const again = await desk.delete('/api/v1/spot/order', { clientOrderId: 'svc-2' });
    expect([again.status, again.body]).toEqual([400, expect.objectContaining({ code: '-1142' })]);
    const history = await desk.get('/api/v1/spot/tradeOrders');
    expect(history.list()).toMatchObject([{ clientOrderId: 'svc-2', executedQty: '0' }]);
  });

  it('refuses its client order id a second time without a word of the first order', async () => {
    const first = await desk.create({ newClientOrderId: 'svc-3' });
    const second = await desk.create({ newClientOrderId: 'svc-3' });
    expect(second.status).toBe(400);
    expect(second.text).toBe('{"code":"-1141","msg":"Duplicate order"}');
    expect(second.text).not.toContain(first.field('orderId'));
  });
});

describe('a market order', () => {
  it('fills at once and shows its trades, fee and balances', async () => {
    const created = await desk.post('/api/v1.1/spot/order', {
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'MARKET',
      amount: '1000',
      newClientOrderId: 'm-1',
    });
    expect(created.body).toMatchObject({ status: 'PENDING_NEW', origQty: '0', reqAmount: '1000' });
    const found = await desk.get('/api/v1/spot/order', { orderId: created.field('orderId') });
    expect(found.body).toMatchObject({ status: 'FILLED', avgPrice: '98049.01', feeCoin: 'USD' });
    const trades = await desk.get('/api/v1/account/tradesByClOrderId', { clientOrderId: 'm-1' });
    expect(trades.list()).toMatchObject([{ qty: found.field('executedQty'), isMaker: false }]);
    const all = await desk.get('/api/v1/account/trades', { symbol: 'BTCUSD' });
    expect(all.list()).toMatchObject([{ commissionAsset: 'USD', price: '98049.01' }]);
    const { body } = await desk.get('/api/v1/account');
    expect(body).toMatchObject({
      balances: expect.arrayContaining([
        {
          asset: 'BTC',
          assetId: 'BTC',
          assetName: 'BTC',
          total: expect.stringMatching(/^1000000000\.01/),
          free: expect.any(String),
          locked: '0',
        },
      ]),
    });
  });
});

describe('many orders', () => {
  it('are created as a batch with item errors inside HTTP 200', async () => {
    const item = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01' };
    const text = parameterText({ timestamp: String(clock.now()) });
    const url = `${simulator.url}/api/v1.1/spot/batchOrders?${text}&signature=${sign(text, 'secret-one')}`;
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'X-APIKEY': 'key-one', 'content-type': 'application/json' },
      body: JSON.stringify([
        { ...item, price: '80000', newClientOrderId: 'b-1' },
        { ...item, price: '1.234' },
      ]),
    });
    const { body } = await reply(response);
    expect(body).toMatchObject({
      code: 0,
      result: [{ code: '0000', order: { clientOrderId: 'b-1' } }, { code: '0209' }],
    });
  });

  it('are canceled by ids, with the failures listed', async () => {
    const orderId = (await desk.create()).field('orderId');
    const canceled = await desk.delete('/api/v1/spot/cancelOrderByIds', { ids: `${orderId},1234` });
    expect(canceled.body).toEqual({ code: '0000', result: [{ orderId: '1234', code: '0211' }] });
  });

  it('are canceled by symbol and all together, with the last id exact to the digit', async () => {
    await desk.create();
    const other = await desk.create({ symbol: 'ETHUSD', price: '3000', quantity: '1' });
    const bySymbol = await desk.delete('/api/v1/spot/openOrders', { symbol: 'BTCUSD' });
    expect(bySymbol.text).toBe('{"success":true}');
    const all = await desk.delete('/api/v1/spot/cancelAllOpenOrders');
    expect(all.text).toContain(`"lastOrderId":${other.field('orderId')}}`);
    expect((await desk.get('/api/v1/spot/openOrders')).text).toBe('[]');
  });

  it('are paged to smaller ids', async () => {
    const ids = [];
    for (let index = 0; index < 4; index += 1) ids.push((await desk.create()).field('orderId'));
    const fields = { limit: '2', fromOrderId: ids[3] ?? '' };
    const page = await desk.get('/api/v1/spot/openOrders', fields);
    expect(page.list().map((order) => order.orderId)).toEqual([ids[1], ids[2]]);
  });
});

describe('the other private endpoints', () => {
  it('answer account, key and fee questions', async () => {
    expect((await desk.get('/api/v1/account/type')).list()).toMatchObject([{ accountType: 1 }]);
    expect((await desk.get('/api/v1/account/checkApiKey')).body).toEqual({ accountType: 'master' });
    expect((await desk.get('/api/v1/account/vipInfo')).body).toMatchObject({ vipLevel: '0' });
    for (const path of ['/api/v1/account', '/api/v1/spot/openOrders', '/api/v1/account/trades']) {
      expect((await desk.get(path, { accountId: '1' })).field('code')).toBe('0104');
    }
  });

  it('keep a listen key for an hour after its last renewal', async () => {
    const path = '/api/v1/userDataStream';
    const listenKey = (await desk.post(path)).field('listenKey');
    expect(listenKey).toMatch(/^[A-Za-z]{64}$/);
    clock.advance(3_599_999);
    expect((await desk.put(path, { listenKey })).text).toBe('{}');
    clock.advance(3_600_000);
    expect((await desk.put(path, { listenKey })).status).toBe(400);
    const next = (await desk.post(path)).field('listenKey');
    expect((await desk.delete(path, { listenKey: next })).text).toBe('{}');
  });

  it('test an order without placing it', async () => {
    const fields = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '1', price: '80000' };
    expect((await desk.post('/api/v1/spot/orderTest', fields)).text).toBe('{}');
    const refused = await desk.post('/api/v1/spot/orderTest', { ...fields, price: '1.234' });
    expect(refused.field('code')).toBe('0209');
    expect(simulator.admin.orders()).toEqual([]);
  });
});

describe('authentication', () => {
  it('accepts parameters in a form body and the other key header', async () => {
    const text = parameterText({ timestamp: String(clock.now()) });
    const response = await fetch(`${simulator.url}/api/v1/userDataStream`, {
      method: 'POST',
      headers: { 'X-APIKEY': 'key-one', 'content-type': 'application/x-www-form-urlencoded' },
      body: `${text}&signature=${sign(text, 'secret-one')}`,
    });
    expect(response.status).toBe(200);
  });

  it('checks key, then time, then signature', async () => {
    const ask = async (headers: { [name: string]: string }, query: string) =>
      (await reply(await fetch(`${simulator.url}/api/v1/spot/openOrders?${query}`, { headers })))
        .text;
    const good = { 'x-hk-apikey': 'key-one' };
    expect(await ask({}, 'timestamp=1')).toContain('"0102"');
    expect(await ask({ 'x-hk-apikey': 'KEY-ONE' }, 'timestamp=1')).toContain('"0102"');
    expect(await ask(good, '')).toContain('Required field timestamp missing or invalid');
    expect(await ask(good, `timestamp=${clock.now() - 5001}&signature=x`)).toContain('"-1021"');
    expect(await ask(good, `timestamp=${clock.now()}`)).toContain('Required field signature');
    const wrong = await ask(good, `timestamp=${clock.now()}&signature=abc`);
    expect(wrong).toBe('{"code":"0001","msg":"Incorrect signature"}');
  });

  it('follows the server clock, not ours', async () => {
    simulator.admin.setClock({ offsetMs: -1000 });
    expect((await desk.create()).field('code')).toBe('-1021');
    simulator.admin.setClock({ offsetMs: 5000 });
    expect((await desk.create()).field('transactTime')).toBe('1767225605000');
    simulator.admin.setClock({ offsetMs: 5001 });
    expect((await desk.create()).field('code')).toBe('-1021');
  });

  it('refuses revoked, unlisted and read-only keys', async () => {
    const { admin } = simulator;
    admin.setKey({ key: 'desk-1#1', readOnly: true });
    expect((await desk.create()).field('code')).toBe('-1005');
    expect((await desk.get('/api/v1/account')).status).toBe(200);
    admin.setKey({ key: 'desk-1#1', ipRefused: true });
    expect((await desk.get('/api/v1/account')).field('code')).toBe('0202');
    admin.setKey({ key: 'key-one', revoked: true });
    expect((await desk.get('/api/v1/account')).field('code')).toBe('0102');
    const second = client(simulator.url, clock.now, 'key-two');
    expect((await second.get('/api/v1/account')).status).toBe(200);
  });
});

describe('site Global', () => {
  it('answers the final status, codes of its own, and knows no HK-only path', async () => {
    await simulator.stop();
    const limits = { ordersPerSecond: 100, queriesPerSecond: 100 };
    simulator = await startSimulator({
      port: 0,
      clock,
      site: 'GLOBAL',
      accounts: GLOBAL_ACCOUNTS,
      ...limits,
    });
    desk = client(simulator.url, clock.now);
    const far = await desk.create({ symbol: 'BTCUSDT' });
    expect(far.field('status')).toBe('NEW');
    const near = await desk.create({ symbol: 'BTCUSDT', price: '99000' });
    expect([near.field('status'), near.field('executedQty')]).toEqual(['FILLED', '0.01']);
    const postOnly = await desk.create({ symbol: 'BTCUSDT', type: 'LIMIT_MAKER', price: '99000' });
    expect(postOnly.field('code')).toBe('-1156');
    const unknown = await desk.delete('/api/v1/spot/cancelOrderByIds', { ids: '1' });
    expect(unknown.text).toContain('"-2013"');
    const path = '/api/v1/account/tradesByClOrderId';
    expect((await desk.get(path, { clientOrderId: 'x' })).status).toBe(404);
    expect((await desk.open('/api/v1/exchangeInfo')).body).toMatchObject({ site: 'BMU' });
  });
});
