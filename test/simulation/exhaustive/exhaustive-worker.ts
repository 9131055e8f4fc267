import { parentPort, workerData } from 'node:worker_threads';
import { emptyTally, runSeed } from '../command/run-seed.ts';
import { allSchedules, SMALL_SEED } from './small-worlds.ts';

/** Schedules that are run before the tally goes out. */
const BATCH = 200;

/** A worker runs every `step`th schedule. */
export interface ScheduleShare {
  readonly first: number;
  readonly step: number;
}

const share: ScheduleShare = workerData;

let tally = emptyTally();
let number = 0;
for await (const { change, name } of allSchedules()) {
  number += 1;
  if (number % share.step !== share.first) continue;
  const known = tally.failures.length;
  await runSeed(tally, SMALL_SEED, { isRepeated: false, change });
  for (const failure of tally.failures.slice(known)) Object.assign(failure, { mood: name });
  if (tally.worlds < BATCH) continue;
  parentPort?.postMessage(tally);
  tally = emptyTally();
}
parentPort?.postMessage(tally);
