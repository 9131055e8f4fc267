import { createHalts } from '../../lib/adapters/dynamodb/halts.ts';
import { createCountedIds } from '../../lib/adapters/memory/ids.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import type { Exchange } from '../../lib/application/exchange.ts';
import { receiveOrder } from '../../lib/application/receive-order.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { submitBatch } from '../../lib/application/submit/submit-batch.ts';
import type { StatusReport, TradeReport } from '../../lib/domain/execution-report.ts';
import { MINUTE_MS } from '../../lib/domain/time.ts';
import { request } from '../../test/support/order-desk.ts';
import { acceptedReport, RULES } from '../../test/support/scripted-exchange.ts';
import { callsOf } from './counts.ts';
import { ANSWER_MS } from './simulated-exchange.ts';
import { accountIdOf, createWorld } from './world.ts';

/** What one order costs on its way from the API to a fill, without its reconciler. */
export interface OrderCosts {
  readonly storeCalls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Those of the write units that are not for the order itself. */
  readonly budgetUnits: number;
  /** What recording its fills writes later, once for each order. */
  readonly fillUnits: number;
  /** Of the write units of sending and of fills together, those on the index of due orders. */
  readonly dueUnits: number;
  readonly secretReads: number;
  /** From the batch to the stored fill, in milliseconds; of the function that sends. */
  readonly busyMs: number;
}

/** Orders that are counted; the first of all are left out, for they fill the caches. */
const COUNTED = 100;
const ACCOUNT = accountIdOf(1);
/** Long enough for the trades of all of them. */
const PASS_MS = 2 * MINUTE_MS;
/** Between batches: the limit of the key is not what is measured. */
const PAUSE_MS = 2_000;

/** Counts what orders cost that come in batches of a size, over the real use cases and adapters. */
export async function costsOfOrders(batchSize: number): Promise<OrderCosts> {
  const { clock, process } = createWorld({ seed: 1, dueShards: 4 });
  const { counts, dependencies, documents } = process();
  const trades: TradeReport[] = [];
  let sent = 0;
  const exchange: Exchange = {
    ...dependencies.exchange,
    instruments: async () => new Map([['BTCUSD', RULES]]),
    async submit(command) {
      const sentAt = clock.now();
      await clock.sleep(ANSWER_MS);
      sent += 1;
      const timing = { sentAt, answeredAt: clock.now() };
      const filled = { status: 'FILLED', executedQuantity: command.terms.quantity ?? '0' } as const;
      const exchangeOrderId = String(sent);
      const report = acceptedReport(command, { ...filled, exchangeOrderId });
      trades.push(tradeOf(report, clock.now()));
      return { kind: 'accepted', timing, evidence: { source: 'submit', at: clock.now() }, report };
    },
  };
  const queue = createMemoryOrderQueue(clock);
  const reconciler = process();
  const asking: Exchange = {
    ...reconciler.dependencies.exchange,
    async trades(_context, { clientOrderId }) {
      await clock.sleep(ANSWER_MS);
      const stated = trades.filter(
        (one) => (clientOrderId ?? one.clientOrderId) === one.clientOrderId,
      );
      return { kind: 'trades', trades: stated, evidence: { source: 'trades', at: clock.now() } };
    },
  };
  const sending = {
    ...dependencies,
    queue,
    exchange,
    ids: createCountedIds(),
    halts: createHalts({ client: documents, tableName: 'rate-budgets' }),
    settings: DEFAULT_SETTINGS.submit,
  };

  let busyMs = 0;
  const batch = async (names: readonly string[]) => {
    for (const name of names) {
      const body = {
        ...request(name),
        accountId: ACCOUNT,
        orderingKey: name,
        validUntil: clock.now() + MINUTE_MS,
      };
      await receiveOrder(sending, { body, origin: 'api' });
    }
    const records = queue.receive(batchSize);
    const startedMs = clock.monotonicMs();
    const returned = await submitBatch(
      sending,
      records,
      () => 20_000 - (clock.monotonicMs() - startedMs),
    );
    for (const { receiptHandle } of records) queue.acknowledge(receiptHandle);
    if (returned.length > 0) throw new Error(`${returned.length} orders came back unsent.`);
    busyMs += clock.monotonicMs() - startedMs;
    await clock.sleep(PAUSE_MS);
  };

  const named = (start: number) => Array.from({ length: batchSize }, (_, i) => `o-${start + i}`);
  await clock.runUntil(batch(named(0)));
  await clock.runUntil(reconcileOrders({ ...reconciler.dependencies, exchange: asking }, PASS_MS));
  const before = { ...counts, calls: callsOf(counts) };
  busyMs = 0;
  const all = async () => {
    for (let at = 0; at < COUNTED; at += batchSize) await batch(named(1_000 + at));
  };
  await clock.runUntil(all());
  if (sent !== COUNTED + batchSize) throw new Error(`${sent} orders were sent.`);
  await clock.runUntil(reconcileOrders({ ...reconciler.dependencies, exchange: asking }, PASS_MS));
  const secretReads = counts.secretReads - before.secretReads;
  return {
    storeCalls: (callsOf(counts) - before.calls - secretReads) / COUNTED,
    readUnits: (counts.readUnits - before.readUnits) / COUNTED,
    writeUnits: (counts.writeUnits - before.writeUnits) / COUNTED,
    budgetUnits: (counts.budgetUnits - before.budgetUnits) / COUNTED,
    fillUnits:
      (reconciler.counts.writeUnits - reconciler.counts.budgetUnits) / (COUNTED + batchSize),
    dueUnits:
      (counts.dueUnits - before.dueUnits) / COUNTED +
      reconciler.counts.dueUnits / (COUNTED + batchSize),
    secretReads: secretReads / COUNTED,
    busyMs: busyMs / COUNTED,
  };
}

/** One trade that fills an order as a whole. */
function tradeOf(report: StatusReport, at: number): TradeReport {
  const { clientOrderId, exchangeOrderId, symbol, side } = report;
  const { executedQuantity: quantity, price = '65000.1' } = report;
  const fill = {
    ...{ tradeId: `7${exchangeOrderId}`, ticketId: `8${exchangeOrderId}`, price, quantity, at },
    ...{ fee: '0.0004', feeAsset: 'BTC', isMaker: false },
  };
  return { clientOrderId, exchangeOrderId, symbol, side, fill };
}
