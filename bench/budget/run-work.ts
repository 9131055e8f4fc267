import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type Arrival, type Measured, measure } from './measure.ts';
import { startChild } from './processes/child.ts';
import type { Beside, Contender, Place, RunReport, Work } from './work.ts';

const EXCHANGE = new URL('processes/exchange-process.ts', import.meta.url);
const QUICK_MS = 20_000;
export const ORDERS_PER_SECOND = 10;
const ACCOUNT_ID = 'desk-1';

const startedSchema = z.object({ url: z.string(), adminUrl: z.string() });
const arrivalSchema = z.object({
  at: z.number(),
  key: z.string(),
  endpoint: z.string(),
  clientOrderId: z.optional(z.string()),
  status: z.optional(z.number()),
});
const statisticsSchema = z.object({
  total: z.object({
    duplicates: z.number(),
    status429: z.number(),
    largestOrdersInAnySecond: z.number(),
    largestQueriesInAnySecond: z.number(),
  }),
  arrivals: z.array(arrivalSchema),
});

/** One request of anybody, as the exchange noted it. */
export type NotedArrival = Arrival & { readonly endpoint: string };

/** Everything that is known of one run. */
export interface Run extends Measured {
  readonly contender: string;
  readonly work: Work;
  readonly report: RunReport;
  readonly arrivals: readonly NotedArrival[];
  readonly exchange: z.infer<typeof statisticsSchema>['total'];
  readonly cpuMsPerOrder: number;
  readonly budgetWritesPerOrder: number;
  readonly orderWritesPerOrder: number;
  readonly seconds: number;
}

/** Lets a contender do the work on an exchange of its own, and measures what arrived there. */
export async function runWork(contender: Contender, work: Work, beside?: Beside): Promise<Run> {
  const exchange = await startChild(EXCHANGE);
  try {
    const { profile, seed, suspensionMs } = work;
    const keys = Array.from({ length: work.keys }, (_, index) => keyPair(`${seed}/${index}`));
    const { latencyMs, jitterMs, tail } = profile;
    const ordersPerSecond = ORDERS_PER_SECOND;
    const common = { latencyMs, jitterMs, tail, seed, suspensionMs, ordersPerSecond };
    const input = { ...common, keys, accountId: ACCOUNT_ID, orders: work.orders };
    const ask = { name: 'start', input, answer: startedSchema, withinMs: QUICK_MS };
    const { url: exchangeUrl, adminUrl } = await exchange.ask(ask);
    const place: Place = { exchangeUrl, adminUrl, accountId: ACCOUNT_ID, keys };

    const startedMs = performance.now();
    const report = await contender.run(work, place, beside);
    const seconds = (performance.now() - startedMs) / 1_000;
    const statistics = await readStatistics(adminUrl);
    return { contender: contender.name, work, report, seconds, ...figures(report, statistics) };
  } finally {
    await exchange.stop();
  }
}

function figures(report: RunReport, statistics: z.infer<typeof statisticsSchema>) {
  const { arrivals } = statistics;
  const creates = arrivals.filter(({ endpoint }) => endpoint === 'create');
  const measured = measure(creates, report.sends, ORDERS_PER_SECOND);
  const perOrder = (total: number) => total / Math.max(1, measured.accepted);
  return {
    ...measured,
    arrivals,
    exchange: statistics.total,
    cpuMsPerOrder: perOrder(report.cpuMs),
    budgetWritesPerOrder: perOrder(writesOf(report, ({ table }) => table !== 'orders')),
    orderWritesPerOrder: perOrder(writesOf(report, ({ table }) => table === 'orders')),
  };
}

function writesOf(report: RunReport, counts: (call: { table: string }) => boolean): number {
  return Object.entries(report.storeCalls)
    .map(([name, calls]) => {
      const [operation = '', table = ''] = name.split(' ');
      return /^(?:Put|Update|Delete|Transact)/.test(operation) && counts({ table }) ? calls : 0;
    })
    .reduce((sum, calls) => sum + calls, 0);
}

async function readStatistics(adminUrl: string): Promise<z.infer<typeof statisticsSchema>> {
  const answer = await fetch(`${adminUrl}/admin/statistics`, {
    signal: AbortSignal.timeout(QUICK_MS),
  });
  return z.parse(statisticsSchema, await answer.json());
}

/** Orders the exchange to misbehave. */
export async function addFault(adminUrl: string, rule: unknown): Promise<void> {
  const answer = await fetch(`${adminUrl}/admin/rules`, {
    method: 'POST',
    body: JSON.stringify(rule),
    headers: { 'content-type': 'application/json' },
    signal: AbortSignal.timeout(QUICK_MS),
  });
  if (!answer.ok) throw new Error(`The exchange refused a fault rule: ${await answer.text()}`);
}

/** Keys of the simulator alone: nothing secret about them. */
function keyPair(name: string) {
  const hex = (text: string) => createHash('sha256').update(text).digest('hex');
  return { apiKey: hex(`key ${name}`), apiSecret: hex(`secret ${name}`) };
}
