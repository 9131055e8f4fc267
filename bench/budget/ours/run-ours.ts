import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { documentSettings } from '../../../lib/adapters/dynamodb/document-settings.ts';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createRecordingLog } from '../../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../../lib/adapters/memory/metrics.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import type { OrderQueue } from '../../../lib/application/ports.ts';
import { receiveOrder } from '../../../lib/application/receive-order.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { planOrders } from '../order-plan.ts';
import { type Child, NOTHING, startChild } from '../processes/child.ts';
import { seededRandom } from '../seeded-random.ts';
import { ORDER_TERMS } from '../sender.ts';
import type { Beside, Companion, Place, PlannedOrder, RunReport, Work } from '../work.ts';
import { accountOf } from './account.ts';
import { driveWorkers } from './drive-workers.ts';
import { createFeed, type Feed } from './feed.ts';
import { reportOf, startWorker } from './start-workers.ts';
import { ORDERS_TABLE } from './tables.ts';

const STORE = new URL('../processes/store-process.ts', import.meta.url);
const STORE_ANSWER = z.object({ directUrl: z.string(), url: z.string() });
const COUNTS = z.record(z.string(), z.number());
const QUICK_MS = 20_000;
/** Orders stored at once before a run. */
const INTAKE_AT_ONCE = 16;

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
  const receive = createIntake(parts, feed, handedAt);
  const isBacklog = work.perSecond === undefined;
  if (isBacklog) await allOf(plan, INTAKE_AT_ONCE, receive);
  const ask = { answer: NOTHING, withinMs: QUICK_MS };
  await store.ask({ ...ask, name: 'forgetCounts' });

  const startedAt = Date.now();
  let isComplete = isBacklog;
  if (isBacklog) for (const { clientOrderId } of plan) handedAt.set(clientOrderId, startedAt);
  const intake = isBacklog
    ? Promise.resolve()
    : allOf(plan, plan.length, async (order) => {
        await pause(order.afterMs);
        await receive(order);
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
    intake,
    besideRun(parts, { plan, startedAt, notes, finished: driving.then(() => undefined) }),
  ]);

  const storeCalls = await store.ask({ name: 'counts', answer: COUNTS, withinMs: QUICK_MS });
  const { cpuMs, counts } = await reportOf(workers);
  notes.putAside = driven.putAside;
  notes.failedInvocations = driven.failures;
  notes.receivesMax = feed.receivesMax();
  notes.unsettled = feed.waiting();
  for (const [name, value] of Object.entries(counts)) notes[`metric ${name}`] = value;
  const { sends, gateClosedAt } = driven;
  return { sends, gateClosedAt, cpuMs, storeCalls, notes };
}

/** The intake of an order: the use case itself, with the feed as its queue. */
function createIntake(
  { work, place, storeUrl }: Parts,
  feed: Feed,
  handedAt: Map<string, number>,
): (order: PlannedOrder) => Promise<void> {
  const client = new DynamoDBClient({
    endpoint: storeUrl,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const queue: OrderQueue = {
    async enqueue({ body, messageGroupId }) {
      const enqueuedAt = Date.now();
      const messageId = String(body.clientOrderId);
      handedAt.set(messageId, enqueuedAt);
      feed.enqueue({ messageId, messageGroupId, body: JSON.stringify(body), enqueuedAt });
    },
    async putAside() {},
    async postpone() {},
  };
  const dependencies = {
    orders: createOrderStore({
      client: DynamoDBDocumentClient.from(client, documentSettings),
      tableName: ORDERS_TABLE,
      dueShards: 1,
    }),
    accounts: createMemoryAccounts([accountOf({ ...place, lanes: work.lanes })]),
    queue,
    clock: systemClock,
    log: createRecordingLog(),
    metrics: createRecordingMetrics(),
    rules: DEFAULT_SETTINGS.reconcile,
  };
  return async ({ clientOrderId, orderingKey }) => {
    const body = { accountId: place.accountId, clientOrderId, orderingKey, ...ORDER_TERMS };
    const receipt = await receiveOrder(dependencies, { body, origin: 'api' });
    if (receipt.kind !== 'accepted') {
      throw new Error(`The intake of ${clientOrderId} ended as ${JSON.stringify(receipt)}.`);
    }
  };
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

/** Does something for each order, at most so many at once, and begins in their order. */
async function allOf(
  orders: readonly PlannedOrder[],
  atOnce: number,
  act: (order: PlannedOrder) => Promise<void>,
): Promise<void> {
  const left = orders.values();
  const line = async () => {
    for (const order of left) await act(order);
  };
  await Promise.all(Array.from({ length: atOnce }, line));
}
