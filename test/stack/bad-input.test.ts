import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

let running: RunningStack;

beforeAll(async () => {
  running = await startRunningStack({ accounts: 1 });
}, 120_000);

afterAll(() => running.stop());

const good = {
  accountId: 'desk-1',
  clientOrderId: 'bad-input',
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.01',
  price: '90000',
};
const { price: _price, quantity: _quantity, ...bare } = good;
const market = { ...bare, type: 'MARKET' };

describe('a request that cannot be an order', () => {
  it.each<[string, unknown, string[]]>([
    ['an unknown field', { ...good, leverage: '5' }, ['leverage']],
    ['a price as a number', { ...good, price: 90_000.5 }, ['price']],
    ['a quantity with an exponent', { ...good, quantity: '1e-2' }, ['quantity']],
    ['a negative quantity', { ...good, quantity: '-0.01' }, ['quantity']],
    ['a quantity of zero', { ...good, quantity: '0.00' }, ['quantity']],
    ['both quantity and amount', { ...market, quantity: '1', amount: '10' }, ['amount']],
    ['neither quantity nor amount', market, ['quantity']],
    ['a price on a market order', { ...market, quantity: '1', price: '1' }, ['price']],
    ['no price on a limit order', { ...bare, quantity: '1' }, ['price']],
    ['an id of 37 characters', { ...good, clientOrderId: 'x'.repeat(37) }, ['clientOrderId']],
    ['an id with other characters', { ...good, clientOrderId: 'a b/ö' }, ['clientOrderId']],
    ['an unknown side and type', { ...good, side: 'HOLD', type: 'STOP' }, ['side', 'type']],
    ['a deadline that has passed', { ...good, validUntil: 1_700_000_000_000 }, ['validUntil']],
    ['a deadline that is a text', { ...good, validUntil: 'tomorrow' }, ['validUntil']],
    ['an account that is not configured', { ...good, accountId: 'desk-7' }, ['accountId']],
    ['no account', { ...good, accountId: undefined }, ['accountId']],
    ['a list', [good], ['body']],
    ['nothing but text', '"buy"', ['body']],
    ['a body that is not JSON', '{"accountId": ', ['body']],
  ])('is refused for %s, with each wrong field named', async (_what, body, fields) => {
    const answer = await running.post('/v1/orders', body);
    expect(answer.status).toBe(400);
    expect(answer.contentType).toBe('application/problem+json');
    expect(answer.body.errors?.map(({ field }) => field).sort()).toEqual(fields);
    for (const { message } of answer.body.errors ?? []) expect(message.length).toBeGreaterThan(3);
  });

  it('is refused with 413 above 16 KiB', async () => {
    const answer = await running.post('/v1/orders', { ...good, symbol: 'X'.repeat(17 * 1_024) });
    expect(answer.status).toBe(413);
  });

  it('is refused with 415 when it is not sent as JSON', async () => {
    const headers = { 'content-type': 'text/plain' };
    const answer = await running.post('/v1/orders', good, headers);
    expect(answer.status).toBe(415);
  });

  it('is unknown afterwards, and nothing was sent', async () => {
    expect((await running.get('/v1/orders/desk-1/bad-input')).status).toBe(404);
    expect(running.desk.simulator.admin.statistics().total.ordersAccepted).toBe(0);
  });
});

describe('a wrong path', () => {
  it('is answered with 404', async () => {
    expect((await running.get('/v2/orders')).status).toBe(404);
    expect((await running.get('/v1/accounts/desk-7')).status).toBe(404);
  });
});

describe('a wrong halt', () => {
  it.each([
    [{ halted: 'yes' }, 'halted'],
    [{ halted: true, until: 5 }, 'until'],
    [{}, 'halted'],
  ])('%j is refused and names the field', async (body, field) => {
    const answer = await running.put('/v1/accounts/desk-1/halt', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
  });
});
