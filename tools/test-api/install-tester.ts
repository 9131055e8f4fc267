import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A property-based tester of APIs that knows OpenAPI 3.1. */
export const TESTER = 'schemathesis==4.32.5';

/** Beside the packages, so that it goes and comes with them. */
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/order-service/', import.meta.url));
const INSTALL_TIMEOUT_MS = 300_000;

/**
 * Installs the tester once, in a folder of its own.
 *
 * @returns the path of its program
 * @throws Error in one line when there is no Python or no registry
 */
export function installTester(): string {
  const directory = join(CACHE, TESTER.replace('==', '-'));
  const program = join(directory, 'bin', 'schemathesis');
  if (existsSync(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  // The mark of success comes last: a half-made environment must not look complete.
  rmSync(directory, { recursive: true, force: true });
  run('python3', ['-m', 'venv', directory], 'there is no python3 (3.10 or newer) with venv');
  const pip = join(directory, 'bin', 'pip');
  const marked = `${program}.unfinished`;
  run(pip, ['install', '--quiet', TESTER], `${TESTER} cannot be installed`);
  renameSync(program, marked);
  renameSync(marked, program);
  return program;
}

function run(program: string, args: readonly string[], problem: string): void {
  const { status, stderr, error } = spawnSync(program, [...args], {
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (status === 0) return;
  const lastLine = stderr?.trim().split('\n').at(-1);
  throw new Error(`${problem}: ${error?.message ?? lastLine ?? 'no reason given'}`);
}
