import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../../lib/domain/invariant.ts';
import {
  allowedTimeInForce,
  assertTerms,
  type OrderTerms,
  termsFaults,
} from '../../lib/domain/order-terms.ts';
import { limitTerms } from '../support/order-events.ts';

const price = '1';
const quantity = '2';
const amount = '3';

describe('fields that fit together', () => {
  it.each([
    { type: 'LIMIT', price, quantity },
    { type: 'LIMIT', price, quantity, timeInForce: 'GTC' },
    { type: 'LIMIT', price, quantity, timeInForce: 'IOC' },
    { type: 'LIMIT', price, quantity, timeInForce: 'FOK' },
    { type: 'LIMIT_MAKER', price, quantity, timeInForce: 'GTC' },
    { type: 'MARKET', quantity, timeInForce: 'IOC' },
    { type: 'MARKET', amount },
  ] as const)('have no fault: %j', (terms) => {
    expect(termsFaults(terms)).toEqual([]);
  });
});

describe('fields that do not fit together', () => {
  it.each([
    [{ type: 'LIMIT', quantity }, ['price']],
    [{ type: 'LIMIT', price }, ['quantity']],
    [{ type: 'LIMIT' }, ['price', 'quantity']],
    [{ type: 'LIMIT', price, quantity, amount }, ['amount']],
    [{ type: 'LIMIT', price, amount }, ['quantity', 'amount']],
    [{ type: 'LIMIT_MAKER', price, quantity, timeInForce: 'IOC' }, ['timeInForce']],
    [{ type: 'LIMIT_MAKER', price, quantity, timeInForce: 'FOK' }, ['timeInForce']],
    [{ type: 'MARKET' }, ['quantity']],
    [{ type: 'MARKET', quantity, amount }, ['amount']],
    [{ type: 'MARKET', quantity, price }, ['price']],
    [{ type: 'MARKET', quantity, timeInForce: 'GTC' }, ['timeInForce']],
    [{ type: 'MARKET', quantity, timeInForce: 'FOK' }, ['timeInForce']],
    [{ type: 'MARKET', price, quantity, amount }, ['price', 'amount']],
  ] as const)('name every field: %j', (terms, fields) => {
    expect(termsFaults(terms).map(({ field }) => field)).toEqual(fields);
  });
});

describe('a fault', () => {
  it.each<[Parameters<typeof termsFaults>[0], string]>([
    [{ type: 'LIMIT', quantity }, 'price is required on a LIMIT order'],
    [{ type: 'LIMIT_MAKER', price }, 'quantity is required on a LIMIT_MAKER order'],
    [{ type: 'LIMIT', price, quantity, amount }, 'amount is allowed on MARKET orders only'],
    [
      { type: 'LIMIT_MAKER', price, quantity, timeInForce: 'IOC' },
      'timeInForce must be GTC on a LIMIT_MAKER order',
    ],
    [{ type: 'MARKET' }, 'quantity a MARKET order needs exactly one of quantity and amount'],
    [{ type: 'MARKET', quantity, amount }, 'amount give exactly one of quantity and amount'],
    [{ type: 'MARKET', quantity, price }, 'price is not allowed on a MARKET order'],
  ])('tells the caller what to change: %j', (terms, text) => {
    expect(termsFaults(terms).map(({ field, message }) => `${field} ${message}`)).toEqual([text]);
  });
});

describe('the times in force of a type', () => {
  it('are these and no others', () => {
    expect((['LIMIT', 'LIMIT_MAKER', 'MARKET'] as const).map(allowedTimeInForce)).toEqual([
      ['GTC', 'IOC', 'FOK'],
      ['GTC'],
      ['IOC'],
    ]);
  });
});

describe('the default time in force', () => {
  it.each([
    ['LIMIT', 'GTC'],
    ['LIMIT_MAKER', 'GTC'],
    ['MARKET', 'IOC'],
  ] as const)('of %s is %s', (type, first) => {
    expect(allowedTimeInForce(type)[0]).toBe(first);
  });
});

describe('terms that no parsed request can have', () => {
  it.each<[string, Partial<OrderTerms>]>([
    ['a negative quantity', { quantity: '-1' }],
    ['a quantity of zero', { quantity: '0.000' }],
    ['an exponent in the price', { price: '1e3' }],
    ['a price of zero', { price: '0' }],
    ['both sizes', { amount: '1' }],
    ['no number', { quantity: 'many' }],
  ])('break a rule: %s', (_name, change) => {
    expect(() => assertTerms(limitTerms(change))).toThrow(InvariantError);
  });

  it('are none where a market order names its amount alone', () => {
    const { price: _p, quantity: _q, ...sizeless } = limitTerms({ type: 'MARKET' });
    const terms = { ...sizeless, timeInForce: 'IOC', amount } as const;
    expect(() => assertTerms(terms)).not.toThrow();
    expect(() => assertTerms({ ...terms, amount: '0' })).toThrow(InvariantError);
  });
});
