import { describe, expect, it } from '@jest/globals';
import { missedTargets, type Result } from '../../bench/budget/figures.ts';
import { readCommandLine } from '../../bench/budget/options.ts';
import type { Row } from '../../bench/budget/row.ts';
import { missedIn, tableOf } from '../../bench/budget/table.ts';

function result(change: Partial<Result> = {}): Result {
  return {
    row: 1,
    case: 'usual',
    contender: 'ours',
    figures: { asked: 10, accepted: 10, utilisation: 0.97, refused429: 0 },
    targets: [{ figure: 'utilisation', atLeast: 0.98 }],
    ...change,
  };
}

const CASE = { name: 'usual', contender: 'ours', run: async () => ({}), targets: [] };
const ROW: Row = { id: 1, title: 'one key', wanted: '98 %', cases: [CASE] };

describe('the targets of a case', () => {
  it('are missed with what was wanted', () => {
    expect(missedTargets(result())).toEqual(['utilisation 0.97, wanted at least 0.98']);
  });

  it('are met at the very value', () => {
    expect(missedTargets(result({ targets: [{ figure: 'refused429', atMost: 0 }] }))).toEqual([]);
    const targets = [{ figure: 'utilisation', atLeast: 0.97 }];
    expect(missedTargets(result({ targets }))).toEqual([]);
  });

  it('are missed without the figure', () => {
    const targets = [{ figure: 'overtaken', atMost: 0 }];
    expect(missedTargets(result({ targets }))).toEqual(['overtaken none, wanted at most 0']);
  });

  it('are missed when the run failed', () => {
    expect(missedTargets(result({ targets: [], error: 'it broke' }))).toEqual(['it broke']);
  });
});

describe('the table', () => {
  it('shows ours and the libraries with shares in percent', () => {
    const library = result({ contender: 'p-queue', targets: [] });
    const table = tableOf([ROW], [result(), library]);
    expect(table).toContain('| usual | **ours** | 10 / 10 | 0 | – | 97.0 % |');
    expect(table).toContain('| usual | p-queue | 10 / 10 |');
    expect(table).toContain('Missed: usual, ours: utilisation 0.97, wanted at least 0.98.');
  });

  it('compares cases only when all of them ran', () => {
    const row: Row = { ...ROW, cases: [CASE, CASE], compare: () => ['too slow'] };
    const met = result({ targets: [] });
    expect(missedIn(row, [met])).toEqual([]);
    expect(tableOf([row], [met])).toContain('the comparison needs every case');
    expect(missedIn(row, [met, met])).toEqual(['too slow']);
  });
});

describe('the command line', () => {
  it('reads every option', () => {
    const words = ['--rows', '1,9', '--quick', '--seed', '4', '--only', 'ours', '--json', '-'];
    expect(readCommandLine(words)).toEqual({
      kind: 'run',
      options: { rows: [1, 9], quick: true, seed: 4, only: 'ours', json: '-', parallel: 3 },
    });
    expect(readCommandLine(['--help'])).toEqual({ kind: 'help' });
  });

  it.each([
    [['--rows', '12'], /rows are 1 to 11/],
    [['--seed', '0'], /--seed 0: a whole number/],
    [['--seed', 'x'], /--seed x: a whole number/],
    [['--parallel', '99'], /from 1 to 12/],
    [['--seed'], /needs a value/],
    [['--fast'], /no option --fast/],
  ])('refuses %j', (words, message) => {
    const read = readCommandLine(words);
    expect(read.kind === 'wrong' && read.message).toMatch(message);
  });
});
