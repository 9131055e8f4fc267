/** What one call of the benchmark is asked. */
export interface Options {
  readonly rows: readonly number[];
  readonly quick: boolean;
  readonly seed: number;
  /** Part of a contender's name; everybody without it. */
  readonly only?: string;
  readonly json?: string;
  /** Libraries that run at the same time; ours always runs alone. */
  readonly parallel: number;
}

/** What a command line is: options, or a wish for help, or a mistake. */
export type CommandLine =
  | { readonly kind: 'run'; readonly options: Options }
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly message: string };

export const ROWS_MAX = 11;
const PARALLEL_MAX = 12;
const ALL_ROWS = Array.from({ length: ROWS_MAX }, (_, index) => index + 1);
const DEFAULTS: Options = { rows: ALL_ROWS, quick: false, seed: 1, parallel: 3 };

export const HELP = `Measures the rate budget beside the libraries that people use instead.

  npm run bench:budget -- [options]

  --rows 1,2        only these rows (1 to ${ROWS_MAX}); all without it
  --quick           small runs: minutes, for a first look; targets of long runs may need the full one
  --seed N          decides jitter, arrivals and faults (default 1)
  --only NAME       only contenders whose name has this in it, such as ours or p-queue
  --parallel N      libraries at the same time (default 3); ours always runs alone
  --json FILE       writes every figure there; - for the standard output
  --help            this text

The libraries have to be there: (cd bench/peers && npm ci). Nothing leaves this machine.
The exit code is 1 when ours misses a target or a run fails.
`;

/** Reads the command line. Pure. */
export function readCommandLine(words: readonly string[]): CommandLine {
  let options = DEFAULTS;
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (word === '--help') return { kind: 'help' };
    if (word === '--quick') {
      options = { ...options, quick: true };
      continue;
    }
    index += 1;
    const change = read(word, words[index]);
    if (typeof change === 'string') return { kind: 'wrong', message: change };
    options = { ...options, ...change };
  }
  return { kind: 'run', options };
}

function read(name: string, value: string | undefined): Partial<Options> | string {
  if (!['--rows', '--seed', '--only', '--parallel', '--json'].includes(name)) {
    return `There is no option ${name}; see --help.`;
  }
  if (value === undefined) return `${name} needs a value; see --help.`;
  if (name === '--only') return { only: value };
  if (name === '--json') return { json: value };
  if (name === '--rows') {
    const rows = value.split(',').map(Number);
    const wrong = rows.find((row) => !ALL_ROWS.includes(row));
    return wrong === undefined ? { rows } : `--rows ${value}: rows are 1 to ${ROWS_MAX}.`;
  }
  const number = Number(value);
  const most = name === '--parallel' ? PARALLEL_MAX : 2 ** 31;
  if (!Number.isInteger(number) || number < 1 || number > most) {
    return `${name} ${value}: a whole number from 1 to ${most} is needed.`;
  }
  return name === '--parallel' ? { parallel: number } : { seed: number };
}
