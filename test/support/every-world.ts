import fc from 'fast-check';
import type { Temper } from './chance.ts';
import { runWorld, type WorldHistory, type Write } from './small-world.ts';

/** For `it`: a world takes about 30 ms, and a busy machine some times that. */
export const WORLDS_TIMEOUT_MS = 30_000;
const WORLDS = 40;

/** Checks the history of many worlds; a failure names the seed of its world. */
export async function inEveryWorld(
  check: (history: WorldHistory) => void,
  temper: Partial<Temper> = {},
): Promise<void> {
  const seed = fc.noShrink(fc.integer({ min: 1, max: 2 ** 31 - 1 }));
  await fc.assert(
    fc.asyncProperty(seed, async (one) => check(await runWorld(one, temper))),
    { numRuns: WORLDS },
  );
}

/** The writes of each order, oldest first. */
export function writesByOrder({ writes }: WorldHistory): ReadonlyMap<string, readonly Write[]> {
  return Map.groupBy(writes, ({ order }) => order.clientOrderId);
}
