import { Worker } from 'node:worker_threads';
import type { Options } from './options.ts';
import { addTally, emptyTally, type Tally } from './run-seed.ts';
import type { SeedShare } from './seed-worker.ts';

/** Runs many seeds, a share of them in each worker. */
export async function runSeeds(
  { firstSeed, seeds, isRepeated, jobs }: Options,
  progress: (tally: Tally) => void,
): Promise<Tally> {
  const sum = emptyTally();
  const last = firstSeed + seeds - 1;
  const workers = Array.from({ length: Math.min(jobs, seeds) }, (_, index) =>
    runShare({ first: firstSeed + index, last, step: jobs, isRepeated }, (part) => {
      addTally(sum, part);
      progress(sum);
    }),
  );
  await Promise.all(workers);
  return sum;
}

function runShare(workerData: SeedShare, take: (part: Tally) => void): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const worker = new Worker(new URL('./seed-worker.ts', import.meta.url), { workerData });
  worker.on('message', take);
  worker.on('error', reject);
  worker.on('exit', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`a worker ended with ${code}`));
  });
  return promise;
}
