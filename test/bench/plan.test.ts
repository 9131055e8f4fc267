import { describe, expect, it } from '@jest/globals';
import { createHeap, createManySleepersClock } from '../../bench/budget/cases/virtual-clock.ts';
import { planOrders } from '../../bench/budget/order-plan.ts';
import { lateRequests } from '../../bench/budget/processes/late-requests.ts';
import { seededRandom } from '../../bench/budget/seeded-random.ts';
import { laneOf } from '../../lib/application/message.ts';

describe('the orders of a run', () => {
  it('are the same for the same seed', () => {
    const work = { orders: 50, lanes: 2, perSecond: 5, seed: 7 };
    expect(planOrders(work)).toEqual(planOrders(work));
    expect(planOrders({ ...work, seed: 8 })).not.toEqual(planOrders(work));
  });

  it('take turns over the lanes and over ten ordering keys of each', () => {
    const orders = planOrders({ orders: 40, lanes: 2, seed: 1 });
    expect(orders.every(({ lane, orderingKey }) => laneOf(orderingKey, 2) === lane)).toBe(true);
    expect(orders.slice(0, 4).map(({ lane }) => lane)).toEqual([0, 1, 0, 1]);
    expect(new Set(orders.map(({ orderingKey }) => orderingKey)).size).toBe(20);
  });

  it('all wait from the start in a backlog', () => {
    expect(planOrders({ orders: 5, lanes: 1, seed: 1 }).map(({ afterMs }) => afterMs)).toEqual([
      0, 0, 0, 0, 0,
    ]);
  });

  it('arrive at the rate asked for, irregularly', () => {
    const times = planOrders({ orders: 5_000, lanes: 1, perSecond: 8, seed: 3 }).map(
      ({ afterMs }) => afterMs,
    );
    const gaps = times.map((at, index) => at - (times[index - 1] ?? 0));
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
    expect(mean).toBeGreaterThan(120);
    expect(mean).toBeLessThan(130);
    expect(spread / mean).toBeGreaterThan(0.9);
  });
});

describe('a heavy tail', () => {
  it('makes exactly one request of every stretch late', () => {
    const isLate = lateRequests(100, seededRandom(5));
    const late = Array.from({ length: 1_000 }, () => isLate());
    const perStretch = Array.from(
      { length: 10 },
      (_, index) => late.slice(index * 100, index * 100 + 100).filter(Boolean).length,
    );
    expect(perStretch).toEqual(Array.from({ length: 10 }, () => 1));
    expect(new Set(late.flatMap((one, index) => (one ? [index % 100] : []))).size).toBeGreaterThan(
      5,
    );
  });
});

describe('a heavy tail of a short run', () => {
  it('has its late request within the run', () => {
    const runs = Array.from({ length: 20 }, (_, seed) => {
      const isLate = lateRequests(1_000, seededRandom(seed), 50);
      return Array.from({ length: 50 }, () => isLate()).filter(Boolean).length;
    });
    expect(runs).toEqual(runs.map(() => 1));
  });
});

describe('the clock of many sleepers', () => {
  it('wakes them in the order of their times', async () => {
    const clock = createManySleepersClock();
    const woken: number[] = [];
    const random = seededRandom(11);
    const waits = Array.from({ length: 200 }, () => Math.ceil(random() * 1_000));
    const sleepers = waits.map(async (waitMs) => {
      await clock.sleep(waitMs);
      expect(clock.monotonicMs()).toBe(waitMs);
      woken.push(waitMs);
    });
    await clock.runUntil(Promise.all(sleepers));
    expect(woken).toEqual(waits.toSorted((left, right) => left - right));
  });

  it('stands on a heap that gives the smallest first', () => {
    const heap = createHeap();
    for (const value of [5, 3, 8, 3, 1]) heap.push(value);
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([
      1,
      3,
      3,
      5,
      8,
      undefined,
    ]);
  });
});
