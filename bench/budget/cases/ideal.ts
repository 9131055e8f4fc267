import type { Figures } from '../figures.ts';
import { quantile } from '../measure.ts';
import { planOrders } from '../order-plan.ts';
import { ORDERS_PER_SECOND } from '../run-work.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Work } from '../work.ts';
import { type Case, flow, type WorkChange, workOf } from './flow.ts';

/** What no limiter can pass: it knows each arrival at once, spends no time and keeps no margin. */
export const IDEAL = 'ideal (computed)';

const SECOND_MS = 1_000;
/** Draws of the way are others than those of the arrivals. */
const OTHER_SEED = 0x5eed;

/**
 * Sends the very orders of a work past a strict window on virtual time: one leaves as soon as the
 * one a limit before it arrived a second less the shortest way ago. Pure.
 *
 * @returns p50 and p99 from hand-over to arrival, the way there included, in milliseconds
 */
export function idealArrivals(work: Work): Figures {
  const random = seededRandom(work.seed ^ OTHER_SEED);
  const { latencyMs, jitterMs } = work.profile;
  const arrivals: number[] = [];
  const waits: number[] = [];
  let leftAt = 0;
  for (const { afterMs } of planOrders(work)) {
    const limiting = arrivals[arrivals.length - ORDERS_PER_SECOND * work.keys];
    const free = limiting === undefined ? 0 : limiting + SECOND_MS - latencyMs / 2;
    leftAt = Math.max(leftAt, afterMs, free);
    const arrivedAt = leftAt + latencyMs / 2 + random() * jitterMs;
    arrivals.push(arrivedAt);
    waits.push(arrivedAt - afterMs);
  }
  const sorted = waits.toSorted((left, right) => left - right);
  return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

/** Makes the line of the ideal. */
export function idealCase(name: string, change: WorkChange): Case {
  const figures = { asked: change.orders, accepted: change.orders, refused429: 0, refused418: 0 };
  const run = async () => ({ ...figures, ...idealArrivals(workOf(change)) });
  return { name, contender: IDEAL, run, targets: [] };
}

/** A case that also says how many times the ideal of the same arrivals its waits are. */
export function besideIdeal(...[name, contender, change, targets]: Parameters<typeof flow>): Case {
  const plain = flow(name, contender, change, targets);
  const run = async () => {
    const figures = await plain.run();
    const ideal = idealArrivals(workOf(change));
    const ratio = (figure: string) =>
      (figures[figure] ?? Number.NaN) / (ideal[figure] ?? Number.NaN);
    return { ...figures, p50ToIdeal: ratio('p50Ms'), p99ToIdeal: ratio('p99Ms') };
  };
  return { ...plain, run };
}
