import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import * as z from 'zod/mini';

/** How long a process may take to start and to load its modules; ccxt alone takes two seconds. */
const START_WITHIN_MS = 60_000;
/** How long a process may take to end by itself before it is killed. */
const END_WITHIN_MS = 3_000;

/** A process of a run, asked by name. Its own side is `answer-calls.ts`. */
export interface Child {
  /** Asks and checks the answer; rejects when it fails, is late, or the process ends. */
  ask<Answer>(question: Question<Answer>): Promise<Answer>;
  /** Ends the process, by force when it does not go. */
  stop(): Promise<void>;
}

export interface Question<Answer> {
  readonly name: string;
  readonly input?: unknown;
  readonly answer: z.ZodMiniType<Answer>;
  readonly withinMs: number;
}

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

const replySchema = z.object({
  id: z.number(),
  result: z.optional(z.unknown()),
  error: z.optional(z.string()),
});

/** An answer that says nothing. */
export const NOTHING = z.unknown();

/** Starts a module of the benchmark in a process of its own and waits until it is ready. */
export async function startChild(
  module: URL,
  environment: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = fork(module, {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const asked = createAsker(child, module.pathname.split('/').at(-1) ?? '');
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const killer = setTimeout(() => child.kill('SIGKILL'), END_WITHIN_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(killer);
  };
  await asked.ask({ name: 'ready', answer: NOTHING, withinMs: START_WITHIN_MS });
  return { ask: asked.ask, stop };
}

function createAsker(child: ChildProcess, name: string): Pick<Child, 'ask'> {
  const waiting = new Map<number, Waiting>();
  let asked = 0;
  let ended: Error | undefined;

  child.on('message', (message) => {
    const { id, result, error } = z.parse(replySchema, message);
    const one = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) one?.resolve(result);
    else one?.reject(new Error(`${name}: ${error}`));
  });
  child.on('exit', (code, signal) => {
    ended = new Error(`${name} ended (${signal ?? code}).`);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  });

  return {
    ask({ name: call, input, answer, withinMs }) {
      if (ended !== undefined) return Promise.reject(ended);
      asked += 1;
      const id = asked;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(id, { resolve, reject });
      const timer = setTimeout(() => {
        waiting.delete(id);
        reject(new Error(`${name} did not answer "${call}" within ${withinMs} ms.`));
      }, withinMs);
      child.send({ id, call, input });
      return promise.finally(() => clearTimeout(timer)).then((result) => z.parse(answer, result));
    },
  };
}
