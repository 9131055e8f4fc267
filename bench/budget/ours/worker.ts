// Plays the submitting function: the composition root's own parts, but for the secrets and the
// queue, which the benchmark hands in. One process is one instance of the function.

import * as z from 'zod/mini';
import { composeBudget, composeOrders, composeSettings } from '../../../lambdas/edge/compose.ts';
import { createHashkeyExchange } from '../../../lib/adapters/hashkey/client.ts';
import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createMemoryExternalOrders } from '../../../lib/adapters/memory/external-orders.ts';
import { createMemoryHalts } from '../../../lib/adapters/memory/halts.ts';
import { createRecordingLog } from '../../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import { createMemoryStreamLeases } from '../../../lib/adapters/memory/stream-leases.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { systemIds } from '../../../lib/adapters/system/ids.ts';
import type { Exchange } from '../../../lib/application/exchange.ts';
import type { OrderQueue } from '../../../lib/application/ports.ts';
import type { RateBudget } from '../../../lib/application/rate-budget.ts';
import { reconcileOrders } from '../../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { submitBatch } from '../../../lib/application/submit/submit-batch.ts';
import { answerCalls } from '../processes/answer-calls.ts';
import { accountOf } from './account.ts';
import { cancelAtOnce } from './cancel-at-once.ts';
import { leaveInDoubt } from './leave-in-doubt.ts';
import {
  batchSchema,
  cancelSchema,
  doubtSchema,
  reconcileSchema,
  type sentSchema,
  startSchema,
} from './worker-calls.ts';

/** Life of one invocation, as the function's timeout. */
const INVOCATION_MS = 20_000;

type Sent = z.infer<typeof sentSchema>;

let worker: ReturnType<typeof createWorker> | undefined;
let cpuBefore = process.cpuUsage();

answerCalls({
  start(input) {
    worker = createWorker(z.parse(startSchema, input));
  },
  warmUp: () => started().warmUp(),
  restartCpu() {
    cpuBefore = process.cpuUsage();
  },
  batch: (input) => started().batch(z.parse(batchSchema, input)),
  cancel: (input) => started().cancel(z.parse(cancelSchema, input).clientOrderId),
  doubt: (input) => started().doubt(z.parse(doubtSchema, input).orders),
  reconcile: (input) => started().reconcile(z.parse(reconcileSchema, input).forMs),
  report() {
    const { user, system } = process.cpuUsage(cpuBefore);
    return { cpuMs: (user + system) / 1_000, counts: started().counts() };
  },
});

function started() {
  if (worker === undefined) throw new Error('The worker is asked before it is started.');
  return worker;
}

function createWorker(start: z.infer<typeof startSchema>) {
  const account = accountOf(start);
  const metrics = createRecordingMetrics();
  const sent: Sent[] = [];
  const gateClosedAt: number[] = [];
  let visibleInMs: number | undefined;
  let putAside = 0;

  const queue: OrderQueue = {
    async enqueue() {},
    async putAside() {
      putAside += 1;
    },
    async postpone(_handles, inMs) {
      visibleInMs = inMs;
    },
  };
  const exchange = createHashkeyExchange({ clock: systemClock });
  const { submit, cancel, reconcile } = composeSettings();
  const stores = start.inMemory ? memoryStore() : tables();
  const { budget, external, halts, leases, orders } = stores;
  const dependencies = {
    budget: notingClosings(budget, gateClosedAt),
    external,
    leases,
    halts,
    orders,
    exchange: noting(exchange, sent),
    accounts: createMemoryAccounts([account]),
    queue,
    cancels: queue,
    clock: systemClock,
    ids: systemIds,
    log: createRecordingLog(),
    metrics,
  };
  const settings = { ...submit, suspensionMs: start.suspensionMs || submit.suspensionMs };

  return {
    /** Connects to both sides, as an instance that has handled something before. */
    async warmUp() {
      await exchange.instruments(account);
      await exchange.resynchronise(account);
      await dependencies.halts.get(account.accountId);
      await dependencies.orders.get({ accountId: account.accountId, clientOrderId: 'none' });
    },
    async batch({ records }: z.infer<typeof batchSchema>) {
      const endsMs = performance.now() + INVOCATION_MS;
      visibleInMs = undefined;
      const submitting = { ...dependencies, settings, rules: reconcile };
      const returned = await submitBatch(submitting, records, () => endsMs - performance.now());
      return {
        returned,
        visibleInMs,
        putAside,
        sent: sent.splice(0),
        gateClosedAt: gateClosedAt.splice(0),
      };
    },
    cancel: (clientOrderId: string) =>
      cancelAtOnce(
        { ...dependencies, settings: cancel, reconcile, rules: reconcile },
        account,
        clientOrderId,
      ),
    doubt: (orders: number) => leaveInDoubt({ ...dependencies, account }, orders),
    reconcile: (forMs: number) =>
      reconcileOrders({ ...dependencies, settings: reconcile, rules: reconcile }, forMs),
    counts: () =>
      Object.fromEntries(
        [...new Set(metrics.measurements.map(({ name }) => name))].map((name) => [
          name,
          metrics.total(name),
        ]),
      ),
  };
}

function tables() {
  return { ...composeBudget(), orders: composeOrders() };
}

/** Stores nothing for good: what is left is what a library does too. */
function memoryStore() {
  return {
    budget: createMemoryRateBudget(DEFAULT_SETTINGS.metering),
    external: createMemoryExternalOrders(),
    leases: createMemoryStreamLeases(),
    halts: createMemoryHalts(),
    orders: createMemoryOrderStore(),
  };
}

/** Notes when each order left and when its answer came, as the client itself tells it. */
function noting(exchange: Exchange, sent: Sent[]): Exchange {
  return {
    ...exchange,
    async submit(command) {
      const answer = await exchange.submit(command);
      const { sentAt, answeredAt } = answer.timing;
      const { clientOrderId } = command;
      if (answer.kind !== 'not-sent') {
        sent.push({ clientOrderId, sentAt, answeredAt, kind: answer.kind });
      }
      return answer;
    },
  };
}

/** Notes when a closing is stored: from then on every process can know. */
function notingClosings(budget: RateBudget, closedAt: number[]): RateBudget {
  return {
    ...budget,
    async closeGate(closing) {
      const closed = await budget.closeGate(closing);
      closedAt.push(Date.now());
      return closed;
    },
  };
}
