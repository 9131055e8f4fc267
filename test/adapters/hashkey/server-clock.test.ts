import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Connection, QueryEnd } from '../../../lib/adapters/hashkey/connection.ts';
import { createServerClock } from '../../../lib/adapters/hashkey/server-clock.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';

const URL_A = new URL('http://exchange.test');
const MINUTE_MS = 60_000;
const START_MS = 1_767_225_600_000;

/** One question for the time: how it went, in milliseconds, or what came instead. */
type Trip = { readonly outMs: number; readonly backMs: number } | { readonly status: number };

/** An exchange whose clock is ahead of ours; trips repeat when they run out. */
function exchange(clock: ManualClock, aheadMs: number, trips: readonly Trip[]) {
  let asked = 0;
  const query = async (): Promise<QueryEnd> => {
    const trip = trips[asked % trips.length] ?? { outMs: 0, backMs: 0 };
    asked += 1;
    const sentAt = clock.now();
    if ('status' in trip && trip.status === 0) return { kind: 'no-answer', errno: 'ECONNREFUSED' };
    if ('status' in trip) return answer(trip.status, '<html>', sentAt, 0);
    clock.advance(trip.outMs);
    const text = JSON.stringify({ serverTime: exchangeTime(clock, aheadMs) });
    clock.advance(trip.backMs);
    return answer(200, text, sentAt, trip.outMs + trip.backMs);
  };
  const answer = (httpStatus: number, text: string, sentAt: number, roundTripMs: number) => {
    const timing = { sentAt, answeredAt: clock.now() };
    return { kind: 'answer', httpStatus, text, timing, roundTripMs } as const;
  };
  const command = () => Promise.reject(new Error('the time is no command'));
  const connection: Connection = { query, command, close: () => undefined };
  const serverClock = createServerClock({
    clock,
    connection,
    publicTimeoutMs: 1_000,
    clockOffsetMaxAgeMs: 5 * MINUTE_MS,
    clockOffsetStaleMaxMs: 60 * MINUTE_MS,
  });
  return { serverClock, asked: () => asked };
}

/** The exchange's clock began with ours and nobody steps it. */
function exchangeTime(clock: ManualClock, aheadMs: number): number {
  return START_MS + aheadMs + clock.monotonicMs();
}

const errorOf = (clock: ManualClock, stamp: number, aheadMs: number) =>
  stamp - exchangeTime(clock, aheadMs);

describe('a measured exchange clock', () => {
  it('follows the sample with the shortest round trip', async () => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 7_000, [
      { outMs: 10, backMs: 400 },
      { outMs: 10, backMs: 20 },
      { outMs: 300, backMs: 5 },
    ]);
    await serverClock.prepare(URL_A);
    expect(asked()).toBe(3);
    expect(errorOf(clock, serverClock.timestamp(URL_A, clock.now()), 7_000)).toBe(-20);
  });

  it('never puts a timestamp ahead, and not behind by more than the shortest round trip', async () => {
    const ms = fc.integer({ min: 0, max: 900 });
    const trips = fc.array(fc.record({ outMs: ms, backMs: ms }), { minLength: 3, maxLength: 3 });
    const skew = fc.integer({ min: -100_000, max: 100_000 });
    const run = fc.asyncProperty(skew, trips, async (aheadMs, taken) => {
      const clock = manualClock();
      const { serverClock } = exchange(clock, aheadMs, taken);
      await serverClock.prepare(URL_A);
      const error = errorOf(clock, serverClock.timestamp(URL_A, clock.now()), aheadMs);
      const shortest = Math.min(...taken.map(({ outMs, backMs }) => outMs + backMs));
      expect(error).toBeLessThanOrEqual(0);
      expect(error).toBeGreaterThanOrEqual(-shortest);
    });
    await fc.assert(run, { seed: 20_260_903 });
  });

  it('is measured once for all who ask at the same time', async () => {
    const { serverClock, asked } = exchange(manualClock(), 0, [{ outMs: 1, backMs: 1 }]);
    const ready = await Promise.all([1, 2, 3].map(() => serverClock.prepare(URL_A)));
    expect(ready).toEqual(['ready', 'ready', 'ready']);
    expect(asked()).toBe(3);
  });

  it('is renewed when it is old, without holding up the call', async () => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 0, [{ outMs: 1, backMs: 1 }]);
    await serverClock.prepare(URL_A);
    clock.advance(4 * MINUTE_MS);
    await serverClock.prepare(URL_A);
    expect(asked()).toBe(3);
    clock.advance(2 * MINUTE_MS);
    await serverClock.prepare(URL_A);
    await serverClock.resynchronise(URL_A);
    expect(asked()).toBe(6);
  });

  it('is measured again before the call when somebody set our clock', async () => {
    const clock = manualClock();
    const { serverClock } = exchange(clock, 5_000, [{ outMs: 1, backMs: 1 }]);
    await serverClock.prepare(URL_A);
    clock.step(-40_000);
    await serverClock.prepare(URL_A);
    expect(errorOf(clock, serverClock.timestamp(URL_A, clock.now()), 5_000)).toBe(-1);
  });

  it('is measured afresh on demand', async () => {
    const { serverClock, asked } = exchange(manualClock(), 0, [{ outMs: 1, backMs: 1 }]);
    await serverClock.prepare(URL_A);
    await serverClock.resynchronise(URL_A);
    expect(asked()).toBe(6);
  });
});

