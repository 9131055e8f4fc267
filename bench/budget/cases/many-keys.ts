import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createMemoryHalts } from '../../../lib/adapters/memory/halts.ts';
import { createCountedIds } from '../../../lib/adapters/memory/ids.ts';
import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import type { Account } from '../../../lib/application/account.ts';
import type { Exchange } from '../../../lib/application/exchange.ts';
import type { Clock } from '../../../lib/application/ports.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import { submitBatch } from '../../../lib/application/submit/submit-batch.ts';
import type { Figures } from '../figures.ts';
import { accountOf } from '../ours/account.ts';
import { ORDER_TERMS } from '../sender.ts';
import { createManySleepersClock } from './virtual-clock.ts';

/** The same number of orders whatever the number of keys, so that only that differs. */
const ORDERS = 10_000;
/** Before measuring, so that the first case does not pay for compiling. */
const WARM_UP_KEYS = 10;
const BATCH = 10;
const WAY_MS = 20;
const INVOCATION_MS = 20_000;
/** As deployed. */
const WINDOW = { guardMs: 50, minGapMs: 25 };

const silent = { info() {}, warn() {}, error() {} };
const uncounted = { count() {}, duration() {} };

/**
 * Runs the submitting use case for so many keys at once on virtual time, everything in memory.
 *
 * Store operations are calls of the budget, the order store and the kill switches.
 */
export async function manyKeys(keys: number): Promise<Figures> {
  await simulate(WARM_UP_KEYS);
  return simulate(keys);
}

async function simulate(keys: number): Promise<Figures> {
  const clock = createManySleepersClock();
  const operations = { count: 0 };
  const accounts = Array.from({ length: keys }, (_, index) => account(index));
  const accepted = { count: 0 };
  const { submit: settings, reconcile: rules } = DEFAULT_SETTINGS;
  const dependencies = {
    orders: counted(createMemoryOrderStore(), operations),
    budget: counted(createMemoryRateBudget(WINDOW), operations),
    halts: counted(createMemoryHalts(), operations),
    accounts: createMemoryAccounts(accounts),
    queue: { async enqueue() {}, async putAside() {}, async postpone() {} },
    exchange: acceptingExchange(clock, accepted),
    clock,
    ids: createCountedIds(),
    log: silent,
    metrics: uncounted,
    settings,
    rules,
  };
  const oneKey = async ({ accountId }: Account) => {
    for (let batch = 0; batch < ORDERS / keys / BATCH; batch += 1) {
      const records = batchOf(accountId, batch, clock.now());
      const endsMs = clock.monotonicMs() + INVOCATION_MS;
      const returned = await submitBatch(dependencies, records, () => endsMs - clock.monotonicMs());
      if (returned.length > 0) throw new Error(`${returned.length} orders came back.`);
    }
  };

  const cpuBefore = process.cpuUsage();
  await clock.runUntil(Promise.all(accounts.map(oneKey)));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    asked: ORDERS,
    accepted: accepted.count,
    keys,
    cpuMsPerOrder: (user + system) / 1_000 / ORDERS,
    storeOperationsPerOrder: operations.count / ORDERS,
    virtualSeconds: clock.monotonicMs() / 1_000,
  };
}

function account(index: number): Account {
  const accountId = `desk-${index}`;
  const keys = [{ apiKey: `key-${index}`, apiSecret: `secret-${index}` }];
  return accountOf({ accountId, exchangeUrl: 'http://127.0.0.1:9', keys, lanes: 1 });
}

function batchOf(accountId: string, batch: number, enqueuedAt: number) {
  return Array.from({ length: BATCH }, (_, index) => {
    const clientOrderId = `o-${batch}-${index}`;
    const body = { accountId, clientOrderId, orderingKey: `key-${index}`, ...ORDER_TERMS };
    return {
      messageId: `${accountId}/${clientOrderId}`,
      receiptHandle: `${accountId}/${clientOrderId}`,
      messageGroupId: `${accountId}#0`,
      body: JSON.stringify(body),
      enqueuedAt,
    };
  });
}

/** Counts the calls of a port's methods. */
function counted<Port extends object>(port: Port, operations: { count: number }): Port {
  return new Proxy(port, {
    get(target, name, receiver) {
      operations.count += 1;
      return Reflect.get(target, name, receiver);
    },
  });
}

/** Accepts every order after the way there, and answers after the way back. */
function acceptingExchange(clock: Clock, accepted: { count: number }): Exchange {
  const unavailable = {
    kind: 'unavailable',
    evidence: { source: 'query', at: 0, code: 'NOT_MADE' },
  } as const;
  const { symbol, side } = ORDER_TERMS;
  const instruments = new Map([
    [symbol, { symbol, tradable: true, statusText: 'TRADING', tickSize: '0.01' }],
  ]);
  const notMade = async () => {
    const at = clock.now();
    const evidence = { source: 'cancel', at, code: 'NOT_MADE' } as const;
    return { kind: 'not-sent', evidence, timing: { sentAt: at, answeredAt: at } } as const;
  };
  return {
    cancel: notMade,
    cancelMany: notMade,
    async submit({ clientOrderId }) {
      const sentAt = clock.now();
      await clock.sleep(WAY_MS);
      const exchangeAt = clock.now();
      accepted.count += 1;
      await clock.sleep(WAY_MS);
      const answeredAt = clock.now();
      const report = {
        clientOrderId,
        exchangeOrderId: String(accepted.count),
        symbol,
        side,
        status: 'NEW',
        statusText: 'NEW',
        executedQuantity: '0',
        exchangeAt,
      } as const;
      const evidence = { source: 'submit', at: answeredAt, httpStatus: 200 } as const;
      const timing = { sentAt, answeredAt, exchangeAt };
      return { kind: 'accepted', report, evidence, timing };
    },
    queryOrder: async () => unavailable,
    openOrders: async () => unavailable,
    orderHistory: async () => unavailable,
    trades: async () => unavailable,
    instruments: async () => instruments,
    async prepare() {},
    async resynchronise() {},
  };
}
