import { Readable } from 'node:stream';
import { systemClock } from '../lib/adapters/system/clock.ts';
import type { Context } from './command-line/context.ts';

/** A context for looking at the command line without running anything of it. */
export function idleContext(): Context {
  const nowhere = { write: () => true };
  return {
    stdin: Readable.from([]),
    stdout: nowhere,
    stderr: nowhere,
    environment: {},
    clock: systemClock,
    signal: new AbortController().signal,
    setExitCode: () => {},
  };
}
