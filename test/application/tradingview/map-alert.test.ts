import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseProducer } from '../../../lib/adapters/secrets-manager/parse-producer.ts';
import { parseOrderRequest } from '../../../lib/application/order-request.ts';
import { TEMPLATE_FIELDS } from '../../../lib/application/tradingview/alert-template.ts';
import { mapAlert } from '../../../lib/application/tradingview/map-alert.ts';
import { readTradingViewHowTo } from '../../support/how-to-tradingview.ts';
import { alert, alertProducer, TEMPLATE, TOKEN } from './alert-values.ts';

type Template = Readonly<Record<string, unknown>>;

const map = (body: unknown, template: Template = TEMPLATE, producerId = 'tv') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return mapAlert({ producerId, template: alertProducer(template).tradingView.template }, text);
};
const requestOf = (body: unknown, template: Template = TEMPLATE): Record<string, unknown> => {
  const mapped = map(body, template);
  if (mapped.kind === 'invalid') throw new Error(JSON.stringify(mapped.errors));
  return mapped.request;
};
const idOf = (body: unknown) => requestOf(body).clientOrderId;

describe('an alert', () => {
  it('becomes an order request by the template', () => {
    const request = requestOf(alert());
    expect(request).toEqual({
      accountId: 'desk-1',
      symbol: 'BTCUSD',
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.5',
      price: '65000.10',
      clientOrderId: expect.stringMatching(/^wh-[A-Za-z0-9_-]{30}$/),
    });
    expect(parseOrderRequest(request)).toMatchObject({ kind: 'valid' });
  });

  it.each<[string, string, string, unknown]>([
    ['a number keeps its digits', '"65000.10"', '65000.10', '65000.10'],
    [
      'a number beyond 2^53 does, too',
      '"65000.10"',
      '12345678901234567890.5',
      '12345678901234567890.5',
    ],
    ['an exponent stays what it is, for the schema to refuse', '"65000.10"', '1e-7', '1e-7'],
  ])('%s', (_what, from, to, price) => {
    const text = JSON.stringify(alert()).replace(from, to);
    expect(requestOf(text).price).toBe(price);
  });

  it('may be sent so long after its own time', () => {
    const at = Date.parse('2026-11-22T21:00:00Z');
    const template = { ...TEMPLATE, validForMs: 30_000 };
    for (const time of ['2026-11-22T21:00:00Z', at / 1_000, String(at)]) {
      expect(requestOf(alert({ time }), template).validUntil).toBe(at + 30_000);
    }
  });

  it.each<[string, unknown, string[]]>([
    ['that is no JSON', 'buy 0.5 BTCUSD', ['body']],
    ['that is a JSON text', '"buy"', ['body']],
    ['that is nothing', '', ['body']],
    ['without a time', alert({ time: undefined }), ['alert.time']],
    ['with a time in words', alert({ time: 'now' }), ['alert.time']],
    ['with a time of no zone', alert({ time: '2026-11-22T21:00:00' }), ['alert.time']],
    ['with a time that is none', alert({ time: '2026-13-22T21:00:00Z' }), ['alert.time']],
    ['with a placeholder left as it was', alert({ time: '{{timenow}}' }), ['alert.time']],
    ['without what tells it apart', alert({ strategy: undefined }), ['alert.strategy']],
    ['with nothing in it', alert({ strategy: '' }), ['alert.strategy']],
    ['with an object in it', alert({ strategy: {} }), ['alert.strategy']],
    ['with a word that the template does not know', alert({ action: 'close' }), ['side']],
    ['with a word of JavaScript', alert({ action: 'constructor' }), ['side']],
    ['without a price', alert({ price: null }), ['price']],
    ['with a truth for a price', alert({ price: true }), ['price']],
    [
      'with a list for an object',
      alert({ order: ['Long', '0.5'] }),
      ['alert.order.id', 'quantity'],
    ],
    ['with a field of more than 256 characters', alert({ price: '1'.repeat(257) }), ['price']],
  ])('%s is refused, with each wrong field named', (_what, body, fields) => {
    const mapped = map(body);
    if (mapped.kind === 'mapped') throw new Error('was mapped');
    expect(mapped.errors.map(({ field }) => field)).toEqual(fields);
    for (const { message } of mapped.errors) expect(message.length).toBeGreaterThan(10);
  });

  it('never gives more than the template names, whatever it says', () => {
    const names = fc.constantFrom(
      ...Object.keys(alert()),
      ...TEMPLATE_FIELDS,
      'clientOrderId',
      'validUntil',
      'replaces',
      '__proto__',
    );
    const bodies = fc.dictionary(
      names,
      fc.oneof(fc.jsonValue(), fc.constantFrom('buy', 'BTCUSD', '1')),
    );
    fc.assert(
      fc.property(bodies, (extra) => {
        const mapped = map({ ...alert(), ...extra });
        if (mapped.kind === 'invalid') return;
        const allowed = [...Object.keys(TEMPLATE.order), 'clientOrderId'];
        expect(Object.keys(mapped.request).sort()).toEqual(allowed.sort());
        expect(mapped.request).toMatchObject({ accountId: 'desk-1', type: 'LIMIT' });
      }),
    );
  });
});

