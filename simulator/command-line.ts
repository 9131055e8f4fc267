import { parseArgs } from 'node:util';
import { OPTION_ROWS, UsageError } from './option-table.ts';
import type { SimulatorOptions } from './options.ts';

/** @returns `help` when that is all that was asked for */
export function readCommandLine(words: readonly string[]): Partial<SimulatorOptions> | 'help' {
  const values = new Map(Object.entries(parse(words)));
  if (values.has('help')) return 'help';
  let options: Partial<SimulatorOptions> = {};
  for (const row of OPTION_ROWS) {
    const text = values.get(row.name);
    if (typeof text === 'string') options = { ...options, ...row.read(text, row.name) };
  }
  return options;
}

export function helpText(): string {
  const lines = OPTION_ROWS.map(({ name, value, help }) => `  --${name} ${value}\n        ${help}`);
  return [
    'The HashKey exchange on this machine: REST, a matching book, rate limits, faults on demand.',
    '',
    'Usage: npm run simulator -- [options]',
    '',
    ...lines,
    '',
    'Without --accounts the API key is "demo-key" and its secret "demo-secret".',
    'Faults, clock and statistics: http://127.0.0.1:8090/admin/ and simulator/README.md.',
    '',
  ].join('\n');
}

type Values = { readonly [name: string]: string | boolean | (string | boolean)[] | undefined };

function parse(words: readonly string[]): Values {
  const known = OPTION_ROWS.map(({ name }) => [name, { type: 'string' as const }] as const);
  const help = ['help', { type: 'boolean' as const, short: 'h' }] as const;
  const options = Object.fromEntries([...known, help]);
  try {
    return parseArgs({ args: [...words], options, allowPositionals: false }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`${error.message} See --help.`);
    throw error;
  }
}
