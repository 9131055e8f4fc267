import { createMemoryAccounts } from '../../lib/adapters/memory/accounts.ts';
import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createMemoryExternalOrders } from '../../lib/adapters/memory/external-orders.ts';
import { createCountedIds } from '../../lib/adapters/memory/ids.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { createMemoryOrderStore } from '../../lib/adapters/memory/order-store.ts';
import { createMemoryRateBudget } from '../../lib/adapters/memory/rate-budget.ts';
import { createMemoryStreamLeases } from '../../lib/adapters/memory/stream-leases.ts';
import type { Account } from '../../lib/application/account.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { streamOrders } from '../../lib/application/stream/stream-orders.ts';
import { createUnwantedStreams } from '../../lib/application/stream/unwanted-streams.ts';
import type { Order } from '../../lib/domain/order.ts';
import { createMarketExchange } from './market-exchange.ts';
import { account } from './order-desk.ts';
import { attemptStarted, limitTerms, NOON, received } from './order-events.ts';
import { doubted, reported } from './order-stories.ts';

/** Makes a reconciler between orders and a market, in memory and on virtual time. */
export function createMarketDesk(change: Partial<Account> = {}, chance?: () => number) {
  const desk = account({ limits: { ordersPerSecond: 10, queriesPerSecond: 2 }, ...change });
  const clock = createVirtualClock(NOON);
  const store = createMemoryOrderStore();
  const market = createMarketExchange(clock, {
    queriesPerSecond: desk.limits.queriesPerSecond,
    ...(chance && { chance }),
  });
  const metrics = createRecordingMetrics();
  const reconcile = { ...DEFAULT_SETTINGS.reconcile, watches: true };
  const dependencies = {
    orders: store,
    queue: createMemoryOrderQueue(clock),
    cancels: createMemoryOrderQueue(clock),
    accounts: createMemoryAccounts([desk]),
    exchange: market,
    external: createMemoryExternalOrders(),
    leases: createMemoryStreamLeases(),
    budget: createMemoryRateBudget({ guardMs: 50, minGapMs: 25 }),
    clock,
    log: createRecordingLog(),
    metrics,
    settings: reconcile,
    rules: reconcile,
  };
  const streaming = {
    ...dependencies,
    streams: market.streams,
    accountNames: { list: async () => [{ accountId: 'desk-1' }] },
    unwanted: createUnwantedStreams(),
    ids: createCountedIds(),
  };

  /** An order whose attempt was stored now, as it stands after the events. */
  async function begin(clientOrderId: string): Promise<Order> {
    const at = clock.now();
    const terms = limitTerms({ validUntil: at + 60_000 });
    const { order } = await store.create(received({ clientOrderId, at, terms }), undefined);
    const times = { at, sendBy: at + 1_000, fenceAt: at + 7_000 };
    const started = attemptStarted({ attemptId: `attempt-of-${clientOrderId}`, ...times });
    return (await store.append(order, [started], undefined)).order;
  }

  return {
    clock,
    store,
    market,
    metrics,
    dependencies,
    settings: reconcile,
    /** An order that was sent now and got no answer. */
    doubt: async (clientOrderId: string) => {
      const order = await begin(clientOrderId);
      const at = clock.now();
      const event = doubted({ attemptId: `attempt-of-${clientOrderId}`, at });
      await store.append(order, [event], at + 1_000);
    },
    /** An order that the exchange has taken now. */
    open: async (clientOrderId: string) => {
      market.place(clientOrderId);
      const order = await begin(clientOrderId);
      const at = clock.now();
      const { exchangeOrderId } = market.reportOf(clientOrderId);
      const attemptId = `attempt-of-${clientOrderId}`;
      const event = { ...reported({ clientOrderId, exchangeOrderId }), at, attemptId };
      await store.append(order, [event], at + 2_000);
    },
    /** Runs passes as the schedule does: one every minute. */
    passes: async (ms: number) => {
      const endsAt = clock.now() + ms;
      while (clock.now() < endsAt) {
        const startedAt = clock.now();
        await reconcileOrders(dependencies, Math.min(reconcile.passMs, endsAt - startedAt));
        await clock.sleep(Math.max(0, Math.min(startedAt + 60_000, endsAt) - clock.now()));
      }
    },
    /** Runs stream functions as the schedule does: one a minute, each so long at most. */
    stream: async (ms: number, lifeMs: number) => {
      const endsAt = clock.now() + ms;
      const running: Promise<unknown>[] = [];
      while (clock.now() < endsAt) {
        running.push(streamOrders(streaming, Math.min(clock.now() + lifeMs, endsAt)));
        await clock.sleep(Math.min(60_000, endsAt - clock.now()));
      }
      await Promise.all(running);
    },
    order: (clientOrderId: string): Order => {
      const found = store.all().find((one) => one.clientOrderId === clientOrderId);
      if (found === undefined) throw new Error(`no order ${clientOrderId}`);
      return found;
    },
  };
}
