import { parseArgs } from 'node:util';
import { UnknownStageError } from '../../infra/stages.ts';
import { ConfigurationError } from '../../lib/application/ports.ts';
import { COMMANDS, UsageError } from './commands.ts';
import { connect } from './connect.ts';

const MISTAKES = [UsageError, UnknownStageError, ConfigurationError];

function help(): string {
  const rows = Object.values(COMMANDS).map(({ usage, does }) => `  ${usage.padEnd(46)} ${does}`);
  return `What only a person may do to the service. See docs/runbook.md.

Usage: npm run operate -- --stage NAME COMMAND [options]

${rows.join('\n')}

  --stage NAME     local, development, sandbox or production
  --help           this text

Uses the AWS credentials and the region of your shell. For the local stack set AWS_ENDPOINT_URL.
Commands with --apply only say what they would do without it.`;
}

async function main(): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      apply: { type: 'boolean', default: false },
      reason: { type: 'string' },
      out: { type: 'string' },
      'stopped-at': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const [name, subject, ...more] = positionals;
  if (values.help || name === undefined) {
    say(help());
    return;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || more.length > 0) {
    throw new UsageError(`${positionals.join(' ')}: no such command; see --help.`);
  }
  const { apply, reason, out, 'stopped-at': stoppedAt } = values;
  const given = { subject, apply, reason, out, stoppedAt };
  await command.run(await connect(values.stage, say), given, say);
}

try {
  await main();
} catch (error) {
  const isMistake = MISTAKES.some((kind) => error instanceof kind);
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  process.stderr.write(`${isMistake && error instanceof Error ? error.message : text}\n`);
  process.exitCode = 1;
}
