import { describe, expect, it } from '@jest/globals';
import type { OrderRequest } from '../../simulator/exchange/order.ts';
import { readOrderRequest } from '../../simulator/exchange/read-order-request.ts';
import { isRefusal } from '../../simulator/exchange/refusals.ts';
import { SITE_PROFILES } from '../../simulator/exchange/sites.ts';
import {
  ACCOUNTS,
  bareExchange,
  NOW,
  orderRequest,
  place,
  refusedCode,
} from './support/bare-exchange.ts';

type Fields = { readonly [name: string]: string | undefined };

const GOOD: Fields = {
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.01',
  price: '98000',
  newClientOrderId: 'a-1',
};

function formOf(change: Fields, version: 'v1' | 'v1.1' = 'v1.1', site: 'HK' | 'GLOBAL' = 'HK') {
  const fields = { ...GOOD, ...change };
  return readOrderRequest((name) => fields[name], version, SITE_PROFILES[site]);
}

function codeOf(change: Fields): string {
  const read = formOf(change);
  return isRefusal(read) ? read.code : 'accepted';
}

describe('a create request with one fault of form', () => {
  const rows: readonly [string, Fields, string][] = [
    ['no symbol', { symbol: undefined }, '0001'],
    ['no side', { side: undefined }, '0001'],
    ['an unknown side', { side: 'HOLD' }, '-1117'],
    ['a side in lower case', { side: 'buy' }, '-1117'],
    ['no type', { type: undefined }, '0001'],
    ['an unknown type', { type: 'STOP' }, '0206'],
    ['no quantity', { quantity: undefined }, '0001'],
    ['a quantity of zero', { quantity: '0' }, '-1126'],
    ['a negative quantity', { quantity: '-1' }, '-1126'],
    ['a quantity with an exponent', { quantity: '1e3' }, '-1126'],
    ['no price', { price: undefined }, '0001'],
    ['a price of text', { price: 'cheap' }, '-1124'],
    ['quantity and amount', { type: 'MARKET', price: undefined, amount: '10' }, '-1129'],
    ['an amount on a limit order', { quantity: undefined, amount: '10' }, '-1130'],
    ['an unknown time in force', { timeInForce: 'GTX' }, '-1115'],
    ['a post-only order that is IOC', { type: 'LIMIT_MAKER', timeInForce: 'IOC' }, '-1014'],
    ['a market order that is GTC', { type: 'MARKET', timeInForce: 'GTC' }, '-1014'],
    ['a market order that is FOK on HK', { type: 'MARKET', timeInForce: 'FOK' }, '-1014'],
    ['an unknown stpMode', { stpMode: 'EXPIRE_BOTH' }, '-1130'],
    ['an empty client order id', { newClientOrderId: '' }, '-1123'],
    ['a client order id of 256 characters', { newClientOrderId: 'x'.repeat(256) }, '-1123'],
    ['a client order id of 255 characters', { newClientOrderId: 'x'.repeat(255) }, 'accepted'],
    ['none', {}, 'accepted'],
  ];

  it.each(rows)('%s', (_what, change, code) => {
    expect(codeOf(change)).toBe(code);
  });

  it('reads the quantity of a v1 market buy as cash, of a v1 market sell as base', () => {
    const market = { type: 'MARKET', price: undefined, quantity: '20' };
    expect(formOf(market, 'v1')).toMatchObject({ quantity: '0', amount: '20' });
    expect(formOf({ ...market, side: 'SELL' }, 'v1')).toMatchObject({ quantity: '20' });
    expect(formOf(market)).toMatchObject({ quantity: '20', amount: '0' });
  });

  it('allows a market order that is FOK on Global', () => {
    expect(formOf({ type: 'MARKET', timeInForce: 'FOK' }, 'v1.1', 'GLOBAL')).toMatchObject({
      timeInForce: 'FOK',
    });
  });
});

