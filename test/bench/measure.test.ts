import { describe, expect, it } from '@jest/globals';
import { type Arrival, measure, quantile } from '../../bench/budget/measure.ts';
import type { Send } from '../../bench/budget/work.ts';

function arrival(index: number, at: number, change: Partial<Arrival> = {}): Arrival {
  return { clientOrderId: `o-${index}`, key: 'desk-1#1', at, status: 200, ...change };
}

function send(index: number, sentAt: number, change: Partial<Send> = {}): Send {
  return { clientOrderId: `o-${index}`, lane: 'one', handedAt: 0, sentAt, ...change };
}

/** Orders that arrive at these times, in the order in which they were sent. */
function run(times: readonly number[]) {
  return measure(
    times.map((at, index) => arrival(index, at)),
    times.map((_, index) => send(index, index)),
    10,
  );
}

describe('the utilisation of a run', () => {
  it('is 1 for even spacing at the limit', () => {
    expect(run(Array.from({ length: 50 }, (_, index) => index * 100)).utilisation).toBe(1);
  });

  it('is 1 for bursts at the limit', () => {
    const bursts = Array.from({ length: 50 }, (_, index) => Math.floor(index / 10) * 1_000);
    expect(run(bursts).utilisation).toBe(1);
  });

  it('is less by what every window takes longer than a second', () => {
    const times = Array.from({ length: 50 }, (_, index) => index * 125);
    expect(run(times).utilisation).toBe(0.8);
  });

  it('is unknown before an eleventh order', () => {
    expect(run([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).utilisation).toBeUndefined();
  });

  it('adds up over the keys', () => {
    const arrivals = Array.from({ length: 60 }, (_, index) =>
      arrival(index, Math.floor(index / 2) * 100, { key: `desk-1#${index % 2}` }),
    );
    const sends = arrivals.map((_, index) => send(index, index));
    expect(measure(arrivals, sends, 10)).toMatchObject({ utilisation: 1, keysWorth: 2 });
  });

  it('leaves refused orders and those of others out', () => {
    const arrivals = Array.from({ length: 30 }, (_, index) => [
      arrival(index, index * 100),
      arrival(index, index * 100 + 1, { status: 429 }),
      arrival(index, index * 100 + 2, { clientOrderId: `foreign-${index}` }),
    ]).flat();
    const sends = Array.from({ length: 30 }, (_, index) => send(index, index));
    expect(measure(arrivals, sends, 10)).toMatchObject({
      utilisation: 1,
      accepted: 30,
      refused429: 30,
      refused418: 0,
    });
  });
});

describe('overtaken orders', () => {
  it('are none when the order of arrival is the order of sending', () => {
    expect(run([5, 5, 6, 9]).overtaken).toBe(0);
  });

  it('are those that a later one arrived before, once each', () => {
    const arrivals = [2, 3, 0, 1].map((index, place) => arrival(index, place));
    const sends = [0, 1, 2, 3].map((index) => send(index, index));
    expect(measure(arrivals, sends, 10).overtaken).toBe(2);
  });

  it('count when the later one is ahead by a single place', () => {
    const arrivals = [arrival(1, 0), arrival(0, 1)];
    expect(measure(arrivals, [send(0, 0), send(1, 1)], 10).overtaken).toBe(1);
  });

  it('are not those of another lane', () => {
    const arrivals = [arrival(1, 0), arrival(0, 1)];
    const sends = [send(0, 0, { lane: 'one' }), send(1, 1, { lane: 'other' })];
    expect(measure(arrivals, sends, 10).overtaken).toBe(0);
  });

  it('are not those sent in the same millisecond', () => {
    const arrivals = [arrival(1, 0), arrival(0, 1)];
    expect(measure(arrivals, [send(0, 7), send(1, 7)], 10).overtaken).toBe(0);
  });

  it('are judged by the request that was accepted', () => {
    const arrivals = [arrival(0, 0, { status: 429 }), arrival(1, 1), arrival(0, 2)];
    const sends = [send(0, 0), send(1, 1), send(0, 2)];
    expect(measure(arrivals, sends, 10).overtaken).toBe(0);
  });
});

describe('waiting times', () => {
  it('run from the hand-over to the arrival', () => {
    const arrivals = [30, 50, 170].map((at, index) => arrival(index, at));
    const sends = [0, 10, 20].map((handedAt, index) => send(index, handedAt, { handedAt }));
    expect(measure(arrivals, sends, 10)).toMatchObject({ p50Ms: 40, p99Ms: 150 });
  });

  it('are quantiles by nearest rank', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)]).toEqual([
      50, 99, 100,
    ]);
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });
});
