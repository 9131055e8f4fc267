import { describe, expect, it } from '@jest/globals';
import Big from 'big.js';
import fc from 'fast-check';
import type { Exchange } from '../../simulator/exchange/exchange.ts';
import { isOpen } from '../../simulator/exchange/order.ts';
import { FEES, MARKET_MAKER } from '../../simulator/exchange/state.ts';
import { ACCOUNTS, bareExchange, NOW, orderRequest } from './support/bare-exchange.ts';

const step = fc.record({
  account: fc.constantFrom(...ACCOUNTS),
  side: fc.constantFrom('BUY' as const, 'SELL' as const),
  type: fc.constantFrom('LIMIT' as const, 'MARKET' as const, 'LIMIT_MAKER' as const),
  timeInForce: fc.constantFrom('GTC' as const, 'IOC' as const, 'FOK' as const),
  stpMode: fc.constantFrom('EXPIRE_TAKER' as const, 'EXPIRE_MAKER' as const),
  price: fc.integer({ min: 97_800, max: 98_200 }),
  lots: fc.integer({ min: 1, max: 300 }),
  byAmount: fc.boolean(),
  underfill: fc.boolean(),
  lateMs: fc.constantFrom(0, 0, 0, 50),
  cancels: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(exchange: Exchange, given: Step, index: number): void {
  const now = NOW + index * 10;
  const isMarket = given.type === 'MARKET';
  const byAmount = isMarket && given.byAmount;
  const request = orderRequest({
    side: given.side,
    type: given.type,
    timeInForce: given.type === 'LIMIT' ? given.timeInForce : isMarket ? 'IOC' : 'GTC',
    stpMode: given.stpMode,
    price: isMarket ? '0' : String(given.price),
    quantity: byAmount ? '0' : new Big(given.lots).times('0.001').toFixed(),
    amount: byAmount ? String(given.lots * 90) : '0',
  });
  const { lateMs, underfill } = given;
  exchange.place({ accountId: given.account, request, now, twist: { lateMs, underfill } });
  const target = [...exchange.state.orders.values()][given.cancels ?? -1];
  if (target) exchange.cancel(target.accountId, { orderId: target.orderId }, now);
}

function totalOf({ state }: Exchange, asset: string): string {
  return [...ACCOUNTS, MARKET_MAKER, FEES]
    .map((account) => state.balances.of(account, asset))
    .reduce((sum, { free, locked }) => sum.plus(free).plus(locked), new Big(0))
    .toFixed();
}

describe('any sequence of orders and cancels', () => {
  it('keeps the sum of every asset, reserves exactly what is open, and never overfills', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.nat({ max: 2 }), (steps, levels) => {
        const exchange = bareExchange({ levels });
        const before = ['BTC', 'USD'].map((asset) => totalOf(exchange, asset));
        for (const [index, given] of steps.entries()) take(exchange, given, index);

        expect(['BTC', 'USD'].map((asset) => totalOf(exchange, asset))).toEqual(before);
        const { state } = exchange;
        const orders = [...state.orders.values()];
        for (const account of ACCOUNTS) {
          for (const [asset, side] of [
            ['USD', 'BUY'],
            ['BTC', 'SELL'],
          ] as const) {
            const open = orders.filter(
              (order) => order.accountId === account && order.side === side && isOpen(order),
            );
            const reserved = open.reduce((sum, order) => sum.plus(order.locked), new Big(0));
            expect(state.balances.of(account, asset).locked.toFixed()).toBe(reserved.toFixed());
          }
        }
        for (const order of orders) {
          const traded = (state.tradesByAccount.get(order.accountId) ?? [])
            .filter((trade) => trade.orderId === order.orderId)
            .reduce((sum, trade) => sum.plus(trade.quantity), new Big(0));
          expect(traded.toFixed()).toBe(order.executed);
          if (order.quantity !== '0') expect(traded.lte(order.quantity)).toBe(true);
          if (order.amount !== '0')
            expect(new Big(order.executedQuote).lte(order.amount)).toBe(true);
          if (!isOpen(order)) expect(order.locked).toBe('0');
        }
        const book = state.books.get('BTCUSD');
        const [bid, ask] = [book?.bids[0], book?.asks[0]];
        if (bid && ask) expect(bid.price.lt(ask.price)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
