import { parseArgs } from 'node:util';

/** Whole numbers of a command line; prints the help or what is wrong and ends the process. */
export function readNumbers<Name extends string>(
  help: string,
  defaults: Readonly<Record<Name, number>>,
): Readonly<Record<Name, number>> {
  const names = Object.keys(defaults);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    if (values.help === true) {
      process.stdout.write(help);
      process.exit(0);
    }
    const numbers = { ...defaults };
    for (const [name, value] of Object.entries(values)) {
      if (!/^\d{1,9}$/.test(String(value))) throw new Error(`--${name} takes a whole number`);
      Object.assign(numbers, { [name]: Number(value) });
    }
    return numbers;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${help}`);
    process.exit(2);
  }
}
