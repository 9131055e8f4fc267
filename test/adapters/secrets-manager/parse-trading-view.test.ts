import { describe, expect, it } from '@jest/globals';
import { parseProducer } from '../../../lib/adapters/secrets-manager/parse-producer.ts';
import { TEMPLATE, TOKEN } from '../../application/tradingview/alert-values.ts';

type Change = Readonly<Record<string, unknown>>;

const parse = (change: Change = {}, template: Change = {}) =>
  parseProducer('tv', {
    accounts: ['desk-1'],
    tradingView: { tokens: [TOKEN], template: { ...TEMPLATE, ...template }, ...change },
  });
const faultOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
  return 'no fault';
};

describe('a producer of TradingView alerts', () => {
  it('needs no secret to sign with, and has the published addresses', () => {
    const { secrets, tradingView } = parse();
    expect(secrets).toEqual([]);
    expect(tradingView?.sourceAddresses).toHaveLength(4);
  });

  it('may have others', () => {
    const { tradingView } = parse({ sourceAddresses: ['127.0.0.1'] });
    expect(tradingView?.sourceAddresses).toEqual(['127.0.0.1']);
  });

  it('never shows its token', () => {
    expect(JSON.stringify(parse())).not.toContain(TOKEN);
    const short = TOKEN.slice(0, 42);
    expect(faultOf(() => parse({ tokens: [short] }))).not.toContain(short);
  });

  it.each<[string, Change, Change, string]>([
    ['no token', { tokens: [] }, {}, 'tradingView.tokens must hold at least one'],
    ['a short token', { tokens: ['short'] }, {}, 'tradingView.tokens[0] must be 43 to 128'],
    ['a token with a slash', { tokens: [`${TOKEN}/`] }, {}, 'tradingView.tokens[0]'],
    [
      'a name for an address',
      { sourceAddresses: ['tradingview.com'] },
      {},
      'sourceAddresses[0] must be an IPv4',
    ],
    ['no address', { sourceAddresses: [] }, {}, 'sourceAddresses must hold at least one'],
    ['an unknown setting', { colour: 'red' }, {}, 'tradingView'],
    ['no time', {}, { time: undefined }, 'template.time'],
    [
      'nothing that tells alerts apart',
      {},
      { alertId: [] },
      'template.alertId must hold at least one',
    ],
    ['a field of code', {}, { alertId: ['a[0]'] }, 'template.alertId[0] must name a field'],
    ['a validity of two days', {}, { validForMs: 172_800_000 }, 'template.validForMs'],
    ['a line that is ambiguous', {}, { line: '{a}{b}' }, 'template.line must have text between'],
    [
      'a line without a field that is used',
      {},
      { line: '{time} {action}' },
      'alertId[0] takes strategy',
    ],
    ['an id of the order', {}, orderWith({ clientOrderId: 'x' }), 'must not name clientOrderId'],
    ['an unknown field of the order', {}, orderWith({ leverage: '5' }), 'must not name leverage'],
    ['a number', {}, orderWith({ price: 5 }), 'template.order.price must be text or'],
    ['an empty text', {}, orderWith({ price: '' }), 'template.order.price'],
    [
      'a value with more than from and words',
      {},
      orderWith({ price: { from: 'a', eval: 'b' } }),
      'order.price',
    ],
    ['no account', {}, orderWith({ accountId: undefined }), 'template.order.accountId is required'],
  ])('with %s is refused by name', (_what, change, template, fault) => {
    expect(faultOf(() => parse(change, template))).toMatch(/^ConfigurationError: /);
    expect(faultOf(() => parse(change, template))).toContain(fault);
  });
});

describe('a producer without anything to prove who it is', () => {
  it.each([{}, { secrets: [] }])('is refused: %j', (value) => {
    const fault = faultOf(() => parseProducer('demo', { accounts: ['desk-1'], ...value }));
    expect(fault).toContain('secrets must hold at least one secret');
  });
});

function orderWith(change: Change): Change {
  return { order: { ...TEMPLATE.order, ...change } };
}
