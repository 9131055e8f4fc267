import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { EXIT_MEANINGS } from './exit-codes.ts';

/** Commands that come with the library and need no words. */
const LEFT_OUT: readonly string[] = ['help', 'complete'];

/** Writes the reference of every command, from the very definitions that `--help` prints. */
export function referenceText(program: CommandUnknownOpts): string {
  return [
    '## Exit codes',
    '',
    '| code | meaning |',
    '|---|---|',
    ...EXIT_MEANINGS.map(([code, meaning]) => `| ${code} | ${meaning} |`),
    '',
    '## Options of every command',
    '',
    ...optionRows(program),
    '',
    '## Commands',
    ...program.commands.flatMap((command) => sectionOf(command, program.name())),
    '',
  ].join('\n');
}

function sectionOf(command: CommandUnknownOpts, path: string): readonly string[] {
  if (LEFT_OUT.includes(command.name())) return [];
  const name = `${path} ${command.name()}`;
  if (command.commands.length > 0) {
    return command.commands.flatMap((below) => sectionOf(below, name));
  }
  const help = command.createHelp();
  const rows = [
    ...help
      .visibleArguments(command)
      .map((one) => [help.argumentTerm(one), help.argumentDescription(one)] as const),
    ...help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map((one) => [help.optionTerm(one), help.optionDescription(one)] as const),
  ];
  const shown = command.registeredArguments.map((one) => {
    const text = one.variadic ? `${one.name()}...` : one.name();
    return one.required ? `<${text}>` : `[${text}]`;
  });
  return [
    '',
    `### ${name.replace(/^\S+ /, '')}`,
    '',
    `\`${[name, ...shown].join(' ')}\``,
    '',
    `${capital(help.commandDescription(command))}.`,
    ...(rows.length === 0 ? [] : ['', ...tableOf(rows)]),
  ];
}

function optionRows(program: CommandUnknownOpts): readonly string[] {
  const help = program.createHelp();
  const options = help.visibleOptions(program);
  return tableOf(options.map((one) => [help.optionTerm(one), help.optionDescription(one)]));
}

function tableOf(rows: readonly (readonly [string, string])[]): readonly string[] {
  const cells = rows.map(([term, text]) => `| \`${term}\` | ${text.replaceAll('|', '\\|')} |`);
  return ['| | |', '|---|---|', ...cells];
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
