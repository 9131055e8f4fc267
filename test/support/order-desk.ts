import { createMemoryAccounts } from '../../lib/adapters/memory/accounts.ts';
import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createMemoryExternalOrders } from '../../lib/adapters/memory/external-orders.ts';
import { createMemoryHalts } from '../../lib/adapters/memory/halts.ts';
import { createCountedIds } from '../../lib/adapters/memory/ids.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { createMemoryOrderStore } from '../../lib/adapters/memory/order-store.ts';
import { createMemoryRateBudget } from '../../lib/adapters/memory/rate-budget.ts';
import { createMemoryStreamLeases } from '../../lib/adapters/memory/stream-leases.ts';
import type { Account, ApiKey } from '../../lib/application/account.ts';
import { type CancelAllProgress, cancelAll } from '../../lib/application/cancel/cancel-all.ts';
import { cancelBatch } from '../../lib/application/cancel/cancel-batch.ts';
import { requestCancel } from '../../lib/application/cancel/request-cancel.ts';
import { type Receipt, receiveOrder } from '../../lib/application/receive-order.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { Secret } from '../../lib/application/secret.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import type { QueueRecord } from '../../lib/application/submit/queue-record.ts';
import { submitBatch } from '../../lib/application/submit/submit-batch.ts';
import type { Order, OrderStatus } from '../../lib/domain/order.ts';
import { failing, intercepted, type PortFault } from './intercepted-port.ts';
import { NOON } from './order-events.ts';
import { WAY_TO } from './order-stories.ts';
import { createScriptedExchange } from './scripted-exchange.ts';

/** Life of one invocation of a consumer. */
const INVOCATION_MS = 20_000;

type Choose = (method: string, args: readonly unknown[]) => PortFault | undefined;

/** Makes a key; its name in tables is `key-1` and so on. */
export function apiKey(keyId: string, secret = `secret-of-${keyId}`): ApiKey {
  return { keyId, apiKey: new Secret(`api-${keyId}`), apiSecret: new Secret(secret) };
}

export function account(change: Partial<Account> = {}): Account {
  return {
    accountId: 'desk-1',
    site: 'HK',
    environment: 'sandbox',
    keys: [apiKey('key-1')],
    limits: { ordersPerSecond: 10, queriesPerSecond: 2 },
    lanes: 1,
    validForMs: 600_000,
    ...change,
  };
}

/** A good order request. */
export function request(clientOrderId = 'order-1', change: Record<string, unknown> = {}) {
  return {
    accountId: 'desk-1',
    clientOrderId,
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.5',
    price: '65000.10',
    ...change,
  };
}

/**
 * Makes everything between a caller and a scripted exchange, in memory and on virtual time. Ports
 * fail as `fails` is told; the use cases are the real ones.
 */
