import { parseArgs } from 'node:util';

/** What one call of the command is asked. */
export interface Options {
  readonly mode: 'seeds' | 'one' | 'exhaustive' | 'planted' | 'faults' | 'baselines';
  readonly seeds: number;
  readonly firstSeed: number;
  readonly isVerbose: boolean;
  /** Whether every world runs twice. */
  readonly isRepeated: boolean;
  readonly jobs: number;
  /** Part of the name of a planted bug. */
  readonly only?: string;
}

/** What a command line is: options, or a wish for help, or a mistake. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

const SEEDS_MAX = 100_000_000;
const JOBS_MAX = 64;

export const HELP = `Runs the real use cases through bad days on virtual time and checks every history.

  npm run simulate -- [options]

  --seeds N         so many worlds, each twice (default 2000)
  --from N          the first of them (default 1)
  --once            each world once: half the time, without the check that it can be repeated
  --seed N          one world; with --verbose its whole time-line
  --exhaustive      one and two orders, every outcome, every crash and every pair of crashes;
                    one order and one cancel, every outcome and every crash
  --planted         wrong versions of our own rules, each of which has to be found
  --baselines       rules of other designs, created anew, in 300 of the same worlds
  --faults          the fault catalogue F1 to F74, the tests of each and their verdicts
  --only NAME       only planted bugs whose name has this in it
  --jobs N          worlds at the same time (default: one per core)
  --help            this text

Everything happens in this process: no network, no real time. The same seed gives the same
history. The exit code is 1 when a promise is broken, a planted bug lives, or a test fails.
`;

const MODES = ['exhaustive', 'planted', 'faults', 'baselines'] as const;

/** Reads the command line. Pure. */
export function readCommandLine(words: readonly string[], cores: number): CommandLine {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        ...{ seeds: text, from: text, seed: text, jobs: text, only: text },
        ...{ exhaustive: flag, planted: flag, faults: flag, baselines: flag },
        ...{ verbose: flag, once: flag, help: flag },
      },
    });
    if (values.help) return { kind: 'help' };
    const modes = MODES.filter((mode) => values[mode]);
    if (modes.length > 1) return wrong(`--${modes.join(' and --')} do not go together.`);
    const one = values.seed === undefined ? undefined : whole('seed', values.seed, SEEDS_MAX);
    const options: Options = {
      mode: modes[0] ?? (one === undefined ? 'seeds' : 'one'),
      seeds: whole('seeds', values.seeds ?? '2000', SEEDS_MAX),
      firstSeed: one ?? whole('from', values.from ?? '1', SEEDS_MAX),
      isVerbose: values.verbose ?? false,
      isRepeated: !values.once,
      jobs: whole('jobs', values.jobs ?? String(cores), JOBS_MAX),
      ...(values.only !== undefined && { only: values.only }),
    };
    return { kind: 'run', options };
  } catch (error) {
    const isTold = typeof error === 'object' && error !== null && 'message' in error;
    if (isTold) return wrong(String(error.message));
    throw error;
  }
}

function wrong(message: string): CommandLine {
  return { kind: 'wrong', message: `${message} See --help.` };
}

function whole(name: string, value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw new RangeError(`--${name} ${value}: a whole number from 1 to ${most} is needed.`);
}
