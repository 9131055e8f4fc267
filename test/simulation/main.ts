import { availableParallelism } from 'node:os';
import { runBaselines } from './baselines/run-baselines.ts';
import { checkHistory } from './check/check-history.ts';
import { closingTable, failureList } from './command/closing-table.ts';
import { HELP, type Options, readCommandLine } from './command/options.ts';
import { printTimeline } from './command/print-timeline.ts';
import { brokenCount, emptyTally, runSeed, type Tally } from './command/run-seed.ts';
import { runExhaustive, runSeeds } from './command/run-seeds.ts';
import { runFaultTests } from './faults/run-fault-tests.ts';
import { PLANTED_BUGS } from './planted/planted-bugs.ts';
import { isAsExpected, runAllPlanted } from './planted/run-planted.ts';

const BASELINE_WORLDS = 300;
const PROGRESS_EVERY_MS = 2_000;
const print = (text: string) => process.stdout.write(text);

// Whoever reads only the first lines of it has seen enough.
process.stdout.on('error', (error: Error & { readonly code?: string }) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const line = readCommandLine(process.argv.slice(2), availableParallelism());
if (line.kind === 'help') {
  print(HELP);
} else if (line.kind === 'wrong') {
  process.stderr.write(`${line.message}\n`);
  process.exitCode = 2;
} else {
  const isGood = await run(line.options);
  process.exitCode = isGood ? 0 : 1;
}

function run(options: Options): Promise<boolean> {
  if (options.mode === 'one') return showSeed(options);
  if (options.mode === 'planted') return plant(options);
  if (options.mode === 'baselines') return compareRules();
  if (options.mode === 'faults') return tellFaults();
  if (options.mode === 'exhaustive') return simulate(options, runExhaustive, 'schedules');
  return simulate(options, runSeeds, `of ${options.seeds} worlds`);
}

/** Many worlds, a line of progress and a table at the end. */
async function simulate(options: Options, runAll: typeof runSeeds, what: string): Promise<boolean> {
  const startedMs = performance.now();
  let shownMs = 0;
  const tally = await runAll(options, (sum) => {
    const nowMs = performance.now();
    if (nowMs - shownMs < PROGRESS_EVERY_MS) return;
    shownMs = nowMs;
    progress(sum, what, (nowMs - startedMs) / 1_000);
  });
  print(process.stdout.isTTY ? '\r' : '');
  print(closingTable(tally, (performance.now() - startedMs) / 1_000));
  print(failureList(tally));
  return brokenCount(tally) === 0;
}

function progress(tally: Tally, what: string, seconds: number): void {
  const { worlds, orders } = tally;
  const broken = `${brokenCount(tally)} broken promises`;
  const text = `${worlds} ${what}, ${orders} orders, ${broken}, ${seconds.toFixed(0)} s`;
  print(process.stdout.isTTY ? `\r${text} ` : `${text}\n`);
}

/** Our rules and those of other designs in the same worlds. */
async function compareRules(): Promise<boolean> {
  const results = await runBaselines(BASELINE_WORLDS);
  print(`${BASELINE_WORLDS} worlds, the rules of others created anew\n`);
  for (const { duplicates, name, orders, refused, rule, wronglyFailed } of results) {
    print(`${name}: ${rule}\n`);
    print(`    ${orders} orders, ${duplicates} duplicates, ${wronglyFailed} live orders called `);
    print(`failed, ${refused} requests while suspended or banned\n`);
  }
  const [ours] = results;
  return ours?.duplicates === 0 && ours.wronglyFailed === 0;
}

/** The catalogue of faults, each with the verdict of its tests. */
async function tellFaults(): Promise<boolean> {
  const verdicts = await runFaultTests();
  for (const { fault, files, notBuilt, number, tests, verdict } of verdicts) {
    print(
      `F${String(number).padEnd(3)}${verdict.padEnd(10)}${String(tests).padStart(3)}  ${fault}\n`,
    );
    const where = notBuilt ?? files.map((path) => path.replace('test/', '')).join(' ');
    print(`${' '.repeat(19)}${where}\n`);
  }
  const count = (name: string) => verdicts.filter(({ verdict }) => verdict === name).length;
  print(`${count('passed')} passed, ${count('failed')} failed, ${count('not built')} not built\n`);
  return count('failed') + count('no test') === 0;
}

/** Every planted bug, each with what killed it or why nothing can. */
async function plant({ jobs, only }: Options): Promise<boolean> {
  const bugs = PLANTED_BUGS.filter(({ name }) => name.includes(only ?? ''));
  let killed = 0;
  let explained = 0;
  const isGood = await runAllPlanted(bugs, jobs, (bug, result) => {
    const { killedBy, worlds } = result;
    if (killedBy !== undefined) killed += 1;
    else if (bug.survives !== undefined) explained += 1;
    const verdict = isAsExpected(bug, result) ? '' : 'NOT AS EXPECTED: ';
    const how =
      killedBy === undefined
        ? `lives through ${worlds} worlds${bug.survives === undefined ? '' : `: ${bug.survives}`}`
        : `killed in seed ${killedBy.seed} by ${killedBy.kind}: ${killedBy.text}`;
    print(`${verdict}${bug.name}\n    ${how}\n`);
  });
  print(`${bugs.length} planted bugs, ${killed} killed, ${explained} that nothing can find\n`);
  return isGood;
}

/** One world, with its time-line when that is asked for or something is wrong. */
async function showSeed({ firstSeed, isRepeated, isVerbose }: Options): Promise<boolean> {
  const tally = emptyTally();
  const startedMs = performance.now();
  const history = await runSeed(tally, firstSeed, { isRepeated });
  const violations = checkHistory(history);
  if (isVerbose || violations.length > 0) print(printTimeline(history, violations));
  print(closingTable(tally, (performance.now() - startedMs) / 1_000));
  return brokenCount(tally) === 0;
}
