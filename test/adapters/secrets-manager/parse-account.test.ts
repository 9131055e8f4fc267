import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { parseProducer } from '../../../lib/adapters/secrets-manager/parse-producer.ts';
import { accountValue } from '../../support/account-values.ts';
import { webhookSecretText } from '../../support/webhook-secret.ts';

const parse = (change = {}) => parseAccount('desk-1', accountValue(change));
const faultOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : '';
  }
  return 'no fault';
};

describe('an account as it is configured', () => {
  it('gets a default for everything that may be left out', () => {
    expect(parse()).toMatchObject({
      accountId: 'desk-1',
      limits: { ordersPerSecond: 10, queriesPerSecond: 2 },
      lanes: 1,
      validForMs: 60_000,
    });
    expect(parse()).not.toHaveProperty('baseUrl');
  });

  it('gets a lane for each key', () => {
    const keys = ['a', 'b', 'c'].map((name) => ({ apiKey: name, apiSecret: `${name}-secret` }));

    expect(parse({ keys }).lanes).toBe(3);
  });

  it('may set one limit and leave the other', () => {
    expect(parse({ limits: { ordersPerSecond: 5 } }).limits).toEqual({
      ordersPerSecond: 5,
      queriesPerSecond: 2,
    });
  });

  it('may say what calls weigh, those that stand for many more than a second grants', () => {
    const weights = { submit: 2, orderHistory: 20 };
    expect(parse({ limits: { weights } }).limits).toEqual({
      ordersPerSecond: 10,
      queriesPerSecond: 2,
      weights,
    });
    expect(parse().limits).not.toHaveProperty('weights');
  });

  it('says why a weight that no second grants is refused', () => {
    expect(faultOf(() => parse({ limits: { weights: { queryOrder: 3 } } }))).toContain(
      'limits.weights.queryOrder must be at most queriesPerSecond (2), or no such call could ever leave',
    );
  });

  it.each([
    ['hk', 'HK'],
    ['Global', 'GLOBAL'],
    ['MENA', 'MENA'],
  ])('may write its site in any case: %s', (site, expected) => {
    expect(parse({ site }).site).toBe(expected);
  });

  it('names its key by the beginning of its SHA-256', () => {
    const hash = createHash('sha256').update('key-one').digest('hex');

    expect(parse().keys[0]?.keyId).toBe(hash.slice(0, 16));
  });

  it('ignores a field that it does not know', () => {
    expect(parse({ colour: 'red' })).toEqual(parse());
  });

  it.each([
    ['site', { site: 'US' }],
    ['environment', { environment: 'test' }],
    ['baseUrl', { baseUrl: 'ftp://x' }],
    ['baseUrl', { baseUrl: 'https://user:pw@x' }],
    ['keys', { keys: [] }],
    ['keys', { keys: Array(2).fill({ apiKey: 'same', apiSecret: 'x' }) }],
    ['keys[1].apiSecret', { keys: [{ apiKey: 'a', apiSecret: 'b' }, { apiKey: 'c' }] }],
    ['keys[0].apiKey', { keys: [{ apiKey: 'with space', apiSecret: 'b' }] }],
    ['limits.ordersPerSecond', { limits: { ordersPerSecond: 0 } }],
    ['limits.queriesPerSecond', { limits: { queriesPerSecond: 101 } }],
    ['limits.queriesPerSecond', { limits: { queriesPerSecond: -1 } }],
    ['limits.ordersPerSecond', { limits: { ordersPerSecond: 0.5 } }],
    ['limits.ordersPerSecond', { limits: { ordersPerSecond: '10' } }],
    ['limits.ordersPerSecond', { limits: { ordersPerSecond: Number.POSITIVE_INFINITY } }],
    ['limits', { limits: 10 }],
    ['limits.weights', { limits: { weights: 5 } }],
    ['limits.weights', { limits: { weights: { cancelmany: 5 } } }],
    ['limits.weights.submit', { limits: { weights: { submit: 0 } } }],
    ['limits.weights.cancel', { limits: { weights: { cancel: -1 } } }],
    ['limits.weights.trades', { limits: { weights: { trades: 1.5 } } }],
    ['limits.weights.trades', { limits: { weights: { trades: '5' } } }],
    ['limits.weights.orderHistory', { limits: { weights: { orderHistory: 101 } } }],
    ['limits.weights.submit', { limits: { ordersPerSecond: 4, weights: { submit: 5 } } }],
    ['limits.weights.queryOrder', { limits: { weights: { queryOrder: 3 } } }],
    ['limits.weights.orderHistory', { limits: { weights: { orderHistory: 21 } } }],
    ['limits.weights.cancelMany', { limits: { ordersPerSecond: 1, weights: { cancelMany: 11 } } }],
    ['keys', { keys: undefined }],
    ['keys', { keys: 'key-one' }],
    ['validForMs', { validForMs: -1 }],
    ['validForMs', { validForMs: 86_400_001 }],
    ['lanes', { lanes: 0 }],
    ['lanes', { lanes: 101 }],
    ['exchangeAccountId', { exchangeAccountId: 'sub-1' }],
    ['exchangeAccountId', { exchangeAccountId: 1_471_090_223_379_184_400 }],
    ['lanes', { lanes: 1.5 }],
    ['validForMs', { validForMs: 999 }],
  ])('is refused by the name of its field: %s in %j', (field, change) => {
    expect(faultOf(() => parse(change))).toContain(
      `ConfigurationError: The configuration of account "desk-1" is wrong: ${field} must`,
    );
  });

  it('may name the account of the exchange that its keys act for', () => {
    const exchangeAccountId = '1471090223379184384';
    expect(parse({ exchangeAccountId })).toMatchObject({ exchangeAccountId });
    expect(parse({})).not.toHaveProperty('exchangeAccountId');
  });

  it('is refused with every wrong field at once', () => {
    const fault = faultOf(() => parse({ site: 1, lanes: 0 }));

    expect(fault).toMatch(/site must.*lanes must/);
  });

  it('is refused when it is no object, or its id is none', () => {
    expect(faultOf(() => parseAccount('desk-1', 'text'))).toContain('the whole value must');
    expect(faultOf(() => parseAccount('Desk 1', accountValue()))).toContain('ConfigurationError');
  });
});