export function createOrderDesk(accounts: readonly Account[] = [account()]) {
  const clock = createVirtualClock(NOON);
  const store = createMemoryOrderStore();
  const queue = createMemoryOrderQueue(clock);
  const cancels = createMemoryOrderQueue(clock);
  const configured = createMemoryAccounts(accounts);
  const halts = createMemoryHalts();
  const budget = createMemoryRateBudget({ guardMs: 50, minGapMs: 25 });
  const metrics = createRecordingMetrics();
  const exchange = createScriptedExchange(clock);
  const faults: Record<string, Choose | undefined> = {};
  const { submit, cancel, reconcile } = DEFAULT_SETTINGS;

  let delayMs = 0;
  const slow = <Port extends object>(port: Port) =>
    intercepted(port, async (_call, proceed) => {
      await clock.sleep(delayMs);
      return proceed();
    });

  const dependencies = {
    orders: slow(failing(store, (...call) => faults.orders?.(...call))),
    queue: failing(queue, (...call) => faults.queue?.(...call)),
    cancels: failing(cancels, (...call) => faults.cancels?.(...call)),
    budget: slow(failing(budget, (...call) => faults.budget?.(...call))),
    accounts: failing(configured, (...call) => faults.accounts?.(...call)),
    halts: slow(halts),
    external: createMemoryExternalOrders(),
    leases: createMemoryStreamLeases(),
    exchange,
    clock,
    ids: createCountedIds(),
    log: createRecordingLog(),
    metrics,
    rules: reconcile,
  };
  const submitting = { ...dependencies, settings: submit };
  const canceling = { ...dependencies, queue: dependencies.cancels, settings: cancel, reconcile };

  async function submitRecords(
    records: readonly QueueRecord[],
    lifeMs = INVOCATION_MS,
  ): Promise<readonly string[]> {
    const endsMs = clock.monotonicMs() + lifeMs;
    return submitBatch(submitting, records, () => endsMs - clock.monotonicMs());
  }

  async function followUntil(endsAt: number): Promise<void> {
    while (clock.now() < endsAt) {
      await reconcileOrders({ ...dependencies, settings: reconcile }, endsAt - clock.now());
      await clock.sleep(1_000);
    }
  }

  const desk = {
    clock,
    store,
    queue,
    cancels,
    configured,
    halts,
    budget,
    metrics,
    exchange,
    dependencies,
    /** Lets calls of a port fail until told otherwise. */
    fails(port: 'orders' | 'queue' | 'cancels' | 'budget' | 'accounts', choose?: Choose) {
      faults[port] = choose;
    },
    /** How long every call of the store and of the budget takes. */
    delays(ms: number) {
      delayMs = ms;
    },
    receive: (body: unknown, allowedAccounts?: readonly string[]): Promise<Receipt> =>
      receiveOrder(dependencies, {
        body,
        origin: 'api',
        ...(allowedAccounts && { allowedAccounts }),
      }),
    /** Receives orders that are sure to be good. */
    async place(...ids: readonly string[]) {
      for (const id of ids) await clock.runUntil(desk.receive(request(id)));
    },
    /** Receives a batch, handles it and acknowledges what did not come back. */
    async deliver(limit = 10, lifeMs = INVOCATION_MS): Promise<readonly string[]> {
      const messages = queue.receive(limit);
      const records = messages.map((one) => ({ ...one, enqueuedAt: clock.now() }));
      const returned = await submitRecords(records, lifeMs);
      for (const { messageId, receiptHandle } of messages) {
        if (!returned.includes(messageId)) queue.acknowledge(receiptHandle);
      }
      return messages.filter((one) => returned.includes(one.messageId)).map(idOf);
    },
    consume: (limit?: number, lifeMs?: number) => clock.runUntil(desk.deliver(limit, lifeMs)),
    /** Consumes whatever becomes visible until the queue is empty or the time is over. */
    async consumeFor(ms: number) {
      const endsAt = clock.now() + ms;
      while (queue.waiting().length > 0 && clock.now() < endsAt) {
        await desk.consume();
        const next = queue.nextVisibleAt();
        if (next !== undefined) await clock.advance(Math.max(0, next - clock.now()) + 1);
      }
    },
    /** Stores the order of the stories as it stands in a status. */
    async storeIn(status: OrderStatus): Promise<void> {
      const [first, ...rest] = WAY_TO[status];
      if (first?.type !== 'OrderReceived') throw new Error('an order begins with its receipt');
      const { order } = await store.create(first, undefined);
      if (rest.length > 0) await store.append(order, rest, undefined);
    },
    /** Records the wish to cancel an order. */
    requestCancel: (clientOrderId = 'order-1') =>
      clock.runUntil(requestCancel(dependencies, { accountId: 'desk-1', clientOrderId })),
    /** Receives a batch of cancels, carries it out and acknowledges what did not come back. */
    async deliverCancels(lifeMs = INVOCATION_MS): Promise<void> {
      const messages = cancels.receive(10);
      const records = messages.map((one) => ({ ...one, enqueuedAt: clock.now() }));
      const endsMs = clock.monotonicMs() + lifeMs;
      const returned = await cancelBatch(canceling, records, () => endsMs - clock.monotonicMs());
      for (const { messageId, receiptHandle } of messages) {
        if (!returned.includes(messageId)) cancels.acknowledge(receiptHandle);
      }
    },
    cancel: (lifeMs?: number) => clock.runUntil(desk.deliverCancels(lifeMs)),
    /** Carries out whatever becomes visible until no cancel waits or the time is over. */
    async cancelFor(ms: number) {
      const endsAt = clock.now() + ms;
      while (cancels.waiting().length > 0 && clock.now() < endsAt) {
        await desk.cancel();
        const next = cancels.nextVisibleAt();
        if (next !== undefined) await clock.advance(Math.max(0, next - clock.now()) + 1);
      }
    },
    /** Cancels everything of the account. */
    cancelAll: (options: { readonly symbol?: string; readonly waitMs?: number } = {}) => {
      const report = (one: CancelAllProgress) => desk.progress.push(one);
      const [desk1 = account()] = accounts;
      return cancelAll(canceling, desk1, { ...options, report });
    },
    progress: [] as CancelAllProgress[],
    /** Reconciles and carries out cancels beside each other, as the functions do. */
    async follow(ms: number) {
      const endsAt = clock.now() + ms;
      const cancelUntil = async () => {
        while (clock.now() < endsAt) {
          await desk.deliverCancels();
          await clock.sleep(500);
        }
      };
      await Promise.all([cancelUntil(), followUntil(endsAt)]);
    },
    followFor: (ms: number) => clock.runUntil(desk.follow(ms)),
    /** Handles records without letting time pass. */
    handle: submitRecords,
    submitRecords: (records: readonly QueueRecord[], lifeMs?: number) =>
      clock.runUntil(submitRecords(records, lifeMs)),
    reconcile: (passMs?: number) =>
      clock.runUntil(reconcileOrders({ ...dependencies, settings: reconcile }, passMs)),
    /** Runs a pass every minute. */
    async reconcileFor(ms: number) {
      for (let passed = 0; passed < ms; passed += 60_000) {
        const startedAt = clock.now();
        await desk.reconcile();
        await clock.advance(Math.max(0, startedAt + 60_000 - clock.now()));
      }
    },
    order(clientOrderId = 'order-1'): Order {
      const found = store.all().find((one) => one.clientOrderId === clientOrderId);
      if (found === undefined) throw new Error(`no order ${clientOrderId}`);
      return found;
    },
    statuses: () => store.all().map(({ status }) => status),
  };
  return desk;
}

/** The order that a queue message speaks of. */
function idOf({ body }: { readonly body: string }): string {
  return /"clientOrderId":"([^"]*)"/.exec(body)?.[1] ?? '';
}

/** A queue record as a producer of its own would send it. */
export function record(body: unknown, change: Partial<QueueRecord> = {}): QueueRecord {
  return {
    messageId: 'message-1',
    receiptHandle: 'handle-1',
    messageGroupId: 'desk-1#0',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    enqueuedAt: NOON,
    ...change,
  };
}
