import { describe, expect, it } from '@jest/globals';
import type {
  Connection,
  QueryEnd,
  QueryRequest,
} from '../../../lib/adapters/hashkey/connection.ts';
import { createInstrumentCache } from '../../../lib/adapters/hashkey/instrument-cache.ts';
import { contextAt, fixtureText } from './fixtures.ts';
import { manualClock } from './manual-clock.ts';

const INFORMATION = fixtureText('exchange-info.json');
const { site } = contextAt('http://exchange.test');

/** A cache for five seconds, ten at most, of an exchange that answers what `says` holds. */
function cacheOf(says: { httpStatus: number; text: string }) {
  const clock = manualClock();
  const paths: string[] = [];
  const query = async ({ write }: QueryRequest): Promise<QueryEnd> => {
    paths.push(write(clock.now())?.path ?? '');
    const timing = { sentAt: clock.now(), answeredAt: clock.now() };
    return { kind: 'answer', ...says, timing, roundTripMs: 0 };
  };
  const command = () => Promise.reject(new Error('reading is no command'));
  const connection: Connection = { query, command, close: () => undefined };
  const ages = { instrumentsMaxAgeMs: 5_000, instrumentsStaleMaxMs: 10_000 };
  const cache = createInstrumentCache({ clock, connection, publicTimeoutMs: 1_000, ...ages });
  return { cache, clock, paths };
}

describe('trading rules', () => {
  it('are read once for all who ask at the same time, and again when old', async () => {
    const { cache, clock, paths } = cacheOf({ httpStatus: 200, text: INFORMATION });
    const [rules] = await Promise.all([cache.get(site), cache.get(site)]);
    expect(rules?.get('BTCUSD')?.tickSize).toBe('0.01');
    clock.advance(5_000);
    await cache.get(site);
    expect(paths).toEqual(['/api/v1/exchangeInfo']);
    clock.advance(1);
    await cache.get(site);
    expect(paths).toHaveLength(2);
  });

  it('of a site on another’s host are asked for by name and kept apart', async () => {
    const { cache, paths } = cacheOf({ httpStatus: 200, text: INFORMATION });
    await cache.get(site);
    await cache.get({ ...site, site: 'MENA' });
    expect(paths[1]).toBe('/api/v1/exchangeInfo?site=MENA');
  });

  it('serve beyond their age when they cannot be read again, but not for ever', async () => {
    const says = { httpStatus: 200, text: INFORMATION };
    const { cache, clock } = cacheOf(says);
    await cache.get(site);
    says.httpStatus = 503;
    clock.advance(9_000);
    expect(await cache.get(site)).toBeDefined();
    clock.advance(1_001);
    expect(await cache.get(site)).toBeUndefined();
  });

  it.each(['{"symbols":[]}', '', '<html>', '{"code":"-1101","msg":"offline"}'])(
    'are not known from %j, and asked for again some seconds later',
    async (text) => {
      const { cache, clock, paths } = cacheOf({ httpStatus: 200, text });
      expect(await cache.get(site)).toBeUndefined();
      clock.advance(4_999);
      await cache.get(site);
      expect(paths).toHaveLength(1);
      clock.advance(1);
      await cache.get(site);
      expect(paths).toHaveLength(2);
    },
  );

  it('are not asked for during a suspension', async () => {
    const { cache, clock, paths } = cacheOf({ httpStatus: 429, text: '' });
    await cache.get(site);
    clock.advance(61_999);
    await cache.get(site);
    expect(paths).toHaveLength(1);
  });
});
