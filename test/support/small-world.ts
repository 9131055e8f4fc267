import { createMemoryAccounts } from '../../lib/adapters/memory/accounts.ts';
import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createMemoryEventPublisher } from '../../lib/adapters/memory/event-publisher.ts';
import { createMemoryExternalOrders } from '../../lib/adapters/memory/external-orders.ts';
import { createMemoryHalts } from '../../lib/adapters/memory/halts.ts';
import { createCountedIds } from '../../lib/adapters/memory/ids.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { createMemoryOrderStore } from '../../lib/adapters/memory/order-store.ts';
import { createMemoryRateBudget } from '../../lib/adapters/memory/rate-budget.ts';
import { createMemoryStreamLeases } from '../../lib/adapters/memory/stream-leases.ts';
import { cancelBatch } from '../../lib/application/cancel/cancel-batch.ts';
import { type CancelReceipt, requestCancel } from '../../lib/application/cancel/request-cancel.ts';
import type { OrderStore } from '../../lib/application/ports.ts';
import { type OrderChange, publishEvents } from '../../lib/application/publish-events.ts';
import type { GateClosing, RateBudget } from '../../lib/application/rate-budget.ts';
import { type Receipt, receiveOrder } from '../../lib/application/receive-order.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { submitBatch } from '../../lib/application/submit/submit-batch.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { isFinal, type Order } from '../../lib/domain/order.ts';
import { lacksFills } from '../../lib/domain/record-fills.ts';
import { type Chance, createChance, type Temper } from './chance.ts';
import { createModelExchange } from './exchange-model.ts';
import { failing, intercepted } from './intercepted-port.ts';
import { createLife, mortal, mortalClock } from './mortal-process.ts';
import { account, apiKey, request } from './order-desk.ts';
import { NOON } from './order-events.ts';

/** One write of an order as it was stored. */
export interface Write {
  readonly at: number;
  readonly events: readonly OrderEvent[];
  readonly previousVersion: number;
  readonly order: Order;
  /** How many requests had left by then; a clock does not tell what came first. */
  readonly departed: number;
}

/** How long faults go on; then the world is quiet. */
const FAULTS_MS = 4 * 60_000;
/** How long the world may take to come to rest after that. */
const QUIET_MS = 40 * 60_000;
const INVOCATION_MS = 20_000;
const MINUTE_MS = 60_000;
const ORDERS = 7;

/** What one run of the world left behind: its whole history, not only its end. */
export type WorldHistory = Awaited<ReturnType<typeof runWorld>>;

/**
 * Runs the real use cases over memory adapters on virtual time, while callers repeat themselves,
 * messages come twice, processes die at any call, stores refuse and lose answers, and the exchange
 * does what exchanges do. After some minutes the faults stop.
 */
export async function runWorld(seed: number, temper: Partial<Temper> = {}) {
  const clock = createVirtualClock(NOON);
  const chance = createChance(seed, temper, () => clock.now() < NOON + FAULTS_MS);
  const world = createWorld(clock, chance);
  const actors = [
    world.intake(),
    world.consumer(),
    world.consumer(),
    world.canceler(),
    world.reconciler(),
    world.stream(),
    world.operator(),
  ];
  await clock.runUntil(Promise.all(actors));
  return world.history();
}

