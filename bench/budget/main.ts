// The benchmark of the rate budget: ours beside the libraries, all through the same simulator.

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { HELP, type Options, readCommandLine } from './options.ts';
import { rowsAt } from './rows.ts';
import { runRows } from './run-rows.ts';
import { LEGEND, missedIn, tableOf } from './table.ts';

const PEERS = new URL('../peers/node_modules', import.meta.url);

const commandLine = readCommandLine(process.argv.slice(2));
if (commandLine.kind === 'help') {
  process.stdout.write(HELP);
} else if (commandLine.kind === 'wrong') {
  process.stderr.write(`${commandLine.message}\n`);
  process.exitCode = 2;
} else if (!existsSync(PEERS) && commandLine.options.only !== 'ours') {
  process.stderr.write('The libraries are missing: (cd bench/peers && npm ci), or --only ours.\n');
  process.exitCode = 2;
} else {
  await run(commandLine.options);
}

async function run(options: Options): Promise<void> {
  const { quick, seed, json } = options;
  const startedMs = performance.now();
  const loadBefore = loadavg();
  const rows = rowsAt({ quick, seed }).filter(({ id }) => options.rows.includes(id));
  const progress = (line: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    process.stderr.write(`[${seconds} s] ${line}\n`);
  };
  const results = await runRows(rows, { ...options, progress });
  const missed = rows.flatMap((row) => missedIn(row, results).map((what) => `${row.id}: ${what}`));
  const machine = {
    processors: availableParallelism(),
    model: cpus()[0]?.model ?? 'unknown',
    node: process.version,
    loadBefore: loadBefore.map((load) => Number(load.toFixed(2))),
    loadAfter: loadavg().map((load) => Number(load.toFixed(2))),
  };
  if (json !== undefined) {
    const text = JSON.stringify({ machine, quick, seed, results, missed }, undefined, 2);
    if (json === '-') process.stdout.write(`${text}\n`);
    else await writeFile(json, `${text}\n`);
  }
  if (json !== '-') {
    const { processors, model, node, loadBefore: before, loadAfter: after } = machine;
    const at = `${processors} × ${model}, Node ${node}, load ${before[0]} before, ${after[0]} after`;
    const scale = quick ? 'quick' : 'full';
    process.stdout.write(`# The rate budget beside the libraries\n\n`);
    process.stdout.write(`${scale}, seed ${seed}; ${at}.\n${LEGEND}\n${tableOf(rows, results)}`);
  }
  process.exitCode = missed.length === 0 ? 0 : 1;
}
