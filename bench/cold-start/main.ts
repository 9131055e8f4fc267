import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { synthesizedAssembly } from '../../local/stack/synthesize.ts';
import { describeAssembly } from '../../local/template/describe-assembly.ts';
import { buildVariants, type Variant } from './variants.ts';

const HELP = `Measures size and import of the deployed bundles, and of submit-order built otherwise.

Usage: npm run bench:cold-start -- [--runs N]

  --runs N   fresh processes for each bundle, taken in turn   (default 15)

"import" is the least time of all runs, from before the import to the handler being there, in a process of its
own with the environment of the template; "above empty" is what it takes more than a handler that
does nothing. The variant with the tracer needs: npm ci --prefix bench/peers`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the submitter may weigh and take, on the machine that the project is built on. */
const LIMITS = { function: 'submit-order', bytes: 400_000, aboveEmptyMs: 90 };

const SCRIPT = `
const begun = performance.now();
const { handler } = await import(process.argv[1]);
const ms = performance.now() - begun;
if (typeof handler !== 'function') throw new Error('no handler');
process.stdout.write(String(ms));
process.exit(0);
`;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else await measure(Math.max(1, Number(values.runs)));

async function measure(runs: number): Promise<void> {
  const description = describeAssembly({
    directory: await synthesizedAssembly(),
    region: 'us-east-1',
    accountId: '000000000000',
    partition: 'aws',
    queueUrl: (name) => `http://127.0.0.1:1/000000000000/${name}`,
  });
  const deployed = description.functions.map(({ name, codeDirectory, environment }) => ({
    name,
    file: join(codeDirectory, 'index.mjs'),
    environment,
  }));
  const submit = deployed.find(({ name }) => name === LIMITS.function);
  if (submit === undefined) throw new Error(`There is no function ${LIMITS.function}.`);
  const directory = mkdtempSync(join(tmpdir(), 'order-service-cold-'));
  mkdirSync(directory, { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'));
  const built = buildVariants(directory, ROOT).map((one) => ({
    ...one,
    environment: submit.environment,
  }));
  const all: readonly Variant[] = [...built, ...deployed];

  const times = new Map<string, number[]>(all.map(({ name }) => [name, []]));
  // In turn, so that a busy moment of the machine strikes all alike.
  for (let run = 0; run < runs; run += 1) {
    for (const variant of all) times.get(variant.name)?.push(importMs(variant));
  }
  const emptyMs = least(times.get('empty handler') ?? []);
  const rows = all.map((variant) => ({
    name: variant.name,
    bytes: bytesOf(variant.file),
    ms: least(times.get(variant.name) ?? []),
  }));
  for (const { name, bytes, ms } of rows) {
    const kilobytes = `${(bytes / 1_000).toFixed(0)} KB`.padStart(8);
    const above = `${(ms - emptyMs).toFixed(0)} ms above empty`.padStart(20);
    process.stdout.write(
      `${name.padEnd(44)}${kilobytes}${`${ms.toFixed(0)} ms`.padStart(9)}${above}\n`,
    );
  }
  const ours = rows.find(({ name }) => name === LIMITS.function);
  if (ours === undefined) return;
  const keeps = ours.bytes < LIMITS.bytes && ours.ms - emptyMs < LIMITS.aboveEmptyMs;
  process.stdout.write(
    `${LIMITS.function} ${keeps ? 'keeps to' : 'is above'} ${LIMITS.bytes / 1_000} KB and ${LIMITS.aboveEmptyMs} ms above empty\n`,
  );
  process.exitCode = keeps ? 0 : 1;
}

function importMs({ environment, file }: Variant): number {
  const { status, stderr, stdout } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', SCRIPT, file],
    {
      encoding: 'utf8',
      env: {
        ...environment,
        NODE_OPTIONS: '--enable-source-maps',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'none',
        AWS_SECRET_ACCESS_KEY: 'none',
      },
    },
  );
  if (status !== 0) throw new Error(`${file} cannot be imported:\n${stderr.slice(-2_000)}`);
  return Number(stdout);
}

/** The least disturbed of several: others work on the machine too. */
function least(values: readonly number[]): number {
  return Math.min(...values);
}

/** The code alone; source maps are read only when something throws. */
function bytesOf(file: string): number {
  const directory = join(file, '..');
  return file.endsWith('index.mjs')
    ? readdirSync(directory)
        .filter((name) => name.endsWith('.mjs'))
        .reduce((sum, name) => sum + statSync(join(directory, name)).size, 0)
    : statSync(file).size;
}