function createWorld(clock: ReturnType<typeof createVirtualClock>, chance: Chance) {
  const store = createMemoryOrderStore();
  const queue = createMemoryOrderQueue(clock);
  const cancels = createMemoryOrderQueue(clock);
  const publisher = createMemoryEventPublisher();
  const metrics = createRecordingMetrics();
  const log = createRecordingLog();
  const budget = createMemoryRateBudget({ guardMs: 50, minGapMs: 25 });
  const exchange = createModelExchange(clock, chance, chance);
  const accounts = createMemoryAccounts([
    account({
      keys: chance.hasTwoKeys ? [apiKey('key-1'), apiKey('key-2')] : [apiKey('key-1')],
      lanes: chance.hasTwoKeys ? 2 : 1,
      limits: { ordersPerSecond: 3, queriesPerSecond: 2 },
    }),
  ]);
  const halts = createMemoryHalts();
  const external = createMemoryExternalOrders();
  const ids = createCountedIds();
  const { submit, cancel, reconcile } = DEFAULT_SETTINGS;

  const writes: Write[] = [];
  const closings: (GateClosing & { readonly doneAt: number })[] = [];
  const receipts: Receipt[] = [];
  const cancelReceipts: CancelReceipt[] = [];
  const texts: string[] = [];
  const faults: unknown[] = [];

  const recorded: OrderStore = {
    ...store,
    async create(received, dueAt) {
      const answer = await store.create(received, dueAt);
      if (answer.kind === 'stored') record([received], 0, answer.order);
      return answer;
    },
    async append(order, events, dueAt) {
      const before = (await store.get(order))?.version;
      const answer = await store.append(order, events, dueAt);
      if (before === order.version) record(events, before, answer.order);
      return answer;
    },
  };
  const watched: RateBudget = {
    ...budget,
    async closeGate(closing) {
      const closed = await budget.closeGate(closing);
      closings.push({ ...closing, doneAt: clock.now() });
      return closed;
    },
  };
  function record(events: readonly OrderEvent[], previousVersion: number, order: Order) {
    const departed = exchange.departures.length;
    writes.push({ at: clock.now(), events, previousVersion, order, departed });
  }

  const slow = <Port extends object>(port: Port) =>
    intercepted(port, async (_call, proceed) => {
      await clock.sleep(chance.portMs());
      return proceed();
    });

  /** Runs one invocation until its end: done, dead, or out of time. */
  async function invoke<Result>(
    work: (dependencies: ReturnType<typeof dependenciesOf>, endsMs: number) => Promise<Result>,
    lifeMs = INVOCATION_MS,
  ): Promise<Result | undefined> {
    const life = createLife();
    void clock.sleep(lifeMs).then(() => life.end());
    const dependencies = dependenciesOf(life);
    const result = work(dependencies, clock.monotonicMs() + lifeMs).catch((error: unknown) => {
      faults.push(error);
      return undefined;
    });
    return Promise.race([result, life.ended.then(() => undefined)]);
  }

  function dependenciesOf(life: ReturnType<typeof createLife>) {
    const dies = () => chance.dies();
    const alive = <Port extends object>(port: Port) => mortal(port, life, dies);
    return {
      orders: alive(slow(failing(recorded, (method) => chance.storeFault(method)))),
      queue: alive(failing(queue, () => chance.queueFault())),
      cancels: alive(failing(cancels, () => chance.queueFault())),
      budget: alive(slow(failing(watched, () => chance.budgetFault()))),
      accounts: alive(accounts),
      halts: alive(slow(halts)),
      external: alive(external),
      leases: createMemoryStreamLeases(),
      exchange: alive(exchange),
      clock: mortalClock(clock, life),
      ids,
      log,
      metrics,
      rules: reconcile,
    };
  }

  const isOver = () => {
    const now = clock.now();
    if (now < NOON + FAULTS_MS) return false;
    if (now > NOON + FAULTS_MS + QUIET_MS) return true;
    const isSettled = store
      .all()
      .every((one) => one.status === 'HELD' || (isFinal(one.status) && !lacksFills(one)));
    return isSettled && queue.waiting().length === 0 && cancels.waiting().length === 0;
  };

  async function handle(messages: ReturnType<typeof queue.receive>): Promise<void> {
    const records = messages.map((one) => ({ ...one, enqueuedAt: clock.now() }));
    const returned = await invoke((dependencies, endsMs) =>
      submitBatch(
        { ...dependencies, settings: submit },
        records,
        () => endsMs - clock.monotonicMs(),
      ),
    );
    if (returned === undefined || chance.losesAcknowledgement()) return;
    for (const { messageId, receiptHandle } of messages) {
      if (!returned.includes(messageId)) queue.acknowledge(receiptHandle);
    }
  }

  /** Wants an order canceled after a while, and insists until that is recorded. */
  async function wishCancel(clientOrderId: string): Promise<void> {
    await clock.sleep(chance.cancelAfterMs());
    for (;;) {
      const receipt = await invoke((dependencies) =>
        requestCancel(dependencies, { accountId: 'desk-1', clientOrderId }),
      );
      if (receipt !== undefined) cancelReceipts.push(receipt);
      if (receipt?.kind === 'recorded' || receipt?.kind === 'over') return;
      await clock.sleep(1_000);
    }
  }

  return {
    async intake() {
      const wishes: Promise<void>[] = [];
      for (let number = 1; number <= ORDERS; number += 1) {
        await clock.sleep(chance.intakeMs());
        const body = request(`order-${number}`, chance.request());
        for (let repeat = chance.repeats(); repeat >= 0; repeat -= 1) {
          const receipt = await invoke((dependencies) =>
            receiveOrder(dependencies, { body, origin: 'webhook' }),
          );
          if (receipt !== undefined) receipts.push(receipt);
        }
        const isKnown = store.all().some((one) => one.clientOrderId === body.clientOrderId);
        if (isKnown && chance.wantsCancel()) wishes.push(wishCancel(body.clientOrderId));
      }
      await Promise.all(wishes);
    },
    async canceler() {
      while (!isOver()) {
        const messages = cancels.receive(chance.batch());
        if (messages.length === 0) {
          await clock.sleep(700);
          continue;
        }
        const records = messages.map((one) => ({ ...one, enqueuedAt: clock.now() }));
        const returned = await invoke((dependencies, endsMs) =>
          cancelBatch(
            { ...dependencies, queue: dependencies.cancels, settings: cancel, reconcile },
            records,
            () => endsMs - clock.monotonicMs(),
          ),
        );
        for (const { messageId, receiptHandle } of messages) {
          if (returned?.includes(messageId) === false) cancels.acknowledge(receiptHandle);
        }
      }
    },
    async consumer() {
      while (!isOver()) {
        const messages = queue.receive(chance.batch());
        texts.push(...messages.map(({ body }) => body));
        if (messages.length === 0) {
          await clock.sleep(700);
          continue;
        }
        // A second consumer that believes the same messages to be its own.
        if (chance.deliversTwice()) {
          void clock.sleep(chance.overlapMs()).then(() => handle(messages));
        }
        await handle(messages);
      }
    },
    async reconciler() {
      while (!isOver()) {
        const startedAt = clock.now();
        const pass = () =>
          invoke(
            (dependencies) => reconcileOrders({ ...dependencies, settings: reconcile }),
            MINUTE_MS - 1,
          );
        await Promise.all(chance.overlapsPasses() ? [pass(), pass()] : [pass()]);
        await clock.sleep(Math.max(1, startedAt + MINUTE_MS - clock.now()));
      }
    },
    async stream() {
      let next = 0;
      const results = createMemoryOrderQueue(clock);
      while (!isOver() || next < writes.length) {
        publisher.refuseAfter(chance.publishes());
        const batch = writes.slice(next, next + 10).map(changeOf(next));
        const from = await publishEvents({ metrics, publisher, results, log }, batch);
        // A dead process leaves its batch to be done again.
        if (chance.dies() === undefined)
          next = from === undefined ? next + batch.length : Number(from);
        await clock.sleep(500);
      }
    },
    async operator() {
      await clock.sleep(FAULTS_MS);
      // Opens what only a person opens; any other closing ends by itself.
      const now = clock.now();
      const egress = await budget.gate('no-key', now);
      if (egress.kind === 'closed') await budget.openGate('egress', now);
      for (const keyId of ['key-1', 'key-2']) {
        const { gate } = await budget.view(keyId, now);
        if (gate.kind === 'closed' && gate.until === 'operator') {
          await budget.openGate({ keyId }, now);
        }
      }
    },
    history: () => ({
      writes,
      closings,
      receipts,
      cancelReceipts,
      texts,
      faults,
      orders: store.all(),
      exchangeOrders: exchange.orders,
      departures: exchange.departures,
      suspensions: exchange.suspensions,
      published: publisher.published,
      lines: log.lines,
      measurements: metrics.measurements,
      aside: queue.aside,
    }),
  };
}

function changeOf(offset: number) {
  return ({ previousVersion, order }: Write, index: number): OrderChange => ({
    sequenceNumber: String(offset + index),
    previousVersion,
    order,
  });
}
