import { describe, expect, it } from '@jest/globals';
import { parseJson } from '../../../lib/adapters/hashkey/json.ts';
import { statusReport } from '../../../lib/adapters/hashkey/mapping.ts';
import { orderSchema } from '../../../lib/adapters/hashkey/wire.ts';
import { decimalFrom, positiveFrom } from '../../../lib/adapters/hashkey/wire-decimal.ts';
import { fixtureText } from './fixtures.ts';

const { open, market } = JSON.parse(fixtureText('orders.json'));

function report(order: object) {
  const wire = orderSchema.parse(parseJson(JSON.stringify(order)));
  return statusReport(wire, (text) => text);
}

describe('an order on the wire', () => {
  it('becomes a status report with only what is stated', () => {
    expect(report(open)).toStrictEqual({
      clientOrderId: 'svc-13',
      exchangeOrderId: '1563293653459405312',
      symbol: 'ETHUSD',
      side: 'BUY',
      status: 'NEW',
      statusText: 'NEW',
      executedQuantity: '0',
      type: 'LIMIT',
      quantity: '1',
      price: '1900',
      cumulativeQuote: '0',
      exchangeAt: 1_767_225_600_058,
    });
  });

  it('has neither quantity nor price when it is a market order by amount', () => {
    expect(report(market)).toStrictEqual({
      clientOrderId: 'svc-9',
      exchangeOrderId: '2000868573824739840',
      symbol: 'BTCUSDT',
      side: 'BUY',
      status: 'PARTIALLY_CANCELED',
      statusText: 'PARTIALLY_CANCELED',
      executedQuantity: '0.001',
      type: 'MARKET',
      cumulativeQuote: '120.00101',
      averagePrice: '120001.01',
      reason: 'RISKLIMIT_CANCEL',
      exchangeAt: 1_767_225_600_147,
    });
  });

  it.each([
    ['MARKET_OF_BASE', 'MARKET'],
    ['MARKET_OF_QUOTE', 'MARKET'],
    ['LIMIT_MAKER', 'LIMIT_MAKER'],
    ['STOP', undefined],
    [null, undefined],
  ])('of type %s is %s to us', (type, expected) => {
    expect(report({ ...open, type })?.type).toBe(expected);
  });

  it.each(['PENDING', 'CANCELLED', 'new', 'ORDER_NEW', 'SUSPENDED'])(
    'in the status %s is known to exist and no more',
    (status) => {
      expect(report({ ...open, status })).toMatchObject({
        status: 'UNRECOGNISED',
        statusText: status,
      });
    },
  );

  it('falls back on the older spelling of the cumulative quote', () => {
    const { cumulativeQuoteQty: _, ...older } = { ...open, cummulativeQuoteQty: '7' };
    expect(report(older)?.cumulativeQuote).toBe('7');
  });

  it('says nothing when its executed quantity is unreadable', () => {
    expect(report({ ...open, executedQty: 'NaN' })).toBeUndefined();
  });

  it('takes the time of the transaction before that of the update', () => {
    expect(report({ ...open, transactTime: 1_767_225_600_060 })?.exchangeAt).toBe(
      1_767_225_600_060,
    );
    expect(report({ ...open, updateTime: '', time: 'x' })?.exchangeAt).toBeUndefined();
  });
});

describe('a number on the wire', () => {
  it.each([
    ['0.010', '0.010'],
    ['0E-8', '0'],
    ['1.5e3', '1500'],
    ['007', '7'],
    ['0.1234567890123456789', '0.123456789012345678'],
  ])('%s is the decimal %s', (wire, decimal) => {
    expect(decimalFrom(wire)).toBe(decimal);
  });

  it.each(['', '-1', '+1', ' 1', '1,5', 'NaN', '1e999', '9'.repeat(21), null, undefined, 5])(
    '%j is none',
    (wire) => {
      expect(decimalFrom(wire)).toBeUndefined();
    },
  );

  it('is absent when zero stands for none', () => {
    expect(positiveFrom('0.00')).toBeUndefined();
    expect(positiveFrom('0.01')).toBe('0.01');
  });
});
