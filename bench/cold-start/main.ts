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

"import" is the least time of all runs, from before the import to the handler being there, in a
process of its own with the environment of the template; "above empty" is what it takes more than a
handler that does nothing; "cpu" is the processor's time for it, which a busy machine disturbs less.
The variant with the tracer needs: npm ci --prefix bench/peers`;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What the submitter may weigh and take, on the machine that the project is built on. */
const LIMITS = { function: 'submit-order', bytes: 400_000, aboveEmptyMs: 90 };

/** One import, in milliseconds. */
interface Import {
  readonly ms: number;
  readonly cpuMs: number;
}

const SCRIPT = `
const before = process.cpuUsage();
const begun = performance.now();
const { handler } = await import(process.argv[1]);
const ms = performance.now() - begun;
const { user, system } = process.cpuUsage(before);
if (typeof handler !== 'function') throw new Error('no handler');
process.stdout.write(ms + ' ' + (user + system) / 1_000);
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

  const times = new Map<string, Import[]>(all.map(({ name }) => [name, []]));
  // In turn, so that a busy moment of the machine strikes all alike.
  for (let run = 0; run < runs; run += 1) {
    for (const variant of all) times.get(variant.name)?.push(timedImport(variant));
  }
  const rows = all.map((variant) => ({
    name: variant.name,
    bytes: bytesOf(variant.file),
    ms: least((times.get(variant.name) ?? []).map(({ ms }) => ms)),
    cpuMs: least((times.get(variant.name) ?? []).map(({ cpuMs }) => cpuMs)),
  }));
  const emptyMs = rows.find(({ name }) => name === 'empty handler')?.ms ?? 0;
  for (const { name, bytes, cpuMs, ms } of rows) {
    const kilobytes = `${(bytes / 1_000).toFixed(0)} KB`.padStart(8);
    const above = `${(ms - emptyMs).toFixed(0)} ms above empty`.padStart(20);
    const cpu = `${cpuMs.toFixed(0)} ms cpu`.padStart(12);
    process.stdout.write(
      `${name.padEnd(44)}${kilobytes}${`${ms.toFixed(0)} ms`.padStart(9)}${above}${cpu}\n`,
    );
  }
  const ours = rows.find(({ name }) => name === LIMITS.function);
  if (ours === undefined) return;
  const aboveMs = ours.ms - emptyMs;
  const isSmall = ours.bytes < LIMITS.bytes;
  const isQuick = aboveMs < LIMITS.aboveEmptyMs;
  process.stdout.write(
    `${LIMITS.function} is ${isSmall ? 'below' : 'ABOVE'} ${LIMITS.bytes / 1_000} KB, and takes ${isQuick ? 'less' : 'MORE'} than ${LIMITS.aboveEmptyMs} ms above empty\n`,
  );
  process.exitCode = isSmall && isQuick ? 0 : 1;
}

function timedImport({ environment, file }: Variant): Import {
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
  const [ms = Number.NaN, cpuMs = Number.NaN] = stdout.split(' ').map(Number);
  return { ms, cpuMs };
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
