import { enableCompileCache } from 'node:module';
import { EXIT } from './command-line/exit-codes.ts';

// Reading and stripping the sources takes half of a short command's time: once is enough.
enableCompileCache();
const { systemClock } = await import('../lib/adapters/system/clock.ts');
const { runCommandLine } = await import('./run-command-line.ts');

const stop = new AbortController();
/** The first Ctrl-C ends what runs in good order, the second one at once. */
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(EXIT.interrupted);
    stop.abort();
  });
}
// Whoever started us was killed; nobody else would end what runs here.
process.once('disconnect', () => stop.abort());
process.channel?.unref();
// Whoever reads our output may stop doing so: `hashkey-orders list … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT.ok);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  environment: process.env,
  clock: systemClock,
  signal: stop.signal,
});
