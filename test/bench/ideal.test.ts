import { describe, expect, it } from '@jest/globals';
import { workOf } from '../../bench/budget/cases/flow.ts';
import { idealArrivals } from '../../bench/budget/cases/ideal.ts';
import { USUAL_IN_THE_MEAN } from '../../bench/budget/profiles.ts';

const waits = (orders: number, perSecond: number, seed = 1) =>
  idealArrivals(workOf({ orders, perSecond, seed, profile: USUAL_IN_THE_MEAN }));

describe('the ideal of Poisson arrivals', () => {
  it('is the way alone where the window never fills', () => {
    const { p50Ms, p99Ms } = waits(2_000, 0.5);
    expect(p50Ms).toBeGreaterThan(19);
    expect(p50Ms).toBeLessThan(21);
    expect(p99Ms).toBeLessThanOrEqual(30);
  });

  // Row 9 wants 200 and 1,000 ms: no limiter can be sure of that.
  it('waits long in the worst hundredth of a long run at 5 and 8 a second', () => {
    const [five, eight] = [waits(400_000, 5), waits(400_000, 8)];
    expect(five.p50Ms).toBeLessThan(21);
    expect(five.p99Ms).toBeGreaterThan(190);
    expect(eight.p99Ms).toBeGreaterThan(950);
  });

  it('differs by its sample: that of the row is one of many', () => {
    const ends = Array.from({ length: 30 }, (_, seed) => waits(600, 5, seed + 1).p99Ms ?? 0);
    expect(Math.max(...ends)).toBeGreaterThan(200);
    expect(Math.min(...ends)).toBeLessThan(200);
  });

  it('never has more than the limit in a second', () => {
    const backlog = idealArrivals(workOf({ orders: 1_001, seed: 3, profile: USUAL_IN_THE_MEAN }));
    // The last of a thousand and one leaves after a hundred seconds at least.
    expect(backlog.p99Ms).toBeGreaterThan(98_000);
  });
});
