import { describe, expect, it } from '@jest/globals';
import { checkInstrument, type DenialCode } from '../../lib/domain/check-instrument.ts';
import type { InstrumentRules } from '../../lib/domain/instrument.ts';
import type { OrderTerms } from '../../lib/domain/order-terms.ts';
import { limitTerms } from '../support/order-events.ts';

const RULES: InstrumentRules = {
  symbol: 'BTCUSD',
  tradable: true,
  statusText: 'TRADING',
  tickSize: '0.01',
  lotSize: '0.00001',
  limitQuantity: { minimum: '0.0001', maximum: '16' },
  marketQuantity: { minimum: '0.001', maximum: '8' },
  minimumNotional: '10',
  limitNotional: { minimum: '12', maximum: '400000' },
  marketAmount: { minimum: '10', maximum: '200000' },
  amountStep: '0.01',
};

const codeOf = (terms: OrderTerms, rules: InstrumentRules | undefined = RULES) =>
  checkInstrument(terms, rules)?.code;

const limit = (price: string, quantity: string) => limitTerms({ price, quantity });
const {
  price: _price,
  quantity: _quantity,
  ...sizeless
} = limitTerms({
  type: 'MARKET',
  timeInForce: 'IOC',
});
const market = (size: { quantity: string } | { amount: string }): OrderTerms => ({
  ...sizeless,
  ...size,
});

describe('an order that meets a rule exactly', () => {
  it.each<[string, OrderTerms]>([
    ['the smallest quantity', limit('200000', '0.0001')],
    ['the largest quantity', limit('25000', '16')],
    ['the smallest notional', limit('12', '1')],
    ['the largest notional', limit('40000', '10')],
    ['a price with zeros behind', limit('65000.1000', '0.5')],
    ['one tick', limit('0.01', '16')],
    ['the smallest market quantity', market({ quantity: '0.001' })],
    ['the largest market quantity', market({ quantity: '8' })],
    ['the smallest amount', market({ amount: '10' })],
    ['the largest amount', market({ amount: '200000.00' })],
  ])('passes, or fails for another rule only: %s', (name, terms) => {
    expect(codeOf(terms)).toBe(name === 'one tick' ? 'NOTIONAL_TOO_SMALL' : undefined);
  });
});

describe('an order one step beyond a rule', () => {
  it.each<[DenialCode, OrderTerms, string]>([
    ['PRICE_OFF_TICK', limit('65000.001', '0.5'), 'price 65000.001 is not a multiple of 0.01'],
    [
      'QUANTITY_OFF_LOT',
      limit('65000', '0.500001'),
      'quantity 0.500001 is not a multiple of 0.00001',
    ],
    [
      'QUANTITY_TOO_SMALL',
      limit('200000', '0.00009'),
      'quantity 0.00009 is below the minimum 0.0001',
    ],
    ['QUANTITY_TOO_LARGE', limit('1', '16.00001'), 'quantity 16.00001 is above the maximum 16'],
    [
      'NOTIONAL_TOO_SMALL',
      limit('11.99', '1'),
      'price times quantity 11.99 is below the minimum 12',
    ],
    [
      'NOTIONAL_TOO_LARGE',
      limit('40000.01', '10'),
      'price times quantity 400000.1 is above the maximum 400000',
    ],
    [
      'QUANTITY_OFF_LOT',
      market({ quantity: '0.0010001' }),
      'quantity 0.0010001 is not a multiple of 0.00001',
    ],
    [
      'QUANTITY_TOO_SMALL',
      market({ quantity: '0.00099' }),
      'quantity 0.00099 is below the minimum 0.001',
    ],
    [
      'QUANTITY_TOO_LARGE',
      market({ quantity: '8.00001' }),
      'quantity 8.00001 is above the maximum 8',
    ],
    ['AMOUNT_OFF_STEP', market({ amount: '10.001' }), 'amount 10.001 is not a multiple of 0.01'],
    ['AMOUNT_TOO_SMALL', market({ amount: '9.99' }), 'amount 9.99 is below the minimum 10'],
    [
      'AMOUNT_TOO_LARGE',
      market({ amount: '200000.01' }),
      'amount 200000.01 is above the maximum 200000',
    ],
  ])('is denied: %s', (code, terms, message) => {
    expect(checkInstrument(terms, RULES)).toEqual({ code, message });
  });

  it('is denied below the minimum notional, where that is the higher bound', () => {
    expect(codeOf(limit('13', '1'), { ...RULES, minimumNotional: '13.01' })).toBe(
      'NOTIONAL_TOO_SMALL',
    );
  });
});

describe('an order without the sizes that its type has', () => {
  // No terms are like that (order-terms.ts); were they, the exchange would have to say.
  it('breaks no rule of the instrument', () => {
    const { price: _p, ...priceless } = limitTerms();
    const { quantity: _q, ...unsized } = limitTerms();
    expect([priceless, unsized, sizeless].map((terms) => codeOf(terms))).toEqual(
      Array(3).fill(undefined),
    );
  });
});

describe('a symbol that cannot be traded', () => {
  it('is unknown when the site does not list it', () => {
    expect(checkInstrument(limitTerms(), undefined)).toEqual({
      code: 'SYMBOL_UNKNOWN',
      message: 'the exchange does not list BTCUSD',
    });
  });

  it("is denied with the exchange's own word", () => {
    const halted = { ...RULES, tradable: false, statusText: 'HALT' };
    expect(checkInstrument(limitTerms(), halted)).toEqual({
      code: 'SYMBOL_NOT_TRADING',
      message: 'BTCUSD is HALT',
    });
  });
});

describe('a rule that the exchange does not state', () => {
  const bare: InstrumentRules = { symbol: 'BTCUSD', tradable: true, statusText: 'TRADING' };

  it('is not checked', () => {
    expect(codeOf(limit('0.000000001', '99999999'), bare)).toBeUndefined();
    expect(codeOf(market({ quantity: '0.000000001' }), bare)).toBeUndefined();
    expect(codeOf(market({ amount: '0.000000001' }), bare)).toBeUndefined();
  });

  it('is none where the step or the maximum is zero', () => {
    const zeros: InstrumentRules = {
      ...bare,
      tickSize: '0',
      lotSize: '0.000',
      limitQuantity: { minimum: '0', maximum: '0' },
      limitNotional: { maximum: '0.0' },
    };
    expect(codeOf(limit('123.456', '999999'), zeros)).toBeUndefined();
  });
});
