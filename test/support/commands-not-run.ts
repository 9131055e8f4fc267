import type { NotRun } from './documented.ts';

const AT_AWS = 'needs an AWS account; its names are checked against the templates';
const OURSELVES = 'checks of the project itself; .ci/run runs them, and npm test the simulation';
const UNTIL_CTRL_C = 'serves until Ctrl-C; test/console starts the same server';
const ELSEWHERE = 'runs in test/stack/restore.long.ts, with a table to restore';

/**
 * Commands of the documents that no test types at a local stack, and why. Whatever is neither here
 * nor typed by a test fails `test/cli/documented.test.ts`.
 */
export const NOT_RUN: Readonly<Record<string, NotRun>> = {
  'CONTRIBUTING.md': { 'npx hashkey-orders --help': 'the same line runs as one of README' },
  'README.md': { 'HashKey order service': OURSELVES },
  'docs/cli.md': {},
  'docs/console.md': {
    Console: UNTIL_CTRL_C,
    'npx hashkey-orders --stage sandbox console': UNTIL_CTRL_C,
  },
  'docs/explanation.md': {
    'npx hashkey-orders why ACCOUNT ID': 'the same line runs as one of docs/how-to.md',
  },
  'docs/how-to.md': {
    'Go live': AT_AWS,
    'npx hashkey-orders console': UNTIL_CTRL_C,
  },
  'docs/how-to-tradingview.md': { '4. On AWS': AT_AWS },
  'docs/runbook.md': {
    Runbook: AT_AWS,
    'Halt an account (2)': AT_AWS,
    'Stop all sending (2)': AT_AWS,
    'Restore the orders table': ELSEWHERE,
    'Restore the orders table (2)': ELSEWHERE,
    'Deploy a stage': AT_AWS,
    'Deploy a stage (2)': AT_AWS,
    'Deploy a stage (3)': AT_AWS,
    'Take a stage away': AT_AWS,
    'Take a stage away (2)': AT_AWS,
  },
  'simulator/README.md': {
    'The HashKey simulator': 'serves until Ctrl-C; test/simulator/command-line.test.ts starts it',
  },
};
