import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandEnd } from './run-command.ts';

/** No block of a document takes longer; one that does is killed, and what it printed is shown. */
const TYPED_MS_MAX = 100_000;

/** How typed commands ended. */
export interface TypedEnd extends CommandEnd {
  /** Each command that failed, after its exit code. */
  readonly failures: readonly string[];
}

/** Where the parts of a stack are that runs for a test. */
export interface Addresses {
  readonly apiUrl: string;
  readonly awsUrl: string;
  readonly exchangeUrl: string;
}

/** Reads a document of the project. */
export function readDocument(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
}

/**
 * Gives every `sh` block of a document by its name: the heading that it stands under, and from the
 * second one there a number, as in `Go live (2)`. Commands of the service that stand in a sentence
 * are named by themselves.
 */
export function commandsIn(document: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  let heading = '';
  let count = 0;
  const parts = document.matchAll(
    /^#+ (.+)$|^( *)```(\w*)\n([\s\S]*?)^ *```$|`(npx hashkey-orders [^`\n]+)`/gm,
  );
  for (const [, title, indent = '', language, script, inline] of parts) {
    if (inline !== undefined) found.set(inline, inline);
    if (title !== undefined) {
      heading = title;
      count = 0;
    }
    if (language !== 'sh' || script === undefined) continue;
    count += 1;
    const name = count === 1 ? heading : `${heading} (${count})`;
    found.set(name, script.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
  }
  return found;
}

/**
 * Runs commands as a person's shell does who stands in the project's folder, with another stack in
 * place of the usual one. As there, the next command is typed also when one fails.
 */
export async function typeCommands(script: string, at: Addresses): Promise<TypedEnd> {
  const noted = `trap 'echo "$? $BASH_COMMAND" >&3' ERR\n`;
  const child = spawn('bash', ['-c', noted + redirected(script, at)], {
    cwd: new URL('../..', import.meta.url),
    env: personsEnvironment(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const { pid } = child;
  const tooLong = setTimeout(
    () => pid !== undefined && process.kill(-pid, 'SIGKILL'),
    TYPED_MS_MAX,
  );
  const { stdout: out, stderr: err } = child;
  const failed = child.stdio[3];
  if (out === null || err === null || !(failed instanceof Readable)) {
    throw new TypeError('the shell lacks a stream');
  }
  const [[code], stdout, stderr, failures] = await Promise.all([
    once(child, 'close'),
    text(out),
    text(err),
    text(failed),
  ]);
  clearTimeout(tooLong);
  return { code, stdout, stderr, failures: failures.split('\n').filter((line) => line !== '') };
}

/** What a shell has that no npm script has changed: its own Node, and no settings of npm. */
export function personsEnvironment(): Record<string, string> {
  const path = (process.env.PATH ?? '').split(':').filter((one) => !one.includes('node_modules'));
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(?:npm_|NODE_|HASHKEY_ORDERS_|AWS_)/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), PATH: path.join(':'), npm_config_loglevel: 'error' };
}

function redirected(script: string, { apiUrl, awsUrl, exchangeUrl }: Addresses): string {
  return script
    .replaceAll(
      'npx hashkey-orders ',
      `npx hashkey-orders --url ${apiUrl} --aws-endpoint ${awsUrl} `,
    )
    .replaceAll('http://127.0.0.1:8080', apiUrl)
    .replaceAll('http://127.0.0.1:4566', awsUrl)
    .replaceAll('http://127.0.0.1:8090', exchangeUrl);
}
