import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FaultTests, findFaultTests } from './named-tests.ts';

/** The verdict about one fault. */
export interface FaultVerdict extends FaultTests {
  readonly verdict: 'passed' | 'failed' | 'not built' | 'no test';
  readonly tests: number;
}

interface JestReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Runs the tests of every fault and says what came of them. */
export async function runFaultTests(): Promise<readonly FaultVerdict[]> {
  const faults = findFaultTests();
  const report = await runJest(faults);
  const results = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  return faults.map((fault) => {
    const own = results.filter(
      ({ fullName, status }) => fault.pattern.test(fullName) && status !== 'pending',
    );
    const failed = own.some(({ status }) => status !== 'passed');
    const untested = fault.notBuilt === undefined ? 'no test' : 'not built';
    const verdict = own.length === 0 ? untested : failed ? 'failed' : 'passed';
    return { ...fault, verdict, tests: own.length };
  });
}

/** Contracts run inside the tests of their adapters, so these run too. */
const CONTRACT_FILES = ['test/adapters'];

async function runJest(faults: readonly FaultTests[]): Promise<JestReport> {
  const files = [...new Set(faults.flatMap((fault) => fault.files))];
  const paths = files.filter((path) => path.endsWith('.test.ts'));
  const output = join(tmpdir(), `fault-tests-${process.pid}.json`);
  const words = [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    ...['node_modules/jest/bin/jest.js', ...paths, ...CONTRACT_FILES],
    // Whole files: some tests stand on those before them.
    ...['--json', `--outputFile=${output}`, '--silent'],
  ];
  const { promise, resolve } = Promise.withResolvers<void>();
  // A test that fails makes its exit code 1, which the report tells better.
  execFile(process.execPath, words, { maxBuffer: 1e8 }, () => resolve());
  await promise;
  const report: JestReport = JSON.parse(readFileSync(output, 'utf8'));
  rmSync(output);
  return report;
}
