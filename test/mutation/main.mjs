import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { EXPLAINED } from './explained.ts';
import { judge, KILLED_MIN_PERCENT, tableOf } from './judge.mjs';
import { isInstalled, mutate } from './mutate.mjs';
import { TARGETS } from './targets.ts';

const HELP = `Changes the core in small ways, one at a time, and asks whether a test notices (StrykerJS).

  npm run test:mutation -- [options]

  --only TEXT        only files with this in their path, several with commas
  --concurrency N    test processes at once, 1 to 8; 1 unless told
  --jest             run the tests with jest itself, which takes much longer
  --list             the files, and the tests that have to notice
  --help             this text

Once before: npm ci --prefix test/mutation --ignore-scripts. The same sources give the same mutants and
the same properties (seeds are fixed), so a run can be repeated. What survives is printed as one line of
explained.ts, where a survivor that changes nothing is listed with the reason. The exit code is 1 when
less than ${KILLED_MIN_PERCENT} % are killed, when a survivor is not explained, or when an explanation fits no survivor.
`;

const OPTIONS = {
  only: { type: 'string', default: '' },
  concurrency: { type: 'string', default: '1' },
  jest: { type: 'boolean', default: false },
  list: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

process.exitCode = await main(process.argv.slice(2));

async function main(words) {
  const options = read(words);
  if (options === undefined) return 2;
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const names = options.only.split(',');
  const targets = [...TARGETS].filter(([file]) => names.some((name) => file.includes(name)));
  if (targets.length === 0) return refuse(`no file has "${options.only}" in its path; --list`);
  if (options.list) {
    for (const [file, tests] of targets) print(`${file}: ${tests.join(', ')}`);
    return 0;
  }
  if (!isInstalled()) {
    return refuse('StrykerJS is missing: npm ci --prefix test/mutation --ignore-scripts');
  }
  const runner = options.jest ? 'jest' : 'in-process';
  return await run(targets, { concurrency: Number(options.concurrency), runner });
}

async function run(targets, how) {
  const startedMs = performance.now();
  const verdicts = [];
  for (const [file, tests] of targets) {
    const source = readFileSync(file, 'utf8');
    const mutants = await mutate({ ...how, file, source, tests });
    const verdict = { file, ...judge(mutants, EXPLAINED[file]) };
    show(verdict);
    verdicts.push(verdict);
  }

  const { lines, percent } = tableOf(verdicts);
  print(`\n${lines.join('\n')}`);
  const open = verdicts.reduce((sum, verdict) => sum + verdict.open.length, 0);
  const stale = verdicts.reduce((sum, verdict) => sum + verdict.stale.length, 0);
  const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
  print(`\n${open} not explained, ${stale} explanations fit nothing, ${seconds} s`);
  return percent >= KILLED_MIN_PERCENT && open === 0 && stale === 0 ? 0 : 1;
}

function show({ file, killed, open, stale, survived }) {
  print(`${file}: ${killed} of ${killed + survived} killed, ${open.length} not explained`);
  for (const { at, from, line, status, to } of open) {
    const how = status === 'NoCoverage' ? ', which no test reaches' : '';
    print(`  line ${line}${how}: ${JSON.stringify({ at, from, to })}`);
  }
  for (const { at, from, to } of stale) {
    print(`  explained, but not among the survivors: ${JSON.stringify({ at, from, to })}`);
  }
}

function read(words) {
  try {
    const { values } = parseArgs({ args: words, options: OPTIONS });
    if (/^[1-8]$/.test(values.concurrency)) return values;
    refuse(`--concurrency ${values.concurrency}: a whole number from 1 to 8`);
  } catch (error) {
    refuse(error.message);
  }
  return undefined;
}

function refuse(why) {
  process.stderr.write(`${why}. See npm run test:mutation -- --help.\n`);
  return 2;
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
