import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { StartOptions } from '../../local/stack/start-stack.ts';

/** A local stack in a process group of its own. */
export interface StackProcess {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly pid: number;
  /** Kills the whole process tree with SIGKILL, as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const CHILD = fileURLToPath(new URL('./stack-child.ts', import.meta.url));

/** Starts the stack and waits until it takes requests. */
export async function startStackProcess(options: Omit<StartOptions, 'log'>): Promise<StackProcess> {
  const file = join(options.dataDirectory, 'options.json');
  writeFileSync(file, JSON.stringify(options));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, file], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const errors: string[] = [];
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk.toString('utf8')));
  const { apiUrl, awsUrl } = JSON.parse(await firstLine(child, errors));
  const { pid } = child;
  if (pid === undefined) throw new Error('the stack has no process id');
  return {
    apiUrl,
    awsUrl,
    pid,
    async kill() {
      process.kill(-pid, 'SIGKILL');
      await exited(child);
    },
    async stop() {
      child.kill('SIGTERM');
      await exited(child);
    },
  };
}

async function firstLine(child: ChildProcess, errors: readonly string[]): Promise<string> {
  if (child.stdout === null) throw new Error('the stack has no output');
  const lines = createInterface({ input: child.stdout });
  const ended = new AbortController();
  child.once('exit', () => ended.abort());
  try {
    const [line] = await once(lines, 'line', { signal: ended.signal });
    return String(line);
  } catch (error) {
    throw new Error(`the stack did not start: ${errors.join('')}`, { cause: error });
  }
}

async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await once(child, 'exit');
}
