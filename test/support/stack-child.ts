import { readFileSync } from 'node:fs';
import { type StartOptions, startStack } from '../../local/stack/start-stack.ts';

/**
 * Runs the local stack as a process of its own, so that a test can kill it with everything it has
 * started. Its one argument is a file with the options as JSON.
 */
const options: Omit<StartOptions, 'log'> = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));

try {
  const stack = await startStack({
    ...options,
    log: (line) => process.stderr.write(`${line}\n`),
  });
  const { apiUrl, awsUrl, exchangeUrls } = stack;
  process.stdout.write(`${JSON.stringify({ apiUrl, awsUrl, exchangeUrls })}\n`);
  process.once('SIGTERM', () => void stack.stop());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
