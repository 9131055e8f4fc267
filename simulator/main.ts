import { AccountsFileError } from './accounts-file.ts';
import { helpText, readCommandLine } from './command-line.ts';
import { readError } from './error-text.ts';
import { UsageError } from './option-table.ts';
import { startSimulator } from './start.ts';
import { StateFileError } from './storage/sqlite-store.ts';

async function main(): Promise<void> {
  const options = readCommandLine(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(helpText());
    return;
  }
  const log = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const simulator = await startSimulator({ ...options, log });
  process.stdout.write(`HashKey simulator ready on ${simulator.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void simulator.stop());
  }
}

/** What a person can put right is said in one line; anything else keeps its stack. */
function explain(error: unknown): string {
  const known =
    error instanceof UsageError ||
    error instanceof AccountsFileError ||
    error instanceof StateFileError;
  if (known) return error.message;
  const { code, message } = readError(error);
  const port =
    error instanceof Error && 'port' in error ? `Port ${String(error.port)}` : 'The port';
  if (code === 'EADDRINUSE') return `${port} is in use: choose another with --port.`;
  if (code === 'EACCES') return `${port} may not be used: choose one above 1023.`;
  return error instanceof Error ? (error.stack ?? message) : message;
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
}