describe('the id of an alert', () => {
  const word = fc.stringMatching(/^\S{1,20}$/);
  const identity = fc.record({ strategy: word, id: word, second: fc.integer({ min: 0, max: 9 }) });
  const bodyOf = ({ strategy, id, second }: { strategy: string; id: string; second: number }) =>
    alert({
      strategy,
      order: { id, quantity: '0.5' },
      time: `2026-11-22T21:00:0${second}Z`,
    });

  it('is the same for the same alert, and another one for any other', () => {
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        const isSame = JSON.stringify(one) === JSON.stringify(other);
        expect(idOf(bodyOf(one)) === idOf(bodyOf(other))).toBe(isSame);
        expect(idOf(bodyOf(one))).toBe(idOf(bodyOf(one)));
      }),
    );
  });

  it('does not depend on how the alert is written', () => {
    const entries = Object.entries(alert());
    const turned = Object.fromEntries(entries.toReversed());
    expect(idOf(JSON.stringify(turned, null, 2))).toBe(idOf(alert()));
  });

  it('does not move text from one field into the next', () => {
    const one = alert({ strategy: 'a', order: { id: 'b","c', quantity: '1' } });
    const other = alert({ strategy: 'a","b', order: { id: 'c', quantity: '1' } });
    expect(idOf(one)).not.toBe(idOf(other));
  });

  it('is of one producer', () => {
    const [one, other] = ['tv', 'tv-2'].map((producerId) => map(alert(), TEMPLATE, producerId));
    expect(one).not.toEqual(other);
  });
});

describe('the how-to', () => {
  const howTo = readTradingViewHowTo(TOKEN);
  const values = {
    'strategy.order.id': 'Long',
    'strategy.order.action': 'buy',
    ticker: 'BTCUSD',
    'strategy.order.contracts': '0.01',
    timenow: '2026-11-22T21:00:00Z',
  };
  const template = (change = {}) => ({ ...howTo.producer.tradingView.template, ...change });

  it('shows a producer and a message that make an order', () => {
    expect(parseProducer('tradingview', howTo.producer)).toMatchObject({ accounts: ['desk-1'] });
    const request = requestOf(howTo.message(values), template());
    expect(parseOrderRequest(request)).toMatchObject({
      kind: 'valid',
      request: { side: 'BUY', quantity: '0.01' },
    });
  });

  it('shows a line that makes the same order', () => {
    const ofLine = requestOf(howTo.textLine, template(howTo.lineTemplate));
    expect(ofLine).toEqual(requestOf(howTo.message(values), template()));
  });
});
