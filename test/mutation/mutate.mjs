import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import jestConfig from '../../jest.config.mjs';

const FOLDER = dirname(fileURLToPath(import.meta.url));

/** Far above what a test takes on a busy machine: who is slow is not yet caught. */
const TIMEOUT_MS = 60_000;

/** Says whether the mutation tester is installed; it is not among the project's packages. */
export function isInstalled() {
  return existsSync(join(FOLDER, 'node_modules/@stryker-mutator/core'));
}

/**
 * Changes one file in every way that StrykerJS knows, one change at a time, and runs its tests.
 *
 * @param tests - files under test, from the root of the project
 * @returns one entry per mutant: `status`, what was there and what took its place
 * @throws when the tests fail without any change
 */
export async function mutate({ concurrency, file, runner, source, tests }) {
  const { Stryker } = await import('@stryker-mutator/core');
  const { rootDir: _, modulePathIgnorePatterns: __, ...base } = jestConfig;
  const mutants = await new Stryker({
    mutate: [file],
    plugins: ['@stryker-mutator/jest-runner', join(FOLDER, 'stryker-plugin.mjs')],
    ignorers: ['no-rule'],
    reporters: ['one-line'],
    // TypeScript 7 has no interface to programs; jest needs no project file.
    tsconfigFile: 'none',
    checkers: [],
    testRunner: runner,
    inProcess: { tests },
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    jest: {
      projectType: 'custom',
      enableFindRelatedTests: false,
      config: {
        ...base,
        roots: ['<rootDir>/lib', '<rootDir>/test'],
        testMatch: tests.map((test) => `<rootDir>/${test}`),
        watchman: false,
      },
    },
    concurrency,
    timeoutMS: TIMEOUT_MS,
    ignorePatterns: [
      '**',
      '!docs/**',
      '!lib/**',
      '!simulator/**',
      '!test/**',
      'test/mutation',
      '!*.json',
    ],
    tempDirName: '.data/mutation',
    allowConsoleColors: false,
    logLevel: 'error',
    warnings: false,
  }).runMutationTest();
  return mutants.map((mutant) => toldOf(mutant, source));
}

function toldOf(
  { location: { start, end }, mutatorName, replacement, status, statusReason },
  source,
) {
  const lines = source.split('\n');
  const spot = lines.slice(start.line - 1, end.line);
  const last = spot.length - 1;
  spot[last] = spot[last].slice(0, end.column - 1);
  spot[0] = spot[0].slice(start.column - 1);
  return {
    line: start.line,
    at: lines[start.line - 1].trim(),
    from: brief(spot.join('\n')),
    to: brief(replacement),
    mutator: mutatorName,
    reason: statusReason,
    status,
  };
}

/** One line of a text, so that a list can name it. */
function brief(text) {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > 70 ? `${flat.slice(0, 70)}…` : flat;
}
