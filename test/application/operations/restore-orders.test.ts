import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import {
  createLiveOrders,
  createRestoredOrders,
} from '../../../lib/adapters/dynamodb/restored-orders.ts';
import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createRecordingLog } from '../../../lib/adapters/memory/log.ts';
import { createMemoryRateBudget } from '../../../lib/adapters/memory/rate-budget.ts';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { exportOrders } from '../../../lib/application/operations/export-orders.ts';
import { gateNamed, openGate, stopSending } from '../../../lib/application/operations/gates.ts';
import { keyUse } from '../../../lib/application/operations/key-use.ts';
import { copyRestored, markRestored } from '../../../lib/application/operations/restore-orders.ts';
import { parseOrderRequest } from '../../../lib/application/order-request.ts';
import { receivedEvent } from '../../../lib/application/receive-order.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import { accountValue } from '../../support/account-values.ts';
import {
  type LocalDynamoDb,
  ORDERS_TABLE,
  startLocalDynamoDb,
} from '../../support/local-dynamodb.ts';

const NOW = 1_800_000_000_000;
const STOPPED = NOW + 60_000;
const RULES = { ...DEFAULT_SETTINGS.reconcile, ...DEFAULT_SETTINGS.submit };
const ACCOUNT = parseAccount('desk-1', accountValue());
const KEY_ID = ACCOUNT.keys[0]?.keyId ?? '';
const accounts = createMemoryAccounts([ACCOUNT]);

const STARTED: OrderEvent = {
  type: 'AttemptStarted',
  at: NOW,
  attemptId: 'a1',
  keyId: KEY_ID,
  sendBy: NOW + 2_000,
  recvWindowMs: 5_000,
  fenceAt: NOW + 8_000,
};
const EXPIRED: OrderEvent = { type: 'OrderExpired', at: NOW };

let before: LocalDynamoDb;
let after: LocalDynamoDb;
beforeAll(async () => {
  before = await startLocalDynamoDb();
  after = await startLocalDynamoDb();
});
afterAll(async () => {
  await before.close();
  await after.close();
});

describe('F57 a table restored to an older state', () => {
  it('puts every order in doubt that may have been sent since, and copies what is older', async () => {
    const restored = storeIn(before);
    const live = storeIn(after);
    // The backup knows them as received. One was sent since, one is gone, one is as it was.
    for (const id of ['sent-since', 'gone', 'unsent']) await place(restored, id);
    await place(restored, 'expired', EXPIRED);
    await place(restored, 'in-flight', STARTED);
    await place(live, 'sent-since', STARTED, { ...EXPIRED, type: 'OrderDoubted', ...DOUBT });
    await place(live, 'unsent');

    const scan = createRestoredOrders(tableIn(before));
    const mark = { restored: scan, store: restored, accounts, rules: RULES };
    expect(await markRestored(mark, { apply: false, stoppedAt: STOPPED })).toEqual({
      seen: 5,
      changed: 3,
    });
    expect((await restored.get(key('gone')))?.status).toBe('RECEIVED');
    await markRestored(mark, { apply: true, stoppedAt: STOPPED });
    for (const id of ['sent-since', 'gone', 'unsent']) {
      const order = await restored.get(key(id));
      expect(order?.status).toBe('SENDING');
      expect(order?.attempts.at(-1)?.fenceAt).toBe(STOPPED + 6_000);
    }

    const copy = { restored: scan, live: createLiveOrders(tableIn(after)), rules: RULES };
    const { changed } = await copyRestored(copy, { apply: true, now: STOPPED });
    expect(changed).toBe(4);
    expect(await statuses(live)).toEqual({
      'sent-since': 'IN_DOUBT',
      gone: 'SENDING',
      unsent: 'SENDING',
      expired: 'EXPIRED',
      'in-flight': 'SENDING',
    });
    // The reconciler asks about every one of them, and about nothing that had ended.
    const due = await live.listDue(STOPPED + 120_000, 10);
    expect(due.map(({ clientOrderId }) => clientOrderId).toSorted()).toEqual([
      'gone',
      'in-flight',
      'sent-since',
      'unsent',
    ]);
  });

  it('is not copied before it is marked', async () => {
    const restored = storeIn(before);
    await place(restored, 'forgotten');
    const copy = {
      restored: createRestoredOrders(tableIn(before)),
      live: createLiveOrders(tableIn(after)),
      rules: RULES,
    };
    await expect(copyRestored(copy, { apply: true, now: STOPPED })).rejects.toThrow(
      'desk-1/forgotten is RECEIVED: mark the restored table first',
    );
  });
});

