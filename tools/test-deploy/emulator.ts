import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The emulator and its version; docs/decisions/0043 says why this one. */
export const EMULATOR = 'ministack==1.5.33';
/** Twelve digits as the access key choose the account there. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
/** Counts only where signatures are checked. */
export const SECRET_KEY = 'emulated';

const INSTALL_TIMEOUT_MS = 300_000;
const START_TIMEOUT_MS = 60_000;
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/order-service/', import.meta.url));

/** The emulator cannot be had here. The message says why; nothing is wrong with the project. */
export class NoEmulatorError extends Error {
  override readonly name = 'NoEmulatorError';
}

/** A running emulator of AWS. */
export interface Emulator {
  readonly url: string;
  readonly port: number;
  /** Settings with which the AWS SDK and the CDK talk to it, and to nobody else. */
  readonly environment: Readonly<Record<string, string>>;
  /** Everything that it and the functions in it have said. */
  readonly logFile: string;
  stop(): Promise<void>;
}

/**
 * Starts the emulator on loopback, with nothing in it. It is installed once into a virtual
 * environment of its own.
 *
 * @param checksSignatures - whether it refuses what is not signed with `SECRET_KEY`. It then judges
 *   policies, too, and takes nothing that has to come encrypted: no stage can be deployed
 * @throws NoEmulatorError when there is no Python, or no way to install it
 */
export async function startEmulator({
  checksSignatures = false,
}: {
  readonly checksSignatures?: boolean;
} = {}): Promise<Emulator> {
  const program = install();
  const directory = mkdtempSync(join(tmpdir(), 'order-service-deploy-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(directory, 'emulator.log');
  const log = openSync(logFile, 'w');
  const child = spawn(program, [], {
    cwd: directory,
    // In a group of its own, so that the functions' processes end with it.
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      // Functions run on the Node that runs this, which is the one that Lambda has.
      PATH: [dirname(process.execPath), process.env.PATH ?? ''].join(delimiter),
      HOME: directory,
      TMPDIR: directory,
      BIND_HOST: '127.0.0.1',
      MINISTACK_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      AWS_ACCESS_KEY_ID: ACCOUNT_ID,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
      AUTH: String(checksSignatures),
    },
  });
  const stop = () => end(child);
  try {
    await answering(url, child);
  } catch (error) {
    await stop();
    throw error;
  }
  const environment = {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: ACCOUNT_ID,
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  return { url, port, environment, logFile, stop };
}

/** @returns the path of the emulator's program */
function install(): string {
  const directory = join(CACHE, EMULATOR.replace('==', '-'));
  const program = join(directory, 'bin', 'ministack');
  if (canStart(program)) return program;
  mkdirSync(CACHE, { recursive: true });
  // Made aside: a half-made environment must not look complete. Its paths are inside, so the
  // final place is made by the tool itself and only the mark of success comes last.
  rmSync(directory, { recursive: true, force: true });
  run('python3', ['-m', 'venv', directory], 'there is no python3 with its module venv');
  const pip = join(directory, 'bin', 'pip');
  const marked = `${program}.unfinished`;
  run(pip, ['install', '--quiet', EMULATOR], `${EMULATOR} cannot be installed`);
  renameSync(program, marked);
  renameSync(marked, program);
  return program;
}

/** A program of a virtual environment names its interpreter by its path: one that moved is dead. */
function canStart(program: string): boolean {
  if (!existsSync(program)) return false;
  const [firstLine = ''] = readFileSync(program, 'utf8').split('\n');
  return existsSync(firstLine.replace(/^#!/, ''));
}

function run(program: string, args: readonly string[], problem: string): void {
  const { status, stderr, error } = spawnSync(program, [...args], {
    encoding: 'utf8',
    timeout: INSTALL_TIMEOUT_MS,
  });
  if (status === 0) return;
  const why = error?.message ?? stderr.trim().split('\n').at(-1) ?? '';
  throw new NoEmulatorError(`${problem} (${why})`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closed = once(server, 'close');
  server.close();
  await closed;
  if (address === null || typeof address === 'string') throw new Error('No port is free.');
  return address.port;
}

async function answering(url: string, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < giveUpAt) {
    if (child.exitCode !== null) throw new Error(`The emulator ended with ${child.exitCode}.`);
    const answer = await fetch(`${url}/_ministack/health`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  throw new Error(`The emulator does not answer after ${START_TIMEOUT_MS} ms.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, 'exit');
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
    return;
  }
  await ended;
}
