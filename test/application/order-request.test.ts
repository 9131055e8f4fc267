import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  clientOrderIdOf,
  deadlineErrors,
  parseOrderRequest,
  requestHash,
  termsOf,
  VALID_FOR_MAX_MS,
} from '../../lib/application/order-request.ts';
import { NOON } from '../support/order-events.ts';

const LIMIT = {
  accountId: 'desk-1',
  clientOrderId: 'order-1',
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0.5',
  price: '65000.10',
};
const { price: _price, ...PRICELESS } = LIMIT;
const { quantity: _quantity, ...SIZELESS } = PRICELESS;

const fieldsOf = (value: unknown): readonly string[] => {
  const parsed = parseOrderRequest(value);
  return parsed.kind === 'valid' ? [] : parsed.errors.map(({ field }) => field);
};
const valid = (value: unknown) => {
  const parsed = parseOrderRequest(value);
  if (parsed.kind === 'valid') return parsed.request;
  throw new Error(JSON.stringify(parsed.errors));
};

describe('a good order request', () => {
  it.each([
    LIMIT,
    { ...LIMIT, timeInForce: 'FOK', stpMode: 'EXPIRE_MAKER', onNeverPlaced: 'resubmit' },
    { ...LIMIT, type: 'LIMIT_MAKER', validUntil: NOON, orderingKey: 'A_b-9' },
    { ...PRICELESS, type: 'MARKET' },
    { ...SIZELESS, type: 'MARKET', amount: '100' },
    { ...LIMIT, clientOrderId: 'x'.repeat(36), accountId: 'a'.repeat(32) },
    { ...LIMIT, quantity: `${'9'.repeat(20)}.${'9'.repeat(18)}` },
  ])('is taken as it is: %j', (value) => {
    expect(valid(value)).toEqual(value);
  });
});

describe('a bad order request', () => {
  it.each<[string, unknown, readonly string[]]>([
    ['nothing', undefined, ['body']],
    ['null', null, ['body']],
    ['a list', [LIMIT], ['body']],
    ['a text', 'BUY', ['body']],
    ['no field', {}, ['accountId', 'clientOrderId', 'symbol', 'side', 'type']],
    ['an unknown field', { ...LIMIT, leverage: 10 }, ['leverage']],
    ['two unknown fields', { ...LIMIT, a: 1, b: 2 }, ['a', 'b']],
    ['a field of the prototype', { ...LIMIT, constructor: 1 }, ['constructor']],
    ['a capital account', { ...LIMIT, accountId: 'Desk' }, ['accountId']],
    ['an over-long account', { ...LIMIT, accountId: 'a'.repeat(33) }, ['accountId']],
    ['an empty account', { ...LIMIT, accountId: '' }, ['accountId']],
    ['an over-long id', { ...LIMIT, clientOrderId: 'x'.repeat(37) }, ['clientOrderId']],
    ['an id with a point', { ...LIMIT, clientOrderId: 'a.b' }, ['clientOrderId']],
    ['an id with an umlaut', { ...LIMIT, clientOrderId: 'größe' }, ['clientOrderId']],
    ['an id with a line end', { ...LIMIT, clientOrderId: 'a\n' }, ['clientOrderId']],
    ['an empty id', { ...LIMIT, clientOrderId: '' }, ['clientOrderId']],
    ['an id of null', { ...LIMIT, clientOrderId: null }, ['clientOrderId']],
    ['an id as a number', { ...LIMIT, clientOrderId: 7 }, ['clientOrderId']],
    ['a small symbol', { ...LIMIT, symbol: 'btcusd' }, ['symbol']],
    ['a symbol with a dash', { ...LIMIT, symbol: 'BTC-USD' }, ['symbol']],
    ['another side', { ...LIMIT, side: 'buy' }, ['side']],
    ['another type', { ...LIMIT, type: 'STOP' }, ['type']],
    ['a quantity as a number', { ...LIMIT, quantity: 0.5 }, ['quantity']],
    ['a price as a number', { ...LIMIT, price: 65000 }, ['price']],
    ['an exponent', { ...LIMIT, quantity: '1e3' }, ['quantity']],
    ['a negative quantity', { ...LIMIT, quantity: '-1' }, ['quantity']],
    ['a quantity of zero', { ...LIMIT, quantity: '0' }, ['quantity']],
    ['a price of zero', { ...LIMIT, price: '0.00' }, ['price']],
    ['a comma', { ...LIMIT, price: '65000,10' }, ['price']],
    ['a blank', { ...LIMIT, price: ' 1' }, ['price']],
    ['too many digits', { ...LIMIT, quantity: `0.${'1'.repeat(19)}` }, ['quantity']],
    ['no price', PRICELESS, ['price']],
    ['no size', { ...SIZELESS, price: '1' }, ['quantity']],
    ['an amount on LIMIT', { ...LIMIT, amount: '5' }, ['amount']],
    ['both sizes', { ...PRICELESS, type: 'MARKET', amount: '5' }, ['amount']],
    ['neither size', { ...SIZELESS, type: 'MARKET' }, ['quantity']],
    ['a price on MARKET', { ...LIMIT, type: 'MARKET' }, ['price']],
    ['GTC on MARKET', { ...PRICELESS, type: 'MARKET', timeInForce: 'GTC' }, ['timeInForce']],
    ['IOC on LIMIT_MAKER', { ...LIMIT, type: 'LIMIT_MAKER', timeInForce: 'IOC' }, ['timeInForce']],
    ['another time in force', { ...LIMIT, timeInForce: 'GTD' }, ['timeInForce']],
    ['another stp mode', { ...LIMIT, stpMode: 'NONE' }, ['stpMode']],
    ['a validUntil with a fraction', { ...LIMIT, validUntil: NOON + 0.5 }, ['validUntil']],
    ['a validUntil as text', { ...LIMIT, validUntil: `${NOON}` }, ['validUntil']],
    ['a validUntil beyond 2^53', { ...LIMIT, validUntil: 2 ** 60 }, ['validUntil']],
    ['an over-long ordering key', { ...LIMIT, orderingKey: 'k'.repeat(37) }, ['orderingKey']],
    ['another policy', { ...LIMIT, onNeverPlaced: 'retry' }, ['onNeverPlaced']],
    ['several wrong fields', { ...LIMIT, side: 'x', price: 1, z: 1 }, ['side', 'price', 'z']],
  ])('names every wrong field: %s', (_name, value, fields) => {
    expect(fieldsOf(value)).toEqual(fields);
  });

  it('names a field that tries to be the prototype', () => {
    expect(fieldsOf(JSON.parse(`{"__proto__":{"a":1},${JSON.stringify(LIMIT).slice(1)}`))).toEqual([
      '__proto__',
    ]);
  });

  it('says what is missing and what a field has to be', () => {
    const parsed = parseOrderRequest({
      ...SIZELESS,
      side: 'x',
      quantity: 1,
      clientOrderId: undefined,
    });
    expect(parsed).toEqual({
      kind: 'invalid',
      errors: [
        { field: 'clientOrderId', message: 'is required' },
        { field: 'side', message: 'must be BUY or SELL' },
        { field: 'quantity', message: 'must be a decimal string such as "0.01", in quotes' },
      ],
    });
  });

  it('is never taken, whatever it is, and never breaks the parser', () => {
    fc.assert(fc.property(fc.anything(), (value) => parseOrderRequest(value).kind === 'invalid'));
  });
});

