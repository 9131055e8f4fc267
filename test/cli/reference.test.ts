import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { referenceText } from '../../cli/command-line/reference.ts';
import { idleContext } from '../../cli/idle-context.ts';
import { buildProgram } from '../../cli/program.ts';
import { runCommandLine } from '../../cli/run-command-line.ts';
import { sourceFiles } from '../support/source-files.ts';

const REFERENCE = readFileSync(new URL('../../docs/cli.md', import.meta.url), 'utf8');
const PROGRAM = buildProgram(idleContext());
type Named = typeof PROGRAM;

/** Every command with its words, those that only hold others too. */
function commandsOf(
  command: Named,
  path: readonly string[] = [],
): readonly (readonly [string, Named])[] {
  return command.commands.flatMap((below) => {
    const words = [...path, below.name()];
    return [[words.join(' '), below] as const, ...commandsOf(below, words)];
  });
}

const COMMANDS = new Map(commandsOf(PROGRAM));

describe('docs/cli.md', () => {
  it('says what --help says (npm run docs:cli writes it)', () => {
    const at = REFERENCE.indexOf('## Exit codes');
    expect(REFERENCE.slice(at)).toBe(referenceText(PROGRAM));
  });

  it.each([...COMMANDS.keys()].filter((name) => !/^(?:help|complete)$/.test(name)))(
    'has everything that "%s --help" prints',
    async (name) => {
      let help = '';
      const stdout = { write: (text: string) => (help += text) };
      const code = await runCommandLine([...name.split(' '), '--help'], {
        ...idleContext(),
        stdout,
      });
      expect(code).toBe(0);
      const words = help.replaceAll(/\s+/g, ' ');
      const command = COMMANDS.get(name);
      expect(words).toContain(`Usage: hashkey-orders ${name}`);
      for (const { flags, description } of command?.options ?? []) {
        expect(words).toContain(flags);
        expect(words).toContain(description);
        expect(REFERENCE).toContain(flags);
      }
    },
  );
});

describe('every command in a document', () => {
  const found = sourceFiles('.md')
    .filter(({ path }) => path !== 'CHANGELOG.md' && !path.includes('decisions/'))
    .flatMap(({ path, text }) =>
      commandsIn(text).map((words) => [`${path}: ${words.join(' ')}`, words] as const),
    );

  it('is found', () => {
    expect(found.length).toBeGreaterThan(15);
  });

  it.each(found)('exists: %s', (_where, words) => {
    const options = words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0]);
    const plain = withoutOptionValues(words);
    const name = [plain.slice(0, 2).join(' '), plain[0] ?? ''].find((one) => COMMANDS.has(one));
    if (plain.length > 0) expect([plain[0], name]).toEqual([plain[0], expect.any(String)]);
    const command = COMMANDS.get(name ?? '');
    const known = [...(command?.options ?? []), ...PROGRAM.options].map(({ long }) => long);
    for (const option of options) expect([...known, '--help', '--version']).toContain(option);
  });
});

/** Commands in code: from `hashkey-orders` to the end of the line, the code or the shell command. */
function commandsIn(text: string): readonly (readonly string[])[] {
  const code = [...text.matchAll(/^```[a-z]*\n([\s\S]*?)^ *```$|`([^`\n]+)`/gm)].map(
    ([, block, inline]) => block ?? inline ?? '',
  );
  return code
    .flatMap((one) => one.split('\n'))
    .flatMap((line) => [...line.matchAll(/(?:npx |^ *)hashkey-orders((?: [^|;&#)]+)?)/g)])
    .map(([, words = '']) =>
      words
        .trim()
        .split(/\s+/)
        .filter((word) => word !== ''),
    );
}

function withoutOptionValues(words: readonly string[]): readonly string[] {
  const taking = [...COMMANDS.values(), PROGRAM]
    .flatMap(({ options }) => options)
    .filter(({ required }) => required)
    .map(({ long }) => long);
  return words.filter(
    (word, index) => !word.startsWith('--') && !taking.includes(words[index - 1] ?? ''),
  );
}