describe('a producer as it is configured', () => {
  const value = (change = {}) => ({
    secrets: [webhookSecretText('a'), webhookSecretText('b')],
    accounts: ['desk-1'],
    ...change,
  });

  it('keeps its secrets out of sight', () => {
    const producer = parseProducer('demo', value());

    expect(producer.secrets.map((secret) => secret.reveal())).toEqual(value().secrets);
    expect(JSON.stringify(producer)).not.toContain('whsec_');
  });

  it.each([
    ['secrets', { secrets: [] }],
    ['secrets[0]', { secrets: ['whsec_short'] }],
    ['secrets[0]', { secrets: [Buffer.from('a'.repeat(24)).toString('base64')] }],
    ['secrets[1]', { secrets: [webhookSecretText('a'), 7] }],
    ['accounts[0]', { accounts: ['Desk 1'] }],
    ['accounts', { accounts: 'desk-1' }],
  ])('is refused by the name of its field: %s', (field, change) => {
    expect(faultOf(() => parseProducer('demo', value(change)))).toContain(
      `producer "demo" is wrong: ${field} must`,
    );
  });

  const results = (change = {}) => ({
    results: { url: 'https://a.example/hook', secrets: [webhookSecretText('c')], ...change },
  });

  it.each([
    'https://a.example/hook?x=1',
    'https://a.example:8443/',
    'https://93.184.215.14/',
    'http://127.0.0.1:9000/',
    'http://localhost/',
    'http://[::1]:80/',
  ])('may want its results at %s', (url) => {
    const producer = parseProducer('demo', value(results({ url, events: ['order.reported'] })));
    expect(producer.results).toMatchObject({ url, events: ['order.reported'] });
    expect(JSON.stringify(producer)).not.toContain('whsec_');
  });

  it.each([
    'http://a.example/hook',
    'https://user:secret@a.example/',
    'https://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://[fd00::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://2130706434.0.0.1/',
    'https://0xa000001/',
    'ftp://a.example/',
    'a.example/hook',
    `https://a.example/${'x'.repeat(2_000)}`,
  ])('is refused for a receiver at %s', (url) => {
    const fault = faultOf(() => parseProducer('demo', value(results({ url }))));
    expect(fault).toContain('producer "demo" is wrong: results.url ');
    expect(fault).not.toContain('secret@');
  });

  it.each([
    ['results', { results: { ...results().results, retries: 3 } }],
    ['results.secrets', results({ secrets: [] })],
    ['results.secrets[0]', results({ secrets: ['whsec_short'] })],
    ['results.events[0]', results({ events: ['order.unheard-of'] })],
    ['results.events', results({ events: [] })],
  ])('is refused for its results by the name of the field: %s', (field, change) => {
    expect(faultOf(() => parseProducer('demo', value(change)))).toContain(` is wrong: ${field} `);
  });
});
