import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import * as z from 'zod/mini';
import type { Context } from '../command-line/context.ts';
import { errorCode } from '../command-line/error-code.ts';
import { CommandFailure, EXIT, wrongInput } from '../command-line/exit-codes.ts';

/** A key as a person gives it. Never printed, never an argument. */
export interface GivenKey {
  readonly apiKey: string;
  readonly apiSecret: string;
}

const FILE_CHARACTERS_MAX = 4_096;
const keySchema = z.strictObject({ apiKey: z.string(), apiSecret: z.string() });

/**
 * Gets a key from a file, from stdin (`-`), or from a prompt that shows nothing.
 *
 * @throws CommandFailure; the message never holds what was read
 */
export async function readKey(
  { stdin, stderr }: Pick<Context, 'stdin' | 'stderr'>,
  keyFile: string | undefined,
): Promise<GivenKey> {
  if (keyFile === undefined && stdin.isTTY !== true) {
    throw wrongInput(
      'There is no terminal to ask for the key: give --key-file FILE, or --key-file - and {"apiKey": "…", "apiSecret": "…"} on stdin.',
    );
  }
  if (keyFile === undefined) return prompted(stderr);
  const source = keyFile === '-' ? 'stdin' : keyFile;
  const text = keyFile === '-' ? await textOf(stdin) : textIn(keyFile);
  const parsed = keySchema.safeParse(jsonOf(text.slice(0, FILE_CHARACTERS_MAX)));
  if (parsed.success) return parsed.data;
  throw wrongInput(`${source} must be {"apiKey": "…", "apiSecret": "…"} and nothing else.`);
}

async function prompted(stderr: Context['stderr']): Promise<GivenKey> {
  const { read } = await import('read');
  stderr.write('What you type is not shown.\n');
  try {
    const apiKey = await read({ prompt: 'API key: ', silent: true });
    const apiSecret = await read({ prompt: 'API secret: ', silent: true });
    return { apiKey: apiKey.trim(), apiSecret: apiSecret.trim() };
  } catch {
    // Ended by Ctrl-C or Ctrl-D: there is nothing to go on with.
    throw new CommandFailure(EXIT.interrupted, 'No key was given; nothing was written.');
  }
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = errorCode(error);
    const exitCode = code === 'ENOENT' ? EXIT.notFound : EXIT.usage;
    throw new CommandFailure(exitCode, `--key-file ${file} cannot be read (${code}).`);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
