import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { InstanceOptions } from './instance.ts';
import { splitLines } from './split-lines.ts';

const bootstrapPath = fileURLToPath(new URL('./bootstrap.mjs', import.meta.url));

/** Handlers use some 60 MB: the heap here stays small whatever memory is asked for in the cloud. */
const HEAP_MAX_MB = 192;

/** Starts the process of an instance with nothing of the host's own but what it is given. */
export function forkInstance(options: Omit<InstanceOptions, 'timers'>): ChildProcess {
  const { hosted, environment, lineSink } = options;
  const heapMb = Math.min(hosted.memoryMb, HEAP_MAX_MB);
  const child = fork(bootstrapPath, [hosted.arn], {
    env: environment,
    // Given in full: otherwise the host's own arguments, an inspector among them, are inherited.
    execArgv: [`--max-old-space-size=${heapMb}`, '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  for (const stream of ['stdout', 'stderr'] as const) {
    const lines = splitLines((line) => lineSink({ functionName: hosted.name, stream, line }));
    child[stream]?.setEncoding('utf8').on('data', lines.push).on('end', lines.flush);
  }
  return child;
}
