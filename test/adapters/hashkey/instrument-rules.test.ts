import { describe, expect, it } from '@jest/globals';
import { instrumentRules } from '../../../lib/adapters/hashkey/instrument-rules.ts';
import { parseJson } from '../../../lib/adapters/hashkey/json.ts';
import { exchangeInfoSchema } from '../../../lib/adapters/hashkey/wire.ts';
import { fixtureText } from './fixtures.ts';

const INFORMATION = fixtureText('exchange-info.json');
const rulesIn = (text: string) => instrumentRules(exchangeInfoSchema.parse(parseJson(text)));

describe('exchange information', () => {
  it('becomes the rules of each instrument', () => {
    expect(rulesIn(INFORMATION).get('BTCUSD')).toStrictEqual({
      symbol: 'BTCUSD',
      tradable: true,
      statusText: 'TRADING',
      tickSize: '0.01',
      lotSize: '0.00001',
      amountStep: '0.0000001',
      minimumNotional: '10',
      limitQuantity: { minimum: '0.0001', maximum: '16' },
      marketQuantity: { minimum: '0.0002', maximum: '8' },
      limitNotional: { minimum: '11', maximum: '400000' },
      marketAmount: { minimum: '12', maximum: '200000' },
    });
  });

  it('leaves out rules that are not stated', () => {
    expect(rulesIn(INFORMATION).get('ETHHKD')).toStrictEqual({
      symbol: 'ETHHKD',
      tradable: false,
      statusText: 'HALT',
    });
  });

  it('heeds the second status where there is one', () => {
    expect(rulesIn(INFORMATION).get('SOLUSD')).toStrictEqual({
      symbol: 'SOLUSD',
      tradable: false,
      statusText: 'TRADING/SUSPENDED',
      lotSize: '0.001',
    });
  });

  it('is read alike when one symbol alone is answered', () => {
    const [instrument] = JSON.parse(INFORMATION).symbols;
    const alone = rulesIn(JSON.stringify(instrument));
    expect(alone.size).toBe(1);
    expect(alone.get('BTCUSD')).toStrictEqual(rulesIn(INFORMATION).get('BTCUSD'));
  });

  it.each(['{}', '[]', '{"symbols":[]}', '{"symbols":[{"symbol":"BTCUSD"}]}', '{"symbols":null}'])(
    'is unreadable as %s',
    (text) => {
      expect(exchangeInfoSchema.safeParse(parseJson(text)).success).toBe(false);
    },
  );
});
