import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Documents } from '../../../lib/adapters/dynamodb/documents.ts';
import { createExternalOrders } from '../../../lib/adapters/dynamodb/external-orders.ts';
import { createHalts } from '../../../lib/adapters/dynamodb/halts.ts';
import { createRateBudget } from '../../../lib/adapters/dynamodb/rate-budget.ts';
import { createStreamLeases } from '../../../lib/adapters/dynamodb/stream-leases.ts';
import { systemClock } from '../../../lib/adapters/system/clock.ts';
import { nextTurn } from '../../../lib/adapters/system/next-turn.ts';
import type { Clock } from '../../../lib/application/ports.ts';
import type { RateBudget } from '../../../lib/application/rate-budget.ts';
import { describeExternalOrders } from '../../contracts/external-orders-contract.ts';
import { describeHalts } from '../../contracts/halts-contract.ts';
import { BUDGET_SETTINGS, describeRateBudget } from '../../contracts/rate-budget-contract.ts';
import { describeStreamLeases } from '../../contracts/stream-leases-contract.ts';
import type { AwsFaultKind } from '../../support/faulty-proxy.ts';
import {
  BUDGETS_TABLE,
  type LocalDynamoDb,
  startLocalDynamoDb,
} from '../../support/local-dynamodb.ts';
import { seededRandom } from '../../support/random.ts';

const NOW = 1_800_000_000_000;
const KEY = '0123456789abcdef';
const IDS = [`key#${KEY}`, 'key#fedcba9876543210', 'egress', 'halt#desk-1', 'halt#desk-2'];

let database: LocalDynamoDb;
let plain: Documents;

beforeAll(async () => {
  database = await startLocalDynamoDb();
  plain = database.client();
});
afterAll(() => database.close());

async function empty(): Promise<void> {
  const deletes = IDS.map((id) => new DeleteCommand({ TableName: BUDGETS_TABLE, Key: { id } }));
  await Promise.all(deletes.map((one) => database.sdk.send(one)));
}

/** Time stands still, so that slots are exact; waits between tries really wait. */
const standing = { monotonicMs: () => 0, sleep: (ms: number) => systemClock.sleep(ms) };
/** Waits between tries take no time. */
const waitless = { monotonicMs: () => 0, sleep: nextTurn };

function budgetOn(
  client: Documents,
  seed: number,
  clock: Pick<Clock, 'monotonicMs' | 'sleep'> = standing,
  settings = BUDGET_SETTINGS,
): RateBudget {
  return createRateBudget({
    client,
    tableName: BUDGETS_TABLE,
    clock,
    random: seededRandom(seed),
    settings,
  });
}

describeRateBudget('DynamoDB', async (settings) => {
  await empty();
  const open = (seed: number) => budgetOn(database.client(), seed, standing, settings);
  return [open(1), open(2)];
});

describeHalts('DynamoDB', async () => {
  await empty();
  return createHalts({ client: plain, tableName: BUDGETS_TABLE });
});

describeExternalOrders('DynamoDB', async () => {
  await empty();
  return createExternalOrders({ client: plain, tableName: BUDGETS_TABLE });
});

describeStreamLeases('DynamoDB', async () => {
  await empty();
  return createStreamLeases({ client: plain, tableName: BUDGETS_TABLE });
});

