import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { CommandEnd } from './run-command.ts';

/** One block of commands as a document shows it. */
export interface CommandBlock {
  /** The heading that it stands under. */
  readonly heading: string;
  /** Its commands, without the indent of a list. */
  readonly script: string;
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

/** Gives every `sh` block of a document, in order. */
export function commandBlocks(document: string): readonly CommandBlock[] {
  let heading = '';
  const parts = [...document.matchAll(/^#+ (.+)$|^( *)```sh\n([\s\S]*?)^ *```$/gm)];
  return parts.flatMap(([, title, indent = '', script]) => {
    if (title !== undefined) heading = title;
    if (script === undefined) return [];
    return [{ heading, script: script.replaceAll(new RegExp(`^${indent}`, 'gm'), '') }];
  });
}

/**
 * Runs commands as a person's shell does who stands in the project's folder, with another stack in
 * place of the usual one. The first command that fails ends it.
 */
export async function typeCommands(script: string, at: Addresses): Promise<CommandEnd> {
  const child = spawn('bash', ['-c', `set -e\n${redirected(script, at)}`], {
    cwd: new URL('../..', import.meta.url),
    env: personsEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
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
