import { parseProducer } from '../../../lib/adapters/secrets-manager/parse-producer.ts';
import type { Producer } from '../../../lib/application/account.ts';

/** A token as the how-to makes one. */
export const TOKEN = 'a1'.repeat(32);

/** The template of the tests: JSON alerts, one nested field. */
export const TEMPLATE = {
  time: 'time',
  alertId: ['strategy', 'order.id'],
  order: {
    accountId: 'desk-1',
    symbol: { from: 'ticker', words: { BTCUSD: 'BTCUSD', 'BTCUSD.P': 'BTCUSD' } },
    side: { from: 'action', words: { buy: 'BUY', sell: 'SELL' } },
    type: 'LIMIT',
    quantity: { from: 'order.quantity' },
    price: { from: 'price' },
  },
} as const;

/** Makes a producer by way of its secret, as every one comes about. */
export function alertProducer(
  template: Readonly<Record<string, unknown>> = TEMPLATE,
  change: Readonly<Record<string, unknown>> = {},
): Producer & Required<Pick<Producer, 'tradingView'>> {
  const value = { tokens: [TOKEN], template, ...change };
  const producer = parseProducer('tv', { accounts: ['desk-1'], tradingView: value });
  const { tradingView } = producer;
  if (tradingView === undefined) throw new Error('the producer has no alerts');
  return { ...producer, tradingView };
}

/** A good alert of that template. */
export function alert(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    strategy: 'rsi-cross',
    order: { id: 'Long', quantity: '0.5' },
    action: 'buy',
    ticker: 'BTCUSD',
    price: '65000.10',
    time: '2026-11-22T21:00:00Z',
    ...change,
  };
}
