import * as z from 'zod/mini';
import { planOrders } from './order-plan.ts';
import { type Child, NOTHING, startChild } from './processes/child.ts';
import type { Place, RunReport, Work } from './work.ts';

const PEER = new URL('../peers/peer-process.mjs', import.meta.url);
const STORE = new URL('processes/store-process.ts', import.meta.url);
const START_WITHIN_MS = 60_000;
/** A process may be late by so much with its report after a run. */
const REPORT_MS = 10_000;

const reportSchema = z.object({
  sends: z.array(
    z.object({
      clientOrderId: z.string(),
      lane: z.string(),
      handedAt: z.number(),
      sentAt: z.number(),
    }),
  ),
  cpuMs: z.number(),
});
const storeSchema = z.object({ url: z.string() });
const countsSchema = z.record(z.string(), z.number());

/** Sends the work through a library, its orders dealt out to the processes in turn. */
export async function runPeer(
  library: string,
  work: Work,
  place: Place,
  options: { readonly usesStore: boolean },
): Promise<RunReport> {
  const running: Child[] = [];
  try {
    const store = options.usesStore ? await startChild(STORE) : undefined;
    if (store !== undefined) running.push(store);
    const opened = await store?.ask({ name: 'start', answer: storeSchema, withinMs: 20_000 });
    const { exchangeUrl, keys } = place;
    const input = { library, exchangeUrl, storeUrl: opened?.url, keys };
    const peers: Child[] = [];
    for (let index = 0; index < work.processes; index += 1) {
      const peer = await startChild(PEER);
      running.push(peer);
      peers.push(peer);
      await peer.ask({ name: 'start', input, answer: NOTHING, withinMs: START_WITHIN_MS });
    }
    await store?.ask({ name: 'forgetCounts', answer: NOTHING, withinMs: 20_000 });
    const reports = await Promise.all(peers.map((peer, index) => runOne(peer, index, work)));
    const storeCalls = await store?.ask({ name: 'counts', answer: countsSchema, withinMs: 20_000 });
    return {
      sends: reports.flatMap(({ sends }, index) =>
        sends.map((send) => ({ ...send, lane: `${index}/${send.lane}` })),
      ),
      cpuMs: reports.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      storeCalls: storeCalls ?? {},
      gateClosedAt: [],
      notes: {},
    };
  } finally {
    await Promise.all(running.map((child) => child.stop()));
  }
}

function runOne(peer: Child, process: number, work: Work): Promise<z.infer<typeof reportSchema>> {
  const own = planOrders(work)
    .filter((_, index) => index % work.processes === process)
    .map(({ clientOrderId, afterMs }, index) => ({
      clientOrderId,
      afterMs,
      key: index % work.keys,
    }));
  const input = { orders: own, withinMs: work.withinMs };
  return peer.ask({
    name: 'run',
    input,
    answer: reportSchema,
    withinMs: work.withinMs + REPORT_MS,
  });
}
