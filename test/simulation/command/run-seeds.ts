import { Worker } from 'node:worker_threads';
import type { ScheduleShare } from '../exhaustive/exhaustive-worker.ts';
import type { Options } from './options.ts';
import { addTally, emptyTally, type Tally } from './run-seed.ts';
import type { SeedShare } from './seed-worker.ts';

type Progress = (tally: Tally) => void;

/** Runs many seeds, a share of them in each worker. */
export function runSeeds(
  { firstSeed, seeds, isRepeated, jobs }: Options,
  progress: Progress,
): Promise<Tally> {
  const last = firstSeed + seeds - 1;
  const shares = Array.from({ length: Math.min(jobs, seeds) }, (_, index): SeedShare => {
    return { first: firstSeed + index, last, step: jobs, isRepeated };
  });
  return runShares(new URL('./seed-worker.ts', import.meta.url), shares, progress);
}

/** Runs every schedule of the small worlds, a share of them in each worker. */
export function runExhaustive({ jobs }: Options, progress: Progress): Promise<Tally> {
  const shares = Array.from({ length: jobs }, (_, first): ScheduleShare => ({ first, step: jobs }));
  const program = new URL('../exhaustive/exhaustive-worker.ts', import.meta.url);
  return runShares(program, shares, progress);
}

async function runShares(
  program: URL,
  shares: readonly object[],
  progress: Progress,
): Promise<Tally> {
  const sum = emptyTally();
  const take = (part: Tally) => {
    addTally(sum, part);
    progress(sum);
  };
  await Promise.all(shares.map((share) => runShare(program, share, take)));
  return sum;
}

function runShare(program: URL, workerData: object, take: (part: Tally) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(program, { workerData });
  worker.on('message', take);
  worker.on('error', reject);
  worker.on('exit', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`a worker ended with ${code}`));
  });
  return promise;
}
