import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Far above the ten seconds it takes; a hanging tool must not hang the start. */
const SYNTHESIS_TIMEOUT_MS = 180_000;
/** Lines of the tool's own words shown when it fails. */
const LINES_SHOWN = 15;
/** Assemblies of earlier sources that stay; switching between branches needs a few. */
const ASSEMBLIES_KEPT = 4;

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CACHE = join(ROOT, 'node_modules', '.cache', 'order-service');
/** What templates and bundles are made of. */
const SOURCES = ['infra', 'lambdas', 'lib', 'cdk.json', 'package-lock.json'];

/**
 * Gives a directory with the CloudFormation templates and the bundled handlers of the sources as
 * they are now, made as a deployment would make them. Unchanged sources are not made again.
 *
 * @param options - of the stage, as with `-c` for a deployment
 * @throws Error with the tool's last lines when it fails
 */
export async function synthesizedAssembly(
  options: Readonly<Record<string, string>> = {},
): Promise<string> {
  const context = JSON.stringify({ stage: 'local', ...options });
  const directory = join(CACHE, `assembly-${fingerprint(context)}`);
  if (existsSync(directory)) return directory;
  mkdirSync(CACHE, { recursive: true });
  // Made aside and moved, so that a kill in the middle leaves nothing that looks complete.
  const workshop = mkdtempSync(join(CACHE, 'unfinished-'));
  try {
    await synthesize(workshop, context);
    if (!existsSync(directory)) renameSync(workshop, directory);
  } finally {
    rmSync(workshop, { recursive: true, force: true });
  }
  removeOldest();
  return directory;
}

/** In a process of its own, so that the tools' memory is gone when the stack runs. */
async function synthesize(directory: string, context: string): Promise<void> {
  const args = ['--disable-warning=ExperimentalWarning', 'infra/app.ts'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: directory,
      CDK_CONTEXT_JSON: context,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: SYNTHESIS_TIMEOUT_MS,
  });
  let said = '';
  const listen = (chunk: Buffer) => {
    said = (said + chunk.toString('utf8')).slice(-20_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const [code] = await once(child, 'close');
  if (code === 0) return;
  const lines = said.trim().split('\n').slice(-LINES_SHOWN).join('\n');
  throw new Error(`The templates could not be synthesized (npm run synth says more):\n${lines}`);
}

function fingerprint(context: string): string {
  const hash = createHash('sha256').update(process.version).update(context);
  for (const source of SOURCES) addTo(hash, source);
  return hash.digest('hex').slice(0, 16);
}

function addTo(hash: ReturnType<typeof createHash>, path: string): void {
  const full = join(ROOT, path);
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) addTo(hash, join(path, name));
    return;
  }
  hash.update(`${path}\0`).update(readFileSync(full));
}

function removeOldest(): void {
  const assemblies = readdirSync(CACHE)
    .filter((name) => name.startsWith('assembly-'))
    .map((name) => ({ name, madeAt: statSync(join(CACHE, name)).mtimeMs }))
    .sort((left, right) => right.madeAt - left.madeAt);
  for (const { name } of assemblies.slice(ASSEMBLIES_KEPT)) {
    rmSync(join(CACHE, name), { recursive: true, force: true });
  }
}
