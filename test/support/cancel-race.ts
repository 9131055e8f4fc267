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
import { cancelBatch } from '../../lib/application/cancel/cancel-batch.ts';
import { requestCancel } from '../../lib/application/cancel/request-cancel.ts';
import { receiveOrder } from '../../lib/application/receive-order.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { submitBatch } from '../../lib/application/submit/submit-batch.ts';
import { isFinal } from '../../lib/domain/order.ts';
import { createModelExchange, type Fates } from './exchange-model.ts';
import { account, request } from './order-desk.ts';
import { NOON } from './order-events.ts';
import { seededRandom } from './random.ts';

/** How long one race may take until its order is over. */
const RACE_MAX_MS = 5 * 60_000;
const INVOCATION_MS = 20_000;

/**
 * Lets a cancel and a fill race for one order: submitter, canceler and reconciler at once, over
 * memory adapters on virtual time. The seed decides when the fill and the wish come, what is lost on
 * the way, and how long the order stays invisible.
 */
export async function runCancelRace(seed: number) {
  const random = seededRandom(Math.imul(seed, 2_654_435_761) >>> 0);
  const up = (below: number) => Math.floor(random() * below);
  const oneOf = <Value>(values: readonly [Value, ...Value[]]): Value =>
    values[up(values.length)] ?? values[0];
  const clock = createVirtualClock(NOON);
  const fates: Fates = {
    submit: () => oneOf(['ok', 'ok', 'ok', 'ok', 'answer-lost', 'slow']),
    cancel: () => oneOf(['ok', 'ok', 'ok', 'not-taken', 'answer-lost']),
    query: () => oneOf(['ok', 'ok', 'ok', 'ok', 'unavailable']),
    lagMs: () => oneOf([0, 0, up(3_000)]),
    staleMs: () => oneOf([0, 0, 0, up(100)]),
    delayMs: () => 0,
    lifeMs: () => oneOf([up(400), up(400), up(3_000), 10 * RACE_MAX_MS]),
    ending: () => 'FILLED',
  };
  const exchange = createModelExchange(clock, fates, { checksDuplicates: false });
  const orders = createMemoryOrderStore();
  const queue = createMemoryOrderQueue(clock);
  const cancels = createMemoryOrderQueue(clock);
  const { submit, cancel, reconcile } = DEFAULT_SETTINGS;
  const dependencies = {
    orders,
    queue,
    cancels,
    exchange,
    clock,
    accounts: createMemoryAccounts([account()]),
    halts: createMemoryHalts(),
    external: createMemoryExternalOrders(),
    leases: createMemoryStreamLeases(),
    budget: createMemoryRateBudget({ guardMs: 50, minGapMs: 25 }),
    ids: createCountedIds(),
    log: createRecordingLog(),
    metrics: createRecordingMetrics(),
    rules: reconcile,
  };
  const isOver = () =>
    clock.now() > NOON + RACE_MAX_MS || orders.all().every(({ status }) => isFinal(status));

  async function consume(from: typeof queue, handle: typeof submitOrders): Promise<void> {
    while (!isOver()) {
      const messages = from.receive(10);
      const records = messages.map((one) => ({ ...one, enqueuedAt: clock.now() }));
      const endsMs = clock.monotonicMs() + INVOCATION_MS;
      const returned =
        records.length === 0 ? [] : await handle(records, () => endsMs - clock.monotonicMs());
      for (const { messageId, receiptHandle } of messages) {
        if (!returned.includes(messageId)) from.acknowledge(receiptHandle);
      }
      await clock.sleep(20);
    }
  }
  const submitOrders = (
    records: Parameters<typeof submitBatch>[1],
    remainingMs: () => number,
  ): Promise<readonly string[]> =>
    submitBatch({ ...dependencies, settings: submit }, records, remainingMs);
  const cancelOrders: typeof submitOrders = (records, remainingMs) =>
    cancelBatch(
      { ...dependencies, queue: cancels, settings: cancel, reconcile },
      records,
      remainingMs,
    );
  const wish = async () => {
    await clock.sleep(oneOf([up(60), up(400), up(10_000)]));
    return requestCancel(dependencies, { accountId: 'desk-1', clientOrderId: 'order-1' });
  };
  const follow = async () => {
    while (!isOver()) {
      await reconcileOrders({ ...dependencies, settings: reconcile }, 1_000);
      await clock.sleep(200);
    }
  };

  await receiveOrder(dependencies, { body: request(), origin: 'api' });
  const [receipt] = await clock.runUntil(
    Promise.all([wish(), consume(queue, submitOrders), consume(cancels, cancelOrders), follow()]),
  );
  const [order] = orders.all();
  if (order === undefined) throw new Error('the order of the race is stored');
  const [placed] = exchange.orders;
  return { order, placed, receipt, lines: dependencies.log.lines, departures: exchange.departures };
}
