import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

/** How a command ended. */
export interface CommandEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export interface RunningCommand {
  readonly child: ChildProcess;
  readonly end: Promise<CommandEnd>;
}

/** Starts `hashkey-orders` as a process of its own, without the shell's own settings. */
export function startCommand(
  words: readonly string[],
  options: {
    readonly stdin?: string;
    readonly environment?: Readonly<Record<string, string>>;
    readonly nodeOptions?: readonly string[];
  } = {},
): RunningCommand {
  const nodeOptions = ['--disable-warning=ExperimentalWarning', ...(options.nodeOptions ?? [])];
  const child = spawn(process.execPath, [...nodeOptions, MAIN, ...words], {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...options.environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(options.stdin ?? '');
  const end = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[code], stdout, stderr]): CommandEnd => ({ code, stdout, stderr }),
  );
  return { child, end };
}

/** Runs `hashkey-orders` to its end. */
export function runCommand(...given: Parameters<typeof startCommand>): Promise<CommandEnd> {
  return startCommand(...given).end;
}
