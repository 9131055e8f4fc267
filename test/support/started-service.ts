import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Addresses, personsEnvironment } from './documented-commands.ts';

/** What `npm start` serves, on free ports and with a data directory of its own. */
export interface StartedService extends Addresses {
  readonly consoleUrl: string;
  readonly dataDirectory: string;
  stop(): Promise<void>;
}

const FREE_PORTS = ['--port', '--aws-port', '--exchange-port', '--console-port'].flatMap((port) => [
  port,
  '0',
]);

/** Types `npm start` as README says, and waits until it prints `ready`. */
export async function startService(options: readonly string[] = []): Promise<StartedService> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'order-service-started-'));
  const words = ['start', '--', '--data-dir', dataDirectory, ...FREE_PORTS, ...options];
  // A group of its own: npm, its shell and the service end together.
  const child = spawn('npm', words, {
    cwd: new URL('../..', import.meta.url),
    env: personsEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = await printedUntilReady(child);
  const addressOf = (name: string) => {
    const found = new RegExp(`^${name} +(http\\S+)`, 'm').exec(printed)?.[1];
    if (found === undefined) throw new Error(`npm start printed no address of ${name}: ${printed}`);
    return found;
  };
  return {
    apiUrl: addressOf('API'),
    awsUrl: addressOf('AWS'),
    exchangeUrl: addressOf('exchange'),
    consoleUrl: addressOf('console'),
    dataDirectory,
    stop: () => ended(child),
  };
}

async function printedUntilReady(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('npm start has no output');
  let errors = '';
  stderr.on('data', (chunk: Buffer) => {
    errors = `${errors}${chunk.toString('utf8')}`.slice(-4_000);
  });
  let printed = '';
  for await (const line of createInterface({ input: stdout })) {
    printed += `${line}\n`;
    if (line === 'ready') {
      stdout.resume();
      return printed;
    }
  }
  throw new Error(`npm start ended before it was ready: ${printed}${errors}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exit = once(child, 'exit');
  process.kill(-child.pid, 'SIGTERM');
  await exit;
}
