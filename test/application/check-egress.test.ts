import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSeenAddress } from '../../lib/adapters/egress/seen-address.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { checkEgress, type EgressSource } from '../../lib/application/check-egress.ts';
import { METRICS } from '../../lib/application/metrics.ts';

const OURS = ['203.0.113.7', '203.0.113.8'];

function setUp(source: EgressSource) {
  const dependencies = { source, log: createRecordingLog(), metrics: createRecordingMetrics() };
  const { metrics } = dependencies;
  return {
    check: () => checkEgress(dependencies, OURS),
    unexpected: () => metrics.total(METRICS.egressUnexpected),
    checked: () => metrics.total(METRICS.egressChecked),
  };
}

describe('the check of the egress address', () => {
  it.each(OURS)('is content with %s, an address of ours', async (address) => {
    const { check, checked, unexpected } = setUp({ seenAddress: async () => address });
    expect(await check()).toEqual({ seen: address, isExpected: true });
    expect([checked(), unexpected()]).toEqual([1, 0]);
  });

  it.each(['203.0.113.70', '203.0.113', ''])('counts %p, which no key knows', async (address) => {
    const { check, checked, unexpected } = setUp({ seenAddress: async () => address });
    expect(await check()).toEqual({ seen: address, isExpected: false });
    expect([checked(), unexpected()]).toEqual([1, 1]);
  });

  it('counts nothing when nobody could be asked, so that silence speaks', async () => {
    const away = new Error('away');
    const { check, checked, unexpected } = setUp({ seenAddress: () => Promise.reject(away) });
    await expect(check()).rejects.toThrow('away');
    expect([checked(), unexpected()]).toEqual([0, 0]);
  });
});

describe('a server outside', () => {
  const answers: Readonly<Record<string, [number, string]>> = {
    '/address': [200, '203.0.113.7\n'],
    '/page': [200, `<html>${'x'.repeat(1_000_000)}</html>`],
    '/words': [200, 'hello'],
    '/version-6': [200, '2001:db8::7'],
    '/broken': [503, '203.0.113.7'],
  };
  let server: Server;
  let base = '';
  beforeAll(async () => {
    server = createServer(({ url = '' }, response) => {
      const [status, text] = answers[url] ?? [404, ''];
      response.writeHead(status).end(text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  });
  afterAll(async () => {
    const closed = once(server, 'close');
    server.closeAllConnections();
    server.close();
    await closed;
  });

  it('tells the address that it was asked from', async () => {
    expect(await createSeenAddress(`${base}/address`).seenAddress()).toBe('203.0.113.7');
  });

  it.each(['/page', '/words', '/version-6'])('is not believed when it says %s', async (path) => {
    await expect(createSeenAddress(base + path).seenAddress()).rejects.toThrow('no IPv4 address');
  });

  it('is not believed with an error', async () => {
    await expect(createSeenAddress(`${base}/broken`).seenAddress()).rejects.toThrow('answered 503');
  });
});