describe('an order that breaks one rule of its symbol', () => {
  const market = { type: 'MARKET', price: '0', timeInForce: 'IOC' } as const;
  const rows: readonly [string, Partial<OrderRequest>, string][] = [
    ['an unknown symbol', { symbol: 'NOPEUSD' }, '0201'],
    ['a price between ticks', { price: '98000.005' }, '0209'],
    ['a buy 20 % over the last price', { price: '117600.01' }, '0210'],
    ['a sell 20 % under the last price', { side: 'SELL', price: '78399.99' }, '0210'],
    ['a quantity between steps', { quantity: '0.010001' }, '-1137'],
    ['too large a quantity', { quantity: '18' }, '-1135'],
    ['too small an order', { quantity: '0.0001' }, '-1140'],
    ['too large an order', { quantity: '5' }, '-1206'],
    ['too large a market quantity', { ...market, quantity: '10' }, '-1135'],
    ['too small a market amount', { ...market, quantity: '0', amount: '9' }, '-1140'],
    ['too large a market amount', { ...market, quantity: '0', amount: '200001' }, '-1206'],
    ['too fine a market amount', { ...market, quantity: '0', amount: '10.00000001' }, '-1148'],
    ['a price over maxPrice, which is not enforced', { price: '100001' }, 'accepted as NEW'],
  ];

  it.each(rows)('%s', (_what, given, code) => {
    expect(refusedCode(bareExchange(), ACCOUNTS[0], given)).toBe(code);
  });

  it('is refused with -2017 when 300 orders are open', () => {
    const exchange = bareExchange();
    for (let index = 0; index < 300; index += 1) place(exchange, ACCOUNTS[0]);
    expect(refusedCode(exchange, ACCOUNTS[0])).toBe('-2017');
    expect(place(exchange, ACCOUNTS[1]).status).toBe('NEW');
  });

  it('is refused with 0401 without the balance, and reserves nothing', () => {
    const exchange = bareExchange();
    expect(refusedCode(exchange, 'a stranger')).toBe('0401');
    expect(refusedCode(exchange, 'a stranger', { side: 'SELL' })).toBe('0401');
    expect(exchange.state.orders.size).toBe(0);
  });

  it.each([
    ['HK', 'BTCUSD', '-2010'],
    ['GLOBAL', 'BTCUSDT', '-1156'],
  ] as const)('is refused on %s as post-only when it would trade', (site, symbol, code) => {
    const exchange = bareExchange({ site, levels: 1 });
    expect(
      refusedCode(exchange, ACCOUNTS[0], { symbol, type: 'LIMIT_MAKER', price: '99000' }),
    ).toBe(code);
  });
});

describe('a client order id used before', () => {
  const id = { clientOrderId: 'used' };
  const HOUR_MS = 3_600_000;

  function secondCode(rules: Parameters<typeof bareExchange>[0], cancelFirst = false, laterMs = 0) {
    const exchange = bareExchange(rules);
    const first = place(exchange, ACCOUNTS[0], id);
    if (cancelFirst) exchange.cancel(ACCOUNTS[0], { orderId: first.orderId }, NOW);
    const request = orderRequest(id);
    const now = NOW + laterMs;
    const second = exchange.place({ accountId: ACCOUNTS[0], request, now, twist: {} });
    return isRefusal(second) ? second.code : 'accepted';
  }

  it('is refused for ever by default, also on another symbol, not in another account', () => {
    expect(secondCode({}, true)).toBe('-1141');
    const exchange = bareExchange();
    place(exchange, ACCOUNTS[0], id);
    const other = { ...id, symbol: 'ETHUSD', price: '3000' };
    expect(refusedCode(exchange, ACCOUNTS[0], other)).toBe('-1141');
    expect(refusedCode(exchange, ACCOUNTS[1], id)).toBe('accepted as NEW');
  });

  it('is free again once its order is closed, where so configured', () => {
    const rules = { clientIdUniqueness: 'while-open' } as const;
    expect(secondCode({ rules })).toBe('-1141');
    expect(secondCode({ rules }, true)).toBe('accepted');
  });

  it('is free again after the configured hours', () => {
    const rules = { clientIdUniqueness: 24 };
    expect(secondCode({ rules }, false, 24 * HOUR_MS - 1)).toBe('-1141');
    expect(secondCode({ rules }, false, 24 * HOUR_MS)).toBe('accepted');
  });

  it('is never refused where the check is off', () => {
    expect(secondCode({ rules: { clientIdUniqueness: 'never' } })).toBe('accepted');
  });

  it.each([
    [false, 'accepted as NEW'],
    [true, '-1141'],
  ])('is used up by a refused create: %s', (refusedBurnsClientId, code) => {
    const exchange = bareExchange({ rules: { refusedBurnsClientId } });
    refusedCode(exchange, ACCOUNTS[0], { ...id, price: '1.001' });
    expect(refusedCode(exchange, ACCOUNTS[0], id)).toBe(code);
  });

  it.each([
    ['first', '-1141'],
    ['after-filters', '0209'],
  ] as const)('is checked %s', (duplicateCheck, code) => {
    const exchange = bareExchange({ rules: { duplicateCheck } });
    place(exchange, ACCOUNTS[0], id);
    expect(refusedCode(exchange, ACCOUNTS[0], { ...id, price: '98000.001' })).toBe(code);
  });
});

describe('a cancel', () => {
  it('answers the order as it was, and says why a closed or unknown one cannot be canceled', () => {
    const exchange = bareExchange({ levels: 1 });
    const open = place(exchange, ACCOUNTS[0], { price: '90000' });
    const filled = place(exchange, ACCOUNTS[0], { price: '99000' });
    const key = { orderId: open.orderId };
    expect(exchange.cancel(ACCOUNTS[0], key, NOW)).toMatchObject({ status: 'NEW' });
    expect(exchange.cancel(ACCOUNTS[0], key, NOW)).toMatchObject({ code: '-1142' });
    const done = { clientOrderId: filled.clientOrderId };
    expect(exchange.cancel(ACCOUNTS[0], done, NOW)).toMatchObject({ code: '-1139' });
    expect(exchange.cancel(ACCOUNTS[1], key, NOW)).toMatchObject({ code: '0211' });
  });
});