describe('a measurement that fails', () => {
  const good = { outMs: 1, backMs: 1 };

  it('leaves the old one in use, for an hour at most', async () => {
    const clock = manualClock();
    const { serverClock } = exchange(clock, 9_000, [good, good, good, ...failures(10)]);
    await serverClock.prepare(URL_A);
    clock.advance(59 * MINUTE_MS);
    await serverClock.resynchronise(URL_A);
    expect(errorOf(clock, serverClock.timestamp(URL_A, clock.now()), 9_000)).toBe(-1);

    clock.advance(2 * MINUTE_MS);
    await serverClock.prepare(URL_A);
    expect(serverClock.timestamp(URL_A, clock.now())).toBe(clock.now() - 1_000);
  });

  it('puts timestamps a second behind our own clock when there was none before', async () => {
    const clock = manualClock();
    const { serverClock } = exchange(clock, 9_000, failures(1));
    expect(await serverClock.prepare(URL_A)).toBe('ready');
    expect(serverClock.timestamp(URL_A, clock.now())).toBe(clock.now() - 1_000);
  });

  it('is not repeated for some seconds', async () => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 0, failures(1));
    await serverClock.prepare(URL_A);
    clock.advance(4_999);
    await serverClock.prepare(URL_A);
    expect(asked()).toBe(1);
    clock.advance(1);
    await serverClock.prepare(URL_A);
    expect(asked()).toBe(2);
  });

  it('keeps the samples that it had', async () => {
    const clock = manualClock();
    const { serverClock } = exchange(clock, 9_000, [good, ...failures(1)]);
    await serverClock.prepare(URL_A);
    expect(errorOf(clock, serverClock.timestamp(URL_A, clock.now()), 9_000)).toBe(-1);
  });

  it.each([
    [429, 'throttled'],
    [418, 'banned'],
  ])('for a %i holds signed calls back, and asks no more for a minute', async (status, kind) => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 0, [{ status }]);
    expect(await serverClock.prepare(URL_A)).toBe(kind);
    clock.advance(61_000);
    expect(await serverClock.prepare(URL_A)).toBe(kind);
    await serverClock.resynchronise(URL_A);
    expect(asked()).toBe(1);
    clock.advance(1_000);
    await serverClock.prepare(URL_A);
    expect(asked()).toBe(2);
  });

  function failures(count: number): readonly Trip[] {
    return Array.from({ length: count }, () => ({ status: 0 }));
  }
});

describe('a call whose moment has come', () => {
  it('waits for the clock where nobody has asked for it before', async () => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 0, [{ outMs: 10, backMs: 10 }]);
    expect(await serverClock.readiness(URL_A)).toBe('ready');
    expect(asked()).toBe(3);
  });

  it('does not wait for a clock that could not be read before', async () => {
    const clock = manualClock();
    const { serverClock, asked } = exchange(clock, 0, [{ status: 0 }]);
    await serverClock.prepare(URL_A);
    clock.advance(MINUTE_MS);
    expect(await serverClock.readiness(URL_A)).toBe('ready');
    expect(asked()).toBe(1);
  });
});
