import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from '../support/source-files.ts';
import { EXPLAINED } from './explained.ts';
import { ONLY_TYPES, TARGETS } from './targets.ts';

describe('the mutated files', () => {
  it('are the whole domain', () => {
    const domain = sourceFiles('.ts').filter(({ path }) => path.startsWith('lib/domain/'));
    const left = domain.filter(({ path }) => !TARGETS.has(path) && !ONLY_TYPES.includes(path));
    expect(left.map(({ path }) => path)).toEqual([]);
  });

  it('exist, and so do the tests that have to notice', () => {
    const paths = [...ONLY_TYPES, ...[...TARGETS].flatMap(([file, tests]) => [file, ...tests])];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe('a mutant that is explained', () => {
  const all = Object.entries(EXPLAINED).flatMap(([file, list]) =>
    list.map((one) => ({ file, ...one })),
  );

  it('is still a line of its file: explain it anew, or not at all, when the line changes', () => {
    const lines = new Map<string, ReadonlySet<string>>();
    for (const file of Object.keys(EXPLAINED)) {
      const text = readFileSync(file, 'utf8');
      lines.set(file, new Set(text.split('\n').map((line) => line.trim())));
    }
    const gone = all.filter(({ at, file }) => lines.get(file)?.has(at) !== true);
    expect(gone.map(({ at, file }) => `${file}: ${at}`)).toEqual([]);
  });

  it('belongs to a mutated file, and has a reason', () => {
    const bare = all.filter(({ file, why }) => !TARGETS.has(file) || why.length < 10);
    expect(bare).toEqual([]);
  });
});
