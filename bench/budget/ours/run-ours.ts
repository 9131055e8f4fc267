import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { planOrders } from '../order-plan.ts';
import { type Child, NOTHING, startChild } from '../processes/child.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Beside, Companion, Place, PlannedOrder, RunReport, Work } from '../work.ts';
import { driveWorkers } from './drive-workers.ts';
import { createFeed } from './feed.ts';
import { createIntake, forAll } from './intake.ts';
import { reportOf, startWorker } from './start-workers.ts';

const STORE = new URL('../processes/store-process.ts', import.meta.url);
const STORE_ANSWER = z.object({ directUrl: z.string(), url: z.string() });
const COUNTS = z.record(z.string(), z.number());
const QUICK_MS = 20_000;
/** Orders stored or read at once, before and after a run. */
const AT_ONCE = 16;

/**
 * Sends the work as the order service does: orders received by the use case of intake and stored,
 * then in batches through workers that are the submitting function. Both tables are in dynalite.
 */
export async function runOurs(work: Work, place: Place, beside?: Beside): Promise<RunReport> {
  const running: Child[] = [];
  try {
    const store = await startChild(STORE);
    running.push(store);
    const urls = await store.ask({ name: 'start', answer: STORE_ANSWER, withinMs: QUICK_MS });
    const start = () => startWorker(work, place, urls.url);
    const workers = await Promise.all(Array.from({ length: work.processes }, start));
    running.push(...workers);
    return await runWith({ work, place, beside, store, storeUrl: urls.directUrl, workers, start });
  } finally {
    await Promise.all(running.map((child) => child.stop()));
  }
}

interface Parts {
  readonly work: Work;
  readonly place: Place;
  readonly beside: Beside | undefined;
  readonly store: Child;
  readonly storeUrl: string;
  readonly workers: readonly Child[];
  readonly start: () => Promise<Child>;
}

async function runWith(parts: Parts): Promise<RunReport> {
  const { work, store, workers } = parts;
  const plan = planOrders(work);
  const feed = createFeed();
  const handedAt = new Map<string, number>();
  const intake = createIntake({ ...parts, feed, handedAt });
  const isBacklog = work.perSecond === undefined;
  if (isBacklog) await forAll(plan, AT_ONCE, (order) => intake.receive(order));
  const ask = { answer: NOTHING, withinMs: QUICK_MS };
  await store.ask({ ...ask, name: 'forgetCounts' });

  const startedAt = Date.now();
  let isComplete = isBacklog;
  if (isBacklog) for (const { clientOrderId } of plan) handedAt.set(clientOrderId, startedAt);
  const arriving = isBacklog
    ? Promise.resolve()
    : forAll(plan, plan.length, async (order) => {
        await pause(order.afterMs);
        await intake.receive(order);
      }).then(() => {
        isComplete = true;
      });
  const driving = driveWorkers({
    feed,
    workers,
    random: seededRandom(work.seed + 1),
    isComplete: () => isComplete,
    deadlineMs: performance.now() + work.withinMs,
    handedAt,
  });
  const notes: Record<string, number> = {};
  const [driven] = await Promise.all([
    driving,
    arriving,
    besideRun(parts, { plan, startedAt, notes, finished: driving.then(() => undefined) }),
  ]);

  const storeCalls = await store.ask({ name: 'counts', answer: COUNTS, withinMs: QUICK_MS });
  const { cpuMs, counts } = await reportOf(workers);
  notes.putAside = driven.putAside;
  notes.failedInvocations = driven.failures;
  notes.receivesMax = feed.receivesMax();
  notes.unsettled = feed.waiting();
  for (const [name, value] of Object.entries(counts)) notes[`metric ${name}`] = value;
  await forAll(plan, AT_ONCE, async (order) => {
    const name = `status ${await intake.statusOf(order)}`;
    notes[name] = (notes[name] ?? 0) + 1;
  });
  const { sends, gateClosedAt } = driven;
  return { sends, gateClosedAt, cpuMs, storeCalls, notes };
}

async function besideRun(
  { place, store, beside, start }: Parts,
  run: {
    readonly plan: readonly PlannedOrder[];
    readonly startedAt: number;
    readonly notes: Record<string, number>;
    readonly finished: Promise<void>;
  },
): Promise<void> {
  if (beside === undefined) return;
  const tell = async (name: string) => {
    await store.ask({ name, answer: NOTHING, withinMs: QUICK_MS });
  };
  await beside({
    place,
    orders: run.plan,
    startedAt: run.startedAt,
    finished: run.finished,
    note: (name, value) => {
      run.notes[name] = value;
    },
    store: { cut: () => tell('cut'), restore: () => tell('restore') },
    companion: async () => companionOf(await start()),
  });
}

function companionOf(child: Child): Companion {
  const tell = async (name: string, input: unknown, withinMs = QUICK_MS) => {
    await child.ask({ name, input, answer: NOTHING, withinMs });
  };
  return {
    cancel: (clientOrderId) => tell('cancel', { clientOrderId }),
    reconcile: (forMs) => tell('reconcile', { forMs }, forMs + QUICK_MS),
    doubt: (orders) => tell('doubt', { orders }),
    stop: () => child.stop(),
  };
}
