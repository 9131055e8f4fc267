import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Simulator, startSimulator } from '../simulator/start.ts';

/** The local stack as `npm start` runs it, against an exchange of this process. */
export interface StackRun {
  readonly apiUrl: string;
  readonly simulator: Simulator;
  readonly accountId: string;
  /** Resident memory of the stack and everything it started, in MiB. */
  residentMiB(): number;
  stop(): Promise<void>;
}

const ACCOUNT_ID = 'desk-1';

/** Starts both and waits until the stack takes requests. */
export async function startStackRun(exchange: {
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly seed: number;
}): Promise<StackRun> {
  const key = {
    apiKey: randomBytes(16).toString('hex'),
    apiSecret: randomBytes(16).toString('hex'),
  };
  const simulator = await startSimulator({
    port: 0,
    site: 'HK',
    accounts: { [ACCOUNT_ID]: { site: 'HK', keys: [key] } },
    ...exchange,
  });
  const directory = mkdtempSync(join(tmpdir(), 'order-service-bench-'));
  const file = join(directory, 'accounts.json');
  const account = { site: 'HK', environment: 'sandbox', keys: [key] };
  writeFileSync(file, JSON.stringify({ accounts: { [ACCOUNT_ID]: account } }));
  const args = ['--port', '0', '--aws-port', '0', '--no-console'];
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      'local/main.ts',
      ...args,
      '--data-dir',
      join(directory, 'data'),
      '--accounts',
      file,
      '--exchange-url',
      simulator.url,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const apiUrl = await readyAt(child);
  return {
    apiUrl,
    simulator,
    accountId: ACCOUNT_ID,
    residentMiB: () => residentMiB(child.pid ?? 0),
    async stop() {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await simulator.stop();
    },
  };
}

async function readyAt(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the stack has no output');
  let apiUrl = '';
  for await (const line of createInterface({ input: child.stdout })) {
    apiUrl = /^API\s+(\S+)/.exec(line)?.[1] ?? apiUrl;
    if (line === 'ready') return apiUrl;
  }
  throw new Error('the stack did not start');
}

/** Sums a process and its descendants, from the system's own tables (Linux only). */
function residentMiB(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const own = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (
    Number(own ?? '0') / 1_024 +
    children
      .split(' ')
      .filter((child) => child !== '')
      .reduce((sum, child) => sum + residentMiB(Number(child)), 0)
  );
}
