import { readFileSync } from 'node:fs';
import tab from '@bomb.sh/tab/commander';
import { Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import { Command as PlainCommand } from 'commander';
import { address } from './command-line/arguments.ts';
import { type Context, STAGE_NAMES } from './command-line/context.ts';
import { EXIT_MEANINGS } from './command-line/exit-codes.ts';
import { accountCommand } from './commands/account.ts';
import { cancelCommand } from './commands/cancel.ts';
import { cancelAllCommand } from './commands/cancel-all.ts';
import { consoleCommand } from './commands/console.ts';
import { doctorCommand } from './commands/doctor.ts';
import { exportCommand } from './commands/export.ts';
import { openGateCommand, startCommand, stopCommand } from './commands/gates.ts';
import { getCommand } from './commands/get.ts';
import { haltCommand, resumeCommand } from './commands/halt.ts';
import { importCommand } from './commands/import.ts';
import { listCommand } from './commands/list.ts';
import { redeliverCommand } from './commands/redeliver.ts';
import { redriveCommand } from './commands/redrive.ts';
import { restoreCommand } from './commands/restore.ts';
import { submitCommand } from './commands/submit.ts';
import { watchCommand } from './commands/watch.ts';
import { whyCommand } from './commands/why.ts';

/** Columns of a help text, whatever the terminal has: it is also a document. */
const HELP_COLUMNS = 100;

/** Builds the whole command line. */
export function buildProgram(context: Context): CommandUnknownOpts {
  const program = new Command('hashkey-orders')
    .description('Places, watches, explains and stops orders of the HashKey order service.')
    .version(versionText())
    .addOption(
      new Option('--stage <name>', 'which copy of the service')
        .choices(STAGE_NAMES)
        .default('local')
        .env('HASHKEY_ORDERS_STAGE'),
    )
    .addOption(
      new Option('--url <url>', 'the API’s address, in place of the stage’s own')
        .argParser(address)
        .env('HASHKEY_ORDERS_URL'),
    )
    .addOption(
      new Option(
        '--aws-endpoint <url>',
        'where the AWS services are, in place of the region’s own',
      ).argParser(address),
    )
    .option('--json', 'JSON on stdout: one document, or one line for each of many');
  for (const make of COMMANDS) program.addCommand(make(context));
  program.addHelpText('after', `\nExit codes:\n${exitCodeLines().join('\n')}`);
  addCompletion(program);
  prepare(program, context);
  return program;
}

const COMMANDS: readonly ((context: Context) => CommandUnknownOpts)[] = [
  submitCommand,
  importCommand,
  getCommand,
  listCommand,
  watchCommand,
  whyCommand,
  cancelCommand,
  cancelAllCommand,
  haltCommand,
  resumeCommand,
  stopCommand,
  startCommand,
  openGateCommand,
  accountCommand,
  redriveCommand,
  redeliverCommand,
  restoreCommand,
  exportCommand,
  doctorCommand,
  consoleCommand,
];

/** The typed command is the plain one at run time; only its type is another. */
function addCompletion(program: unknown): void {
  if (program instanceof PlainCommand) tab(program, { completionCommandName: 'completion' });
}

/** Every command ends by throwing, says nothing by itself, and shows the options of all. */
function prepare(command: CommandUnknownOpts, context: Context): void {
  command
    .exitOverride()
    .configureHelp({ helpWidth: HELP_COLUMNS, showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      // What is wrong is told once, in one line, at the end.
      writeErr: () => {},
    });
  for (const below of command.commands) prepare(below, context);
}

function exitCodeLines(): readonly string[] {
  return EXIT_MEANINGS.map(([code, meaning]) => `  ${String(code).padEnd(3)} ${meaning}`);
}

function versionText(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version }: { readonly version: string } = JSON.parse(readFileSync(file, 'utf8'));
  return version;
}