describe('a rate budget on a DynamoDB that fails', () => {
  beforeEach(empty);

  const request = {
    keyId: KEY,
    class: 'order',
    weight: 1,
    count: 10,
    limitPerSecond: 10,
    now: NOW,
    reachMs: 5_000,
  } as const;
  const closing = {
    gate: { keyId: KEY },
    until: NOW + 60_000,
    reason: 'throttled',
    now: NOW,
  } as const;

  async function faulty(
    choose: (operation: string, call: number) => AwsFaultKind,
    attemptsMax = 1,
  ) {
    const calls: string[] = [];
    const client = await database.faultyClient(
      (operation, call) => {
        calls.push(operation);
        return choose(operation, call);
      },
      { attemptsMax },
    );
    return { budget: budgetOn(client, 3, waitless), calls };
  }

  it('F38 gives no slot while it is throttled or unreachable', async () => {
    for (const fault of ['throttled', 'unreachable'] as const) {
      const { budget } = await faulty(() => fault);
      await expect(budget.reserve(request)).rejects.toThrow();
      await expect(budget.gate(KEY, NOW)).rejects.toThrow();
    }
  });

  it('gives no slot twice when the answer to a reservation is lost', async () => {
    const { budget } = await faulty(
      (operation, call) => (operation === 'UpdateItem' && call === 1 ? 'answer-lost' : 'none'),
      2,
    );

    // The first ten were taken by the write whose answer nobody got.
    const met = await budget.reserve(request);
    const at = met.kind === 'later' ? met.at : NOW;
    const answer = await budget.reserve({ ...request, now: at });

    expect('slots' in answer && answer.slots[0]).toBeGreaterThanOrEqual(NOW + 1_040);
  });

  it('reads a budget of the first format', async () => {
    const order = Array.from({ length: 10 }, (_, index) => NOW + index * 25);
    const gate = { closings: 0 };
    const stored = { version: 3, windows: { order, query: [] }, gate };
    const item = { id: `key#${KEY}`, formatVersion: 1, ...stored };
    await database.sdk.send(new PutCommand({ TableName: BUDGETS_TABLE, Item: item }));

    const answer = await budgetOn(plain, 7).reserve({ ...request, now: NOW + 900 });

    expect('slots' in answer && answer.slots[0]).toBe(NOW + 1_100);
  });

  it('tells other processes what it has learned before their turn', async () => {
    const [one, other] = [budgetOn(plain, 8), budgetOn(plain, 9)];
    const first = await one.reserve(request);
    const slots = 'slots' in first ? first.slots : [];
    await other.reserve({ ...request, now: NOW + 230 });
    for (const slotAt of slots) {
      const timing = { sentAt: slotAt, exchangeAt: slotAt + 500, answeredAt: slotAt + 7 };
      const fate = { kind: 'answered', ...timing } as const;
      await one.observe({ keyId: KEY, class: 'order', slotAt, route: 'exchange', fate });
    }

    expect(await one.reserve({ ...request, now: NOW + 300 })).toMatchObject({ kind: 'later' });

    const second = await other.reserve({ ...request, now: NOW + 600 });
    expect('slots' in second && second.slots[0]).toBe(NOW + 1_007);
  });

  it('closes a gate through throttling and lost answers', async () => {
    const { budget } = await faulty((_operation, call) => {
      if (call <= 2) return 'throttled';
      return call === 3 ? 'answer-lost' : 'none';
    });

    await budget.closeGate(closing);

    expect(await budgetOn(plain, 4).view(KEY, NOW)).toMatchObject({
      gate: { kind: 'closed', until: NOW + 60_000 },
      closings: 1,
    });
  });

  it('says so when a gate cannot be closed', async () => {
    const { budget } = await faulty(() => 'throttled');

    await expect(budget.closeGate(closing)).rejects.toThrow('exceeds the allowed');
  });

  it('costs a steady consumer one read of the egress gate and one write a batch', async () => {
    const { budget, calls } = await faulty(() => 'none');
    await budget.reserve(request);
    calls.length = 0;

    await budget.reserve({ ...request, now: NOW + 1_000 });

    expect(calls.toSorted()).toEqual(['GetItem', 'UpdateItem']);
  });

  it('plans from the moment it has read, not from the one it was asked', async () => {
    let elapsedMs = -7;
    const clock = { ...standing, monotonicMs: () => (elapsedMs += 7) };

    const answer = await budgetOn(plain, 6, clock).reserve(request);

    expect('slots' in answer && answer.slots[0]).toBe(NOW + 7);
  });

  it('gives no slot when what is stored cannot be read', async () => {
    const item = { id: `key#${KEY}`, formatVersion: 1, version: 3, windows: {}, gate: {} };
    await database.sdk.send(new PutCommand({ TableName: BUDGETS_TABLE, Item: item }));

    await expect(budgetOn(plain, 5).reserve(request)).rejects.toThrow(`key#${KEY}`);
  });
});
