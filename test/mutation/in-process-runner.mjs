import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { commonTokens } from '@stryker-mutator/api/plugin';
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { resolveJest } from './resolve-jest.mjs';

const SETUP = 'test/support/seed-properties.ts';

/**
 * Runs the tests of one file in this process, as often as there are mutants: loaded once, each
 * mutant costs no more than its tests, and no start of jest. Node strips the types.
 *
 * A mutant that works while modules are loaded has them loaded afresh; StrykerJS says when.
 */
export function createInProcessRunner(options) {
  const folder = process.cwd();
  globalThis.__stryker__ ??= {};
  const space = globalThis.__stryker__;
  const spentMs = new Map();
  const loadAfresh = resolveJest(folder);
  let loading;

  async function load() {
    loadAfresh();
    const open = (path) => import(pathToFileURL(join(folder, path)).href);
    await open(SETUP);
    await stopAtFirstFailure(folder);
    const tests = await import('./collected-tests.mjs');
    tests.forgetTests();
    for (const path of options.inProcess.tests) {
      tests.beginFile(path);
      await open(path);
    }
    return tests;
  }

  /** Runs one test, with a mutant or without any. */
  async function run(test, { fault }, mutantId) {
    space.currentTestId = test.id;
    space.activeMutant = mutantId;
    const startedMs = performance.now();
    const error = await fault(test);
    space.activeMutant = undefined;
    space.currentTestId = undefined;
    const timeSpentMs = performance.now() - startedMs;
    spentMs.set(test.id, timeSpentMs);
    return { error, timeSpentMs };
  }

  return {
    capabilities: () => ({ reloadEnvironment: true }),

    async dryRun() {
      loading ??= load();
      const tests = await loading;
      const results = [];
      for (const test of tests.collected) {
        const { error, timeSpentMs } = await run(test, tests, undefined);
        const status = error === undefined ? TestStatus.Success : TestStatus.Failed;
        const told = { id: test.id, name: test.id, timeSpentMs, status };
        results.push(error === undefined ? told : { ...told, failureMessage: error.message });
      }
      return {
        status: DryRunStatus.Complete,
        tests: results,
        mutantCoverage: space.mutantCoverage,
      };
    },

    async mutantRun({ activeMutant, hitLimit, mutantActivation, reloadEnvironment, testFilter }) {
      const { id } = activeMutant;
      const isStatic = mutantActivation === 'static';
      if (reloadEnvironment) loading = undefined;
      space.activeMutant = isStatic ? id : undefined;
      space.hitLimit = hitLimit;
      space.hitCount = hitLimit === undefined ? undefined : 0;
      let tests;
      try {
        loading ??= load();
        tests = await loading;
      } catch (error) {
        loading = undefined;
        const errorMessage = `the tests cannot be loaded: ${error.message}`;
        return { status: MutantRunStatus.Error, errorMessage };
      }

      // The quickest first: most mutants fall to a table, and properties take their time.
      const wanted = tests.collected
        .filter((test) => testFilter?.includes(test.id) ?? true)
        .toSorted((one, other) => (spentMs.get(one.id) ?? 0) - (spentMs.get(other.id) ?? 0));
      for (const [index, test] of wanted.entries()) {
        const { error } = await run(test, tests, id);
        if (hitLimit !== undefined && space.hitCount > hitLimit) {
          return { status: MutantRunStatus.Timeout };
        }
        if (error === undefined) continue;
        space.hitCount = undefined;
        // A test that a mutant before this one has spoilt would fail for ever.
        const again = isStatic ? undefined : (await run(test, tests, undefined)).error;
        if (again !== undefined) throw new Error(`${test.id} fails without a mutant: ${again}`);
        const nrOfTests = index + 1;
        const status = MutantRunStatus.Killed;
        return { status, killedBy: [test.id], failureMessage: error.message, nrOfTests };
      }
      return { status: MutantRunStatus.Survived, nrOfTests: wanted.length };
    },
  };
}

createInProcessRunner.inject = [commonTokens.options];

/** Which input breaks a property is of no interest here, the smallest one even less. */
async function stopAtFirstFailure(folder) {
  const { resolve } = createRequire(join(folder, 'package.json'));
  const { default: fc } = await import(pathToFileURL(resolve('fast-check')).href);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
}
