import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import memory from '../../cli/import-memory.json' with { type: 'json' };
import { OrdersClient } from '../../client/index.ts';
import { type RunningCommand, startCommand } from '../../test/support/run-command.ts';
import { startRunningStack } from '../../test/support/running-stack.ts';

const HELP = `Imports a file on a local stack of its own, kills the import in the middle, runs it again, and
compares what the service has with the file.

Usage: npm run bench:import -- [--rows 10000] [--concurrency 16]

Exit code 0 when every row is exactly one order and no run took 200 MB or more.`;

const MEMORY_MAX_MB = 200;
const LOOK_EVERY_MS = 50;
const KIB_PER_MB = 1_024;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '16' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(`${HELP}\n`);
else process.exitCode = await bench(Number(values.rows), values.concurrency);

async function bench(rows: number, concurrency: string): Promise<number> {
  const file = join(mkdtempSync(join(tmpdir(), 'bench-import-')), 'orders.csv');
  writeFileSync(file, csvOf(rows));
  const running = await startRunningStack({ accounts: 1 });
  try {
    const { apiUrl } = running.stack;
    const words = ['import', file, '--account', 'desk-1', '--valid-for', '12h', '--json'];
    const at = ['--url', apiUrl, '--aws-endpoint', running.stack.awsUrl];
    const start = () =>
      startCommand([...words, '--concurrency', concurrency, ...at], { nodeOptions: memory });

    const killed = await measured(start(), () => linesOf(`${file}.import.jsonl`) > rows / 2);
    const before = linesOf(`${file}.import.jsonl`) - 1;
    const resumed = await measured(start(), () => false);
    say(`killed after ${before} rows, ${killed.seconds} s, peak ${killed.peakMb} MB`);
    say(`resumed: ${resumed.stdout.replaceAll(/\s+/g, ' ').replace(file, 'FILE')}`);
    say(`resumed in ${resumed.seconds} s, peak ${resumed.peakMb} MB`);

    const found = await idsOf(apiUrl);
    const wanted = new Set(Array.from({ length: rows }, (_, row) => `row-${row}`));
    const missing = [...wanted].filter((id) => !found.has(id)).length;
    const extra = [...found.keys()].filter((id) => !wanted.has(id)).length;
    const { duplicates } = running.desk.simulator.admin.statistics().total;
    say(
      `${found.size} orders for ${rows} rows: ${missing} missing, ${extra} extra, ${duplicates} duplicates at the exchange`,
    );
    const isExact = missing === 0 && extra === 0 && duplicates === 0;
    const isSmall = Math.max(killed.peakMb, resumed.peakMb) < MEMORY_MAX_MB;
    say(isExact && isSmall && resumed.code === 0 ? 'as expected' : 'NOT as expected');
    return isExact && isSmall && resumed.code === 0 ? 0 : 1;
  } finally {
    await running.stop();
  }
}

/** Runs a command to its end, or kills it as soon as it is time, and watches its memory. */
async function measured({ child, end }: RunningCommand, isTime: () => boolean) {
  const startedMs = performance.now();
  let isOver = false;
  void end.then(() => {
    isOver = true;
  });
  let peakMb = 0;
  while (!isOver) {
    peakMb = Math.max(peakMb, peakMbOf(child.pid));
    if (isTime()) child.kill('SIGKILL');
    await sleep(LOOK_EVERY_MS);
  }
  const seconds = Math.round((performance.now() - startedMs) / 100) / 10;
  return { ...(await end), seconds, peakMb: Math.round(peakMb) };
}

/** The system keeps the peak itself; the last look before the end is as good as all. */
function peakMbOf(pid: number | undefined): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kib ?? 0) / KIB_PER_MB;
  } catch {
    // It has ended between two looks.
    return 0;
  }
}

function csvOf(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const side = row % 2 === 0 ? 'BUY' : 'SELL';
    const symbol = ['BTCUSD', 'ETHUSD', 'SOLUSD'][row % 3];
    return `row-${row},${symbol},${side},MARKET,0.01`;
  });
  return `clientOrderId,symbol,side,type,quantity\n${lines.join('\n')}\n`;
}

/** Every order of the account, and how often the list had it. */
async function idsOf(baseUrl: string): Promise<ReadonlyMap<string, number>> {
  const client = new OrdersClient({ baseUrl, auth: { kind: 'none' } });
  const ids = new Map<string, number>();
  for await (const { clientOrderId } of client.all({ accountId: 'desk-1', limit: 100 })) {
    ids.set(clientOrderId, (ids.get(clientOrderId) ?? 0) + 1);
  }
  return ids;
}

function linesOf(path: string): number {
  try {
    return readFileSync(path, 'utf8').split('\n').length - 1;
  } catch {
    // Not begun yet.
    return 0;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
