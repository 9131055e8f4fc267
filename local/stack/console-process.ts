import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';

/** The console beside the local stack, in a process of its own. */
export interface ConsoleProcess {
  readonly url: string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL('../../console/main.ts', import.meta.url));
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning'];
/** Then it is killed: it holds nothing that could be lost. */
const STOP_GRACE_MS = 3_000;

const readySchema = z.object({ url: z.string() });

/**
 * Starts the console for a running stack. It ends by itself when this process is gone.
 *
 * @param port - undefined starts none
 * @throws Error in one line when it does not start
 */
export async function startConsoleProcess(
  { apiUrl, awsUrl }: { readonly apiUrl: string; readonly awsUrl: string },
  port: number | undefined,
): Promise<ConsoleProcess | undefined> {
  if (port === undefined) return undefined;
  const child = fork(PROGRAM, ['--url', apiUrl, '--aws-endpoint', awsUrl, '--port', String(port)], {
    execArgv: NODE_OPTIONS,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString('utf8')}`.slice(-2_000);
  });
  const ended = once(child, 'exit');
  const told = once(child, 'message').then(([message]) => readySchema.parse(message));
  const ready = await Promise.race([told, ended.then(() => undefined)]);
  if (ready === undefined) {
    const [why = 'no reason was given'] = errors.trim().split('\n');
    throw new Error(`The console did not start: ${why} Leave it out with --no-console.`);
  }
  return {
    url: ready.url,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
      // Ctrl-C reaches it as well, so it may have ended before.
      child.kill('SIGTERM');
      await ended;
      clearTimeout(timer);
    },
  };
}