describe('a deadline', () => {
  it.each([
    [NOON - 1, ['validUntil']],
    [NOON, ['validUntil']],
    [NOON + 1, []],
    [NOON + VALID_FOR_MAX_MS, []],
    [NOON + VALID_FOR_MAX_MS + 1, ['validUntil']],
    [-1, ['validUntil']],
  ])('%d gives %j', (validUntil, fields) => {
    const errors = deadlineErrors(valid({ ...LIMIT, validUntil }), NOON);
    expect(errors.map(({ field }) => field)).toEqual(fields);
  });

  it('is optional', () => {
    expect(deadlineErrors(valid(LIMIT), NOON)).toEqual([]);
  });
});

describe('the terms of a request', () => {
  it('have every default filled in', () => {
    expect(termsOf(valid(LIMIT), { at: NOON, validForMs: 60_000 })).toEqual({
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.5',
      price: '65000.10',
      timeInForce: 'GTC',
      validUntil: NOON + 60_000,
      orderingKey: 'BTCUSD',
      onNeverPlaced: 'fail',
    });
  });

  it('keep what the caller gave', () => {
    const given = {
      timeInForce: 'IOC',
      stpMode: 'EXPIRE_TAKER',
      validUntil: NOON + 5,
      orderingKey: 'lane',
      onNeverPlaced: 'resubmit',
    };
    expect(termsOf(valid({ ...LIMIT, ...given }), { at: NOON, validForMs: 1 })).toMatchObject(
      given,
    );
  });
});

describe('the hash of a request', () => {
  it('does not depend on the order of fields', () => {
    const turned = Object.fromEntries(Object.entries(LIMIT).reverse());
    expect(requestHash(valid(turned))).toBe(requestHash(valid(LIMIT)));
  });

  it.each(['quantity', 'price', 'symbol', 'clientOrderId'] as const)(
    'tells another %s from a repeat',
    (field) => {
      const other = { ...LIMIT, [field]: `${LIMIT[field]}1` };
      expect(requestHash(valid(other))).not.toBe(requestHash(valid(LIMIT)));
    },
  );

  it('tells a default that was given from one that was not', () => {
    expect(requestHash(valid({ ...LIMIT, timeInForce: 'GTC' }))).not.toBe(
      requestHash(valid(LIMIT)),
    );
  });

  it('survives the queue', () => {
    const again: unknown = JSON.parse(JSON.stringify(valid(LIMIT)));
    expect(requestHash(valid(again))).toBe(requestHash(valid(LIMIT)));
  });
});

describe('the id that a webhook gives its order', () => {
  it('is the same for the same delivery and fits the rule of ids', () => {
    const id = clientOrderIdOf('desk-1', 'msg_1');
    expect(id).toBe(clientOrderIdOf('desk-1', 'msg_1'));
    expect(id).toMatch(/^[A-Za-z0-9_-]{1,36}$/);
  });

  it('differs by account and by delivery', () => {
    const ids = [
      clientOrderIdOf('desk-1', 'msg_1'),
      clientOrderIdOf('desk-1', 'msg_2'),
      clientOrderIdOf('desk-2', 'msg_1'),
      clientOrderIdOf('desk-1m', 'sg_1'),
    ];
    expect(new Set(ids).size).toBe(4);
  });
});
