import { HELP, OptionError, readOptions } from './options.ts';
import { startConsole } from './server/start-console.ts';

/**
 * Runs the console in the foreground. Started by another program with a channel to it, it tells
 * its address there and ends with it.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(`${HELP}\n`);
    return;
  }
  const running = await startConsole(options);
  if (process.send === undefined) process.stdout.write(`console   ${running.url}\n`);
  else process.send({ url: running.url });
  await ended();
  await running.close();
  if (process.connected) process.disconnect();
}

/** Resolves when a person, the system or the parent's end asks the process to stop. */
function ended(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  process.once('disconnect', () => resolve());
  return promise;
}

try {
  await main();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof OptionError ? 2 : 1;
}
