import { describe, expect, it } from '@jest/globals';
import Big from 'big.js';
import type { OrderRequest } from '../../simulator/exchange/order.ts';
import {
  ACCOUNTS,
  bareExchange,
  NOW,
  orderNow,
  orderRequest,
  place,
} from './support/bare-exchange.ts';

const [MAKER, TAKER] = ACCOUNTS;
const OFFER: Partial<OrderRequest> = { side: 'SELL', price: '98000', quantity: '0.01' };

describe('an incoming order on a book that offers 0.01 at 98000', () => {
  const rows: readonly [string, Partial<OrderRequest>, string, string, string][] = [
    ['a limit order that fits', { price: '98000' }, 'FILLED', '0.01', ''],
    ['a limit order with a rest', { quantity: '0.03' }, 'PARTIALLY_FILLED', '0.01', ''],
    ['a limit order below', { price: '97999' }, 'NEW', '0', ''],
    [
      'an IOC limit order with a rest',
      { quantity: '0.03', timeInForce: 'IOC' },
      'PARTIALLY_CANCELED',
      '0.01',
      'RISKLIMIT_CANCEL',
    ],
    [
      'an IOC limit order below',
      { price: '97999', timeInForce: 'IOC' },
      'CANCELED',
      '0',
      'RISKLIMIT_CANCEL',
    ],
    [
      'a FOK limit order with a rest',
      { quantity: '0.03', timeInForce: 'FOK' },
      'CANCELED',
      '0',
      'RISKLIMIT_CANCEL',
    ],
    ['a FOK limit order that fits', { timeInForce: 'FOK' }, 'FILLED', '0.01', ''],
    [
      'a market order by quantity with a rest',
      { type: 'MARKET', price: '0', quantity: '0.03', timeInForce: 'IOC' },
      'FILLED',
      '0.01',
      '',
    ],
    [
      'a market order by amount',
      { type: 'MARKET', price: '0', quantity: '0', amount: '500', timeInForce: 'IOC' },
      'FILLED',
      '0.0051',
      '',
    ],
    ['a post-only order below', { type: 'LIMIT_MAKER', price: '97999' }, 'NEW', '0', ''],
  ];

  it.each(rows)('%s', (_what, given, status, executed, reason) => {
    const exchange = bareExchange();
    place(exchange, MAKER, OFFER);
    const order = place(exchange, TAKER, given);
    expect([order.status, order.executed, order.cancelReason]).toEqual([status, executed, reason]);
  });

  it('finds nothing for a market order on an empty book', () => {
    const given = { type: 'MARKET', price: '0', timeInForce: 'IOC' } as const;
    expect(place(bareExchange(), TAKER, given).status).toBe('CANCELED');
  });

  it('rejects a crossing post-only order later, where so configured', () => {
    const exchange = bareExchange({ rules: { postOnlyCross: 'later' } });
    place(exchange, MAKER, OFFER);
    const order = place(exchange, TAKER, { type: 'LIMIT_MAKER' });
    expect(order.status).toBe('REJECTED');
    expect(exchange.state.balances.of(TAKER, 'USD').locked.eq(0)).toBe(true);
  });
});

describe('an order that meets an order of its own account', () => {
  it('expires itself by default', () => {
    const exchange = bareExchange();
    const own = place(exchange, TAKER, OFFER);
    const order = place(exchange, TAKER);
    expect([order.status, order.cancelReason]).toEqual(['CANCELED', 'SELF_TRADE_CANCEL']);
    expect(orderNow(exchange, own.orderId).status).toBe('NEW');
  });

  it('expires the resting one with EXPIRE_MAKER and goes on', () => {
    const exchange = bareExchange();
    const own = place(exchange, TAKER, OFFER);
    place(exchange, MAKER, OFFER);
    const order = place(exchange, TAKER, { stpMode: 'EXPIRE_MAKER' });
    expect(order.status).toBe('FILLED');
    const expired = orderNow(exchange, own.orderId);
    expect([expired.status, expired.cancelReason]).toEqual(['CANCELED', 'SELF_TRADE_CANCEL']);
  });
});

describe('the money of an order', () => {
  it('is reserved with its fee while the order is open and released by a cancel', () => {
    const exchange = bareExchange();
    const order = place(exchange, TAKER);
    const { of } = exchange.state.balances;
    expect(of(TAKER, 'USD').locked.toFixed()).toBe(new Big('980').times('1.0029').toFixed());
    exchange.cancel(TAKER, { orderId: order.orderId }, NOW);
    expect(of(TAKER, 'USD').locked.eq(0)).toBe(true);
    expect(of(TAKER, 'USD').free.toFixed()).toBe('1000000000');
  });

  it('moves at the resting price with the fee in the quote currency of a fiat pair', () => {
    const exchange = bareExchange();
    place(exchange, MAKER, OFFER);
    place(exchange, TAKER, { price: '99000' });
    const { of } = exchange.state.balances;
    expect(of(TAKER, 'BTC').free.toFixed()).toBe('1000000000.01');
    expect(of(TAKER, 'USD').free.toFixed()).toBe('999999017.158');
    expect(of(MAKER, 'USD').free.toFixed()).toBe('1000000977.158');
  });

  it('pays the fee in the received currency on a crypto pair', () => {
    const exchange = bareExchange({ site: 'GLOBAL' });
    place(exchange, MAKER, { ...OFFER, symbol: 'BTCUSDT' });
    const order = place(exchange, TAKER, { symbol: 'BTCUSDT' });
    expect([order.fee, order.feeAsset]).toEqual(['0.000012', 'BTC']);
  });
});

describe('a late order', () => {
  it('is accepted at once, unseen until its time, and matched then', () => {
    const exchange = bareExchange();
    const request = orderRequest(OFFER);
    exchange.place({ accountId: MAKER, request, now: NOW, twist: { lateMs: 5000 } });
    expect(place(exchange, TAKER).status).toBe('NEW');
    exchange.advance(NOW + 4999);
    const [late] = exchange.state.delayed;
    expect(late).toBeDefined();
    exchange.advance(NOW + 5000);
    expect(orderNow(exchange, late ?? '').status).toBe('FILLED');
  });
});

describe('an order that a fault underfills', () => {
  it('is called FILLED with one step less than ordered, and reserves nothing more', () => {
    const exchange = bareExchange();
    place(exchange, MAKER, { ...OFFER, quantity: '0.05' });
    const request = orderRequest();
    const twist = { underfill: true };
    const placed = exchange.place({ accountId: TAKER, request, now: NOW, twist });
    expect(placed).toMatchObject({ current: { status: 'FILLED', executed: '0.00999' } });
    expect(exchange.state.balances.of(TAKER, 'USD').locked.eq(0)).toBe(true);
  });
});

describe('the market maker', () => {
  it('fills a market order at once and restores its levels for the next', () => {
    const exchange = bareExchange({ levels: 5 });
    const given = { type: 'MARKET', price: '0', quantity: '2', timeInForce: 'IOC' } as const;
    const [first, second] = [place(exchange, TAKER, given), place(exchange, TAKER, given)];
    expect([first.status, first.executed]).toEqual(['FILLED', '2']);
    expect(second.executedQuote).toBe(first.executedQuote);
  });

  it('leaves an open client order alone until the reference moves to it', () => {
    const exchange = bareExchange({ levels: 5 });
    const order = place(exchange, TAKER, { price: '97000' });
    expect(order.status).toBe('NEW');
    exchange.moveReference('BTCUSD', '96000', NOW);
    const filled = orderNow(exchange, order.orderId);
    expect([filled.status, filled.executedQuote]).toEqual(['FILLED', '970']);
  });
});
