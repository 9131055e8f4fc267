import { describe, expect, it } from '@jest/globals';
import { createMemoryProducers } from '../../../lib/adapters/memory/producers.ts';
import type { Alert } from '../../../lib/application/tradingview/open-alert.ts';
import {
  ALERT_ANSWER_WITHIN_MS,
  receiveAlert,
} from '../../../lib/application/tradingview/receive-alert.ts';
import { createOrderDesk } from '../../support/order-desk.ts';
import { alert, alertProducer, TEMPLATE, TOKEN } from './alert-values.ts';

const ADDRESS = '52.89.214.238';
const SECOND_TOKEN = 'b2'.repeat(32);

function alertDesk(producer = alertProducer()) {
  const desk = createOrderDesk();
  const plain = { producerId: 'demo', secrets: [], accounts: ['desk-1'] };
  const producers = createMemoryProducers([producer, plain]);
  const receive = (change: Partial<Alert> = {}, body: unknown = alert()) =>
    desk.clock.runUntil(
      receiveAlert(
        { ...desk.dependencies, producers },
        {
          producerId: 'tv',
          token: TOKEN,
          sourceAddress: ADDRESS,
          body: JSON.stringify(body),
          ...change,
        },
      ),
    );
  return { ...desk, receive };
}

describe('an alert of TradingView', () => {
  it('is stored and queued once, however often it comes', async () => {
    const desk = alertDesk();
    expect(await desk.receive()).toMatchObject({ kind: 'accepted' });
    expect(await desk.receive()).toMatchObject({ kind: 'repeated' });
    expect(desk.store.all()).toHaveLength(1);
    expect(desk.queue.waiting()).toHaveLength(1);
  });

  it('with a known id that asks for another order is refused', async () => {
    const desk = alertDesk();
    await desk.receive();
    expect(await desk.receive({}, alert({ price: '1' }))).toMatchObject({ kind: 'taken' });
    expect(desk.store.all()).toHaveLength(1);
  });

  it.each<[string, Partial<Alert>]>([
    ['with another token', { token: SECOND_TOKEN }],
    ['with the beginning of its token', { token: TOKEN.slice(0, -1) }],
    ['with more than its token', { token: `${TOKEN}0` }],
    ['without a token', { token: '' }],
    ['with a token of great length', { token: 'a'.repeat(100_000) }],
    ['of an unknown producer', { producerId: 'nobody' }],
    ['of a producer without alerts', { producerId: 'demo' }],
  ])('%s is refused, all alike', async (_what, change) => {
    const desk = alertDesk();
    expect(await desk.receive(change)).toEqual({ kind: 'refused' });
    expect(desk.metrics.total('WebhookRefused')).toBe(1);
    expect(desk.store.all()).toEqual([]);
  });

  it('may have either token during a rotation', async () => {
    const desk = alertDesk(alertProducer(TEMPLATE, { tokens: [TOKEN, SECOND_TOKEN] }));
    expect(await desk.receive({ token: SECOND_TOKEN })).toMatchObject({ kind: 'accepted' });
    expect(await desk.receive({ token: TOKEN })).toMatchObject({ kind: 'repeated' });
  });

  it.each(['203.0.113.7', '', '::ffff:52.89.214.238'])(
    'from "%s" is refused',
    async (sourceAddress) => {
      const desk = alertDesk();
      expect(await desk.receive({ sourceAddress })).toEqual({ kind: 'foreign-address' });
    },
  );

  it.each(['52.89.214.238', '34.212.75.30', '54.218.53.128', '52.32.178.7'])(
    'comes from %s, as TradingView publishes it',
    async (sourceAddress) => {
      expect(await alertDesk().receive({ sourceAddress })).toMatchObject({ kind: 'accepted' });
    },
  );

  it('for an account that its producer may not trade is forbidden', async () => {
    const order = { ...TEMPLATE.order, accountId: { from: 'account' } };
    const desk = alertDesk(alertProducer({ ...TEMPLATE, order }));
    const body = alert({ account: 'desk-2' });
    expect(await desk.receive({}, body)).toEqual({ kind: 'forbidden', accountId: 'desk-2' });
  });

  it('that makes no order is refused with the fields of the order', async () => {
    const desk = alertDesk();
    const receipt = await desk.receive({}, alert({ price: '-5' }));
    expect(receipt).toMatchObject({ kind: 'invalid', errors: [{ field: 'price' }] });
  });
});

describe('a store that is slow', () => {
  it('makes the answer late, never longer than TradingView waits', async () => {
    const desk = alertDesk();
    desk.delays(10_000);
    const startedMs = desk.clock.monotonicMs();
    expect(await desk.receive()).toEqual({ kind: 'late' });
    expect(desk.clock.monotonicMs() - startedMs).toBe(ALERT_ANSWER_WITHIN_MS);
    expect(ALERT_ANSWER_WITHIN_MS).toBeLessThan(3_000);
  });

  it('doubles no order when the alert comes again', async () => {
    const desk = alertDesk();
    desk.delays(1_000);
    expect(await desk.receive()).toEqual({ kind: 'late' });
    desk.delays(0);
    expect(await desk.receive()).toMatchObject({
      kind: expect.stringMatching(/accepted|repeated/),
    });
    await desk.clock.advance(60_000);
    expect(desk.store.all()).toHaveLength(1);
    await desk.consume();
    expect(desk.exchange.submitted()).toHaveLength(1);
  });

  it('that fails after the limit harms nobody', async () => {
    const desk = alertDesk();
    desk.delays(2_000);
    desk.fails('orders', () => 'refused');
    expect(await desk.receive()).toEqual({ kind: 'late' });
    await desk.clock.advance(60_000);
    expect(desk.store.all()).toEqual([]);
  });
});
