import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readAccounts, readAccountsFile } from '../../simulator/accounts-file.ts';
import { helpText, readCommandLine } from '../../simulator/command-line.ts';
import { OPTION_ROWS } from '../../simulator/option-table.ts';
import { startSimulator } from '../../simulator/start.ts';

describe('the command line', () => {
  it('reads every kind of option', () => {
    const words =
      '--port 0 --site bmu --latency-ms 40 --client-id-uniqueness 24h --refused-count yes';
    expect(readCommandLine(words.split(' '))).toEqual({
      port: 0,
      site: 'GLOBAL',
      latencyMs: 40,
      clientIdUniqueness: 24,
      refusedCount: true,
    });
    expect(readCommandLine(['--limit-unit=weights'])).toEqual({ limitUnit: 'weights' });
    expect(readCommandLine(['--port', '1', '--help'])).toBe('help');
  });

  it.each([
    [['--port', '70000'], '--port 70000: use a whole number from 0 to 65535.'],
    [['--site', 'MOON'], '--site MOON: use HK or GLOBAL.'],
    [['--limit-unit', 'grams'], '--limit-unit grams: use requests or weights.'],
    [['--client-id-uniqueness', '1d'], 'use for-ever, while-open, never or 24h.'],
    [['--nonsense'], "Unknown option '--nonsense'"],
    [['--accounts', '/does/not/exist'], 'cannot be read (ENOENT)'],
  ])('says what is wrong with %j', (words, message) => {
    expect(() => readCommandLine(words)).toThrow(message);
  });

  it('explains every option', () => {
    for (const { name } of OPTION_ROWS) expect(helpText()).toContain(`--${name} `);
  });
});

describe('an accounts file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'accounts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const keys = [{ apiKey: 'k', apiSecret: 's3cret' }];

  it('gives accounts, keys and limits, and may hold more than the simulator needs', () => {
    const file = join(folder, 'accounts.json');
    const account = { site: 'HK', environment: 'sandbox', lanes: 1, keys };
    const limits = { ordersPerSecond: 5 };
    const content = { accounts: { 'desk-1': { ...account, limits } }, producers: { demo: {} } };
    writeFileSync(file, JSON.stringify(content));
    expect(readAccountsFile(file)).toEqual({ 'desk-1': { site: 'HK', keys, limits } });
  });

  it.each([
    ['no JSON', '{"accounts": s3cret', 'is not valid JSON.'],
    ['no accounts', '{}', 'is wrong at accounts'],
    [
      'an unknown site',
      JSON.stringify({ accounts: { a: { site: 'MOON', keys } } }),
      'accounts.a.site',
    ],
    ['no keys', JSON.stringify({ accounts: { a: { site: 'HK', keys: [] } } }), 'accounts.a.keys'],
    [
      'a key without a secret',
      JSON.stringify({ accounts: { a: { site: 'HK', keys: [{ apiKey: 's3cret' }] } } }),
      'accounts.a.keys.0.apiSecret',
    ],
  ])('is refused with %s, without a word of its content', (_what, text, message) => {
    const read = () => readAccounts(text, 'my.json');
    expect(read).toThrow(message);
    expect(read).toThrow(/^(?!.*s3cret)/);
  });

  it('must have an account of the site and each key once', async () => {
    const accounts = { a: { site: 'HK', keys } } as const;
    const elsewhere = startSimulator({ port: 0, site: 'GLOBAL', accounts });
    await expect(elsewhere).rejects.toThrow('no account of site GLOBAL');
    const twice = startSimulator({ port: 0, accounts: { ...accounts, b: { site: 'HK', keys } } });
    await expect(twice).rejects.toThrow('The accounts give b#1 the API key of a#1.');
  });
});

describe('two simulators', () => {
  it('cannot share a port', async () => {
    const first = await startSimulator({ port: 0 });
    try {
      await expect(startSimulator({ port: first.port })).rejects.toThrow('EADDRINUSE');
    } finally {
      await first.stop();
    }
  });
});

describe('a simulator with latency', () => {
  it('takes half of it before it acts and half after', async () => {
    const simulator = await startSimulator({ port: 0, latencyMs: 60 });
    const sentAt = Date.now();
    const response = await fetch(`${simulator.url}/api/v1/time`);
    const took = Date.now() - sentAt;
    const arrivedAt = Number(/\d+/.exec(await response.text())?.[0]) - sentAt;
    await simulator.stop();
    expect(took).toBeGreaterThanOrEqual(59);
    expect(arrivedAt).toBeGreaterThanOrEqual(29);
    expect(took - arrivedAt).toBeGreaterThanOrEqual(29);
  });
});
