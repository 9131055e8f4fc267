import { parentPort, workerData } from 'node:worker_threads';
import { emptyTally, runSeed } from './run-seed.ts';

/** Seeds that are run before the tally goes out. */
const BATCH = 20;

/** What a worker is started with: it runs every `step`th seed. */
export interface SeedShare {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly isRepeated: boolean;
}

const share: SeedShare = workerData;

let tally = emptyTally();
for (let seed = share.first; seed <= share.last; seed += share.step) {
  await runSeed(tally, seed, share);
  if (tally.worlds < BATCH) continue;
  parentPort?.postMessage(tally);
  tally = emptyTally();
}
parentPort?.postMessage(tally);
