import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../../console/options.ts';
import { refusalOf } from '../../console/server/guard.ts';

const settings = { port: 8085, token: 't'.repeat(43) };
const own = {
  host: '127.0.0.1:8085',
  origin: 'http://127.0.0.1:8085',
  'sec-fetch-site': 'same-origin',
  'x-console-token': settings.token,
};
const halt = { method: 'PUT', path: '/api/accounts/desk-1/halt' };
const read = { method: 'GET', path: '/api/orders' };
const page = { method: 'GET', path: '/' };

describe('the guard of the console', () => {
  it('lets the page and its calls pass', () => {
    const { origin: _origin, ...reading } = own;
    expect(refusalOf({ ...page, headers: { host: 'localhost:8085' } }, settings)).toBeUndefined();
    expect(refusalOf({ ...read, headers: reading }, settings)).toBeUndefined();
    expect(refusalOf({ ...halt, headers: own }, settings)).toBeUndefined();
  });

  it.each([
    ['a foreign name that was pointed here', page, { host: 'evil.example:8085' }, 403],
    ['no Host', page, {}, 403],
    ['another port of this machine', halt, { ...own, host: '127.0.0.1:9999' }, 403],
    ['another page', halt, { ...own, origin: 'https://evil.example' }, 403],
    ['another page of this machine', halt, { ...own, origin: 'http://127.0.0.1:3000' }, 403],
    ['a change without Origin', halt, { ...own, origin: undefined }, 403],
    ['an opaque origin', halt, { ...own, origin: 'null' }, 403],
    ['a page of the same site', read, { ...own, 'sec-fetch-site': 'same-site' }, 403],
    ['a link from elsewhere to data', read, { ...own, 'sec-fetch-site': 'cross-site' }, 403],
    ['no token', halt, { ...own, 'x-console-token': undefined }, 401],
    ['reading without a token', read, { ...own, 'x-console-token': undefined }, 401],
    ['a wrong token', halt, { ...own, 'x-console-token': 'u'.repeat(43) }, 401],
  ])('refuses %s', (_what, request, headers, status) => {
    expect(refusalOf({ ...request, headers }, settings)).toMatchObject({ status });
  });
});

describe('the command line of the console', () => {
  it('signs for a region unless the API is on this machine', () => {
    const cloud = ['--url', 'https://x.execute-api.eu-central-1.amazonaws.com/'];
    expect(() => readOptions(cloud)).toThrow('--region is missing');
    expect(readOptions([...cloud, '--region', 'eu-central-1'])).toMatchObject({
      apiUrl: 'https://x.execute-api.eu-central-1.amazonaws.com',
      region: 'eu-central-1',
    });
    expect(readOptions(['--region', 'eu-central-1'])?.region).toBeUndefined();
  });

  it.each([
    [['--url', 'ftp://x'], '--url takes'],
    [['--url', 'http://api.example', '--region', 'eu-central-1'], 'has to be https'],
    [['--url', 'https://me:secret@api.example'], 'without a name or a password'],
    [['--port', 'eighty'], '--port takes a port'],
    [['--account', 'DESK'], '--account takes'],
    [['--stage', 'moon'], '--stage takes'],
    [['--region', 'moon'], '--region takes'],
    [['--prot', '1'], '--prot'],
  ])('refuses %j in one line', (args, words) => expect(() => readOptions(args)).toThrow(words));
});
