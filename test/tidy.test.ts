import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { importsOf, type SourceFile, sourceFiles } from './support/source-files.ts';

const CODE = sourceFiles('.ts', '.tsx', '.mjs', '.cjs');
const DOCUMENTS = sourceFiles('.md');

const LINES_MAX = 250;
const TEST_LINES_MAX = 400;

/** Layers and what they may import. Leaves may import anything, nothing imports a leaf. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lib/domain': ['lib/domain'],
  'lib/application': ['lib/domain', 'lib/application'],
  'lib/adapters': ['lib/domain', 'lib/application', 'lib/adapters'],
  lambdas: ['lib/domain', 'lib/application', 'lib/adapters', 'lambdas'],
  infra: ['infra', 'lib/application', 'lib/domain'],
  simulator: ['simulator'],
  client: ['client'],
};

/** Calls that bring time, chance or the process in by the back door, and where they belong. */
const IMPURE: readonly [RegExp, string][] = [
  [/\bDate\.now\(/, 'take `now` as an argument or use the Clock port'],
  [/\bnew Date\(\)/, 'take `now` as an argument or use the Clock port'],
  [/\bMath\.random\(/, 'take chance as an argument'],
  [/\brandomUUID\(/, 'use the Ids port'],
  [/\bset(?:Timeout|Interval|Immediate)\(/, 'use Clock.sleep'],
  [/\bprocess\.env\b/, 'read settings in lambdas/edge/environment.ts and pass them in'],
  [/\bconsole\./, 'use the Log port'],
];

const LEFTOVERS: readonly [RegExp, string][] = [
  [/\b(?:TODO|FIXME|HACK|XXX)\b/, 'finish it or file an issue'],
  [/\b(?:it|test|describe)\.(?:only|skip|todo)\b/, 'every test runs'],
  [/@ts-(?:ignore|nocheck)/, 'repair the type'],
  [/(?::|\bas) any\s*[;,)=\]>[]|\bas unknown as\b/, 'parse the value at the edge instead'],
];

/** Offered by the exchange client before a use case needs it. */
const NOT_YET_USED: readonly string[] = [];

const VAGUE_NAMES = ['utils', 'helpers', 'common', 'manager', 'service', 'types'];

describe('the source tree', () => {
  it('imports in one direction: domain, application, adapters, lambdas', () => {
    const wrong = CODE.flatMap((file) => {
      const layer = layerOf(file.path);
      const allowed = layer === undefined ? undefined : MAY_IMPORT[layer];
      if (allowed === undefined) return [];
      return importsOf(file)
        .filter((path) => !allowed.some((folder) => path.startsWith(`${folder}/`)))
        .map((path) => `${file.path} imports ${path}; ${layer} may import ${allowed.join(', ')}`);
    });
    expect(wrong).toEqual([]);
  });

  it('keeps time, chance and the process out of the core', () => {
    const core = CODE.filter(
      ({ path }) =>
        (path.startsWith('lib/') && !path.startsWith('lib/adapters/system/')) ||
        (path.startsWith('lambdas/') && path !== 'lambdas/edge/environment.ts'),
    );
    expect(findings(core, IMPURE)).toEqual([]);
  });

  it('has no leftovers', () => {
    const files = CODE.filter(({ path }) => path !== 'test/tidy.test.ts');
    expect(findings(files, LEFTOVERS)).toEqual([]);
  });

  it('keeps files short', () => {
    const long = CODE.flatMap(({ path, lines }) => {
      const most = path.startsWith('test/') ? TEST_LINES_MAX : LINES_MAX;
      const count = lines.length - 1;
      return count > most ? [`${path} has ${count} lines; split it: at most ${most}`] : [];
    });
    expect(long).toEqual([]);
  });

  it('names files for the question they answer', () => {
    const vague = CODE.map(({ path }) => path).filter((path) => {
      const name = path.split('/').at(-1)?.replace(/\..*$/, '') ?? '';
      return VAGUE_NAMES.includes(name) || !/^[a-z0-9-]+$/.test(name);
    });
    expect(vague).toEqual([]);
  });

  it('documents every export of lib', () => {
    const exported = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/;
    const bare = CODE.filter(({ path }) => path.startsWith('lib/')).flatMap(({ path, lines }) =>
      lines.flatMap((line, index) => {
        const name = exported.exec(line)?.[1];
        if (name === undefined || /\*\/\s*$/.test(lines[index - 1] ?? '')) return [];
        return [`${path}:${index + 1} ${name} has no docstring`];
      }),
    );
    expect(bare).toEqual([]);
  });

  it('has no file that nothing uses', () => {
    const users = CODE.filter(({ path }) => !path.startsWith('test/'));
    const used = new Set(users.flatMap(importsOf));
    const entries =
      /^(?:infra\/app|lambdas\/[a-z-]+|(?:simulator|local|bench|console|console\/page|local\/sqs)\/main)\.tsx?$/;
    const dead = CODE.map(({ path }) => path).filter(
      (path) =>
        /^(?:lib|lambdas|infra|simulator|local|console)\//.test(path) &&
        !path.endsWith('.d.ts') &&
        !entries.test(path) &&
        !used.has(path) &&
        !NOT_YET_USED.includes(path) &&
        !users.some(({ text }) => text.includes(`/${path.split('/').at(-1)}`)),
    );
    expect(dead).toEqual([]);
  });
});

describe('the documents', () => {
  it('have one title each', () => {
    const wrong = DOCUMENTS.filter(({ lines }) => {
      let isCode = false;
      const titles = lines.filter((line) => {
        if (line.startsWith('```')) isCode = !isCode;
        return !isCode && line.startsWith('# ');
      });
      return titles.length !== 1;
    }).map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('link to files that exist', () => {
    const all = new Set(
      sourceFiles('.md', '.ts', '.json', '.mjs', '.cjs', '.svg', '.png', '.txt', 'LICENSE').map(
        ({ path }) => path,
      ),
    );
    const broken = DOCUMENTS.flatMap(({ path, text }) => {
      const folder = path.split('/').slice(0, -1).join('/');
      return [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)]
        .map(([, target = '']) => join(folder, target))
        .filter((target) => !all.has(target) && ![...all].some((one) => one.startsWith(target)))
        .map((target) => `${path} links to ${target}`);
    });
    expect(broken).toEqual([]);
  });
});

function layerOf(path: string): string | undefined {
  return Object.keys(MAY_IMPORT).find((layer) => path.startsWith(`${layer}/`));
}

function findings(
  files: readonly SourceFile[],
  rules: readonly [RegExp, string][],
): readonly string[] {
  return files.flatMap(({ path, lines }) =>
    lines.flatMap((line, index) =>
      rules
        .filter(([pattern]) => pattern.test(line))
        .map(([, instead]) => `${path}:${index + 1} ${line.trim()}: ${instead}`),
    ),
  );
}