describe('an export', () => {
  it('holds every order of its account once, as the API shows it', async () => {
    const store = storeIn(after);
    const ids = Array.from({ length: 130 }, (_, index) => `export-${index}`);
    for (const id of ids) await place(store, id);
    const lines: string[] = [];
    for await (const line of exportOrders(store, 'desk-1')) lines.push(line);
    const exported = lines.map((line) => JSON.parse(line));
    const found = exported.map(({ clientOrderId }) => clientOrderId);
    expect(new Set(found).size).toBe(found.length);
    for (const id of ids) expect(found).toContain(id);
    expect(exported[0]).toMatchObject({ accountId: 'desk-1', symbol: 'BTCUSD', quantity: '0.01' });
    expect(lines.join('')).not.toContain('secret-one');
  });
});

describe('the keys of an account', () => {
  it('are told with the orders that hang on them, also a key that left the secret', async () => {
    const store = storeIn(after);
    await place(store, 'old-key', { ...STARTED, keyId: 'gone-key' });
    const budget = createMemoryRateBudget({ guardMs: 50, guardLeastMs: 25, minGapMs: 25 });
    const uses = await keyUse({ accounts, orders: store, budget }, 'desk-1', NOW);
    const gate = { kind: 'open' };
    expect(uses).toEqual([
      { keyId: KEY_ID, isConfigured: true, unsettled: 4, gate },
      { keyId: 'gone-key', isConfigured: false, unsettled: 1, gate },
    ]);
  });
});

describe('the switch that stops all sending', () => {
  it('lets no key pass until a person opens the gate, and then a single probe', async () => {
    const budget = createMemoryRateBudget({ guardMs: 50, guardLeastMs: 25, minGapMs: 25 });
    const dependencies = { budget, log: createRecordingLog() };
    const request = {
      keyId: 'k',
      class: 'order',
      weight: 1,
      count: 5,
      limitPerSecond: 10,
      now: NOW,
      reachMs: 1_100,
    } as const;
    await stopSending(dependencies, NOW);
    expect(await budget.reserve(request)).toMatchObject({
      kind: 'closed',
      until: 'operator',
      reason: 'halted-by-operator',
    });
    await openGate(dependencies, 'egress', NOW + 1);
    const reopened = await budget.reserve({ ...request, now: NOW + 2 });
    expect(reopened).toMatchObject({ kind: 'reserved', probe: true });
  });

  it('names gates as people see them', () => {
    expect(gateNamed('egress')).toBe('egress');
    expect(gateNamed('key#ab')).toEqual({ keyId: 'ab' });
    expect(gateNamed('ab')).toEqual({ keyId: 'ab' });
  });
});

const DOUBT = {
  attemptId: 'a1',
  outcome: 'unknown' as const,
  evidence: { source: 'submit' as const, at: NOW },
};

function tableIn(database: LocalDynamoDb) {
  return { client: database.client(), tableName: ORDERS_TABLE, dueShards: 1 };
}

function storeIn(database: LocalDynamoDb) {
  return createOrderStore(tableIn(database));
}

function key(clientOrderId: string) {
  return { accountId: 'desk-1', clientOrderId };
}

async function place(
  store: ReturnType<typeof storeIn>,
  clientOrderId: string,
  ...events: readonly OrderEvent[]
): Promise<void> {
  const parsed = parseOrderRequest({
    ...key(clientOrderId),
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.01',
  });
  if (parsed.kind !== 'valid') throw new Error('The request of the test is wrong.');
  const { order } = await store.create(
    receivedEvent(parsed.request, ACCOUNT, 'api', NOW),
    NOW + 60_000,
  );
  const dueAt = events.includes(EXPIRED) ? undefined : NOW + 60_000;
  if (events.length > 0) await store.append(order, events, dueAt);
}

async function statuses(store: ReturnType<typeof storeIn>) {
  const ids = ['sent-since', 'gone', 'unsent', 'expired', 'in-flight'];
  const found = await Promise.all(ids.map((id) => store.get(key(id))));
  return Object.fromEntries(found.map((order, index) => [ids[index], order?.status]));
}
