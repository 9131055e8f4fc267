import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** An example of the client in a process of its own. */
export interface RunningExample {
  /** Gives what it printed, once it has printed so many lines. */
  lines(count: number): Promise<readonly string[]>;
  /** Gives its exit code, once it has ended. */
  ended(): Promise<number | null>;
  stop(): void;
}

/** Runs `client/examples/NAME.ts` as a person would. */
export function runExample(
  name: string,
  options: { readonly args?: readonly string[]; readonly env: Readonly<Record<string, string>> },
): RunningExample {
  const file = `client/examples/${name}.ts`;
  const args = ['--disable-warning=ExperimentalWarning', file, ...(options.args ?? [])];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => printed.push(line));
  const exit = once(child, 'exit');
  return {
    async lines(count) {
      while (printed.length < count && child.exitCode === null) {
        await Promise.race([once(reader, 'line'), exit]);
      }
      return printed;
    },
    async ended() {
      await exit;
      return child.exitCode;
    },
    stop: () => child.kill(),
  };
}
