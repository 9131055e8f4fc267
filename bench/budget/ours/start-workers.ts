import type * as z from 'zod/mini';
import { type Child, NOTHING, startChild } from '../processes/child.ts';
import type { Place, Work } from '../work.ts';
import { BUDGETS_TABLE, ORDERS_TABLE } from './tables.ts';
import { reportSchema } from './worker-calls.ts';

const WORKER = new URL('worker.ts', import.meta.url);
/** Everything but a batch is done in a moment. */
const QUICK_MS = 20_000;

/** The parts of a worker's environment that the composition root reads. */
export function workerEnvironment(storeUrl: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: storeUrl,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    ORDERS_TABLE,
    RATE_BUDGETS_TABLE: BUDGETS_TABLE,
    POWERTOOLS_DEV: 'false',
  };
}

/** Starts one worker, connected to its exchange and its store. */
export async function startWorker(work: Work, place: Place, storeUrl: string): Promise<Child> {
  const child = await startChild(WORKER, workerEnvironment(storeUrl));
  const { accountId, exchangeUrl, keys } = place;
  const { inMemory = false, lanes, suspensionMs } = work;
  const ours = { lanes, inMemory, suspensionMs: ourClosingMs(suspensionMs) };
  const input = { accountId, exchangeUrl, keys, ...ours };
  for (const name of ['start', 'warmUp', 'restartCpu']) {
    await child.ask({ name, input, answer: NOTHING, withinMs: QUICK_MS });
  }
  return child;
}

/** Our gate stays closed a little longer than the exchange's; 0 leaves our own default. */
export function ourClosingMs(suspensionMs: number): number {
  const MARGIN_MS = 500;
  const REAL_MS = 60_000;
  return suspensionMs === 0 || suspensionMs === REAL_MS ? 0 : suspensionMs + MARGIN_MS;
}

/** Adds up what the workers used and counted. */
export async function reportOf(workers: readonly Child[]): Promise<z.infer<typeof reportSchema>> {
  const ask = { name: 'report', answer: reportSchema, withinMs: QUICK_MS };
  const reports = await Promise.all(workers.map((worker) => worker.ask(ask)));
  const counts: Record<string, number> = {};
  for (const [name, value] of reports.flatMap((report) => Object.entries(report.counts))) {
    counts[name] = (counts[name] ?? 0) + value;
  }
  return { cpuMs: reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0), counts };
}
