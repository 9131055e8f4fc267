import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { accountNamed } from '../../simulator/exchange/accounts.ts';
import { type Order as HeldOrder, isOpen } from '../../simulator/exchange/order.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(90_000);

const SUB_ACCOUNT = 'desk-5';
/** Nothing here waits longer. */
const STORY_MAX_MS = 80_000;

let running: RunningStack;
/** All stories go on at once, each with an account of its own; each test waits for its one. */
let ends: Readonly<Record<keyof typeof STORIES, Promise<unknown>>>;

beforeAll(async () => {
  running = await startRunningStack({ accounts: 5, subAccountOf: [SUB_ACCOUNT] });
  const ended = (story: () => Promise<void>) =>
    story().then(
      () => undefined,
      (fault: unknown) => fault,
    );
  ends = {
    lost: ended(STORIES.lost),
    unheard: ended(STORIES.unheard),
    found: ended(STORIES.found),
    absent: ended(STORIES.absent),
    subAccount: ended(STORIES.subAccount),
  };
}, 120_000);
afterAll(async () => {
  const { status429, duplicates } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  expect({ status429, duplicates }).toEqual({ status429: 0, duplicates: 0 });
});

/** Far from the market: it stays open until somebody ends it. */
const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };

async function place(accountId: string, clientOrderId: string, replaces?: string): Promise<void> {
  const body = { accountId, clientOrderId, ...RESTING, validUntil: Date.now() + 120_000 };
  const answer = await running.post('/v1/orders', { ...body, ...(replaces && { replaces }) });
  expect(answer.status).toBe(202);
}

const admin = () => running.desk.simulator.admin;
const held = (clientOrderId: string) => admin().orders({ clientOrderId });

/** Looks at the exchange's own record until told to stop; gives how many were live at most. */
function watch(ids: readonly string[]) {
  let most = 0;
  let isOver = false;
  const endsAt = Date.now() + STORY_MAX_MS;
  const watching = (async () => {
    // A story that fails never stops its watch.
    while (!isOver && Date.now() < endsAt) {
      most = Math.max(most, ids.flatMap(held).filter(isOpen).length);
      await sleep(20);
    }
  })();
  return async () => {
    isOver = true;
    await watching;
    return most;
  };
}

/** From when to when each order lived by the exchange's clock; nothing between two looks escapes. */
function livesOf(ids: readonly string[]): readonly (readonly [number, number])[] {
  const life = (order: HeldOrder) =>
    [order.createdAt, isOpen(order) ? Number.POSITIVE_INFINITY : order.updatedAt] as const;
  return ids
    .flatMap(held)
    .map(life)
    .toSorted(([one], [other]) => one - other);
}

function expectOneAtATime(ids: readonly string[]): void {
  const lives = livesOf(ids);
  for (const [index, [bornAt]] of lives.entries()) {
    const [, before] = lives[index - 1] ?? [0, 0];
    expect(bornAt).toBeGreaterThanOrEqual(before);
  }
}

const STORIES = { lost, unheard, found, absent, subAccount };

/** A fault of a story, or undefined. */
const endOf = (name: keyof typeof STORIES) => ends[name];

describe('row 7: a replacement', () => {
  it.each<[string, keyof typeof STORIES]>([
    ['whose cancel never arrived waits for the repeat', 'lost'],
    ['whose cancel was carried out unheard waits for the truth', 'unheard'],
    ['F72 that is itself in doubt and live is canceled before a third is sent', 'found'],
    ['F72 that is in doubt and not there keeps its place until that is proven', 'absent'],
  ])('%s; never two are live', async (_name, story) => {
    expect(await endOf(story)).toBeUndefined();
  });
});

describe('an account that acts for a sub-account', () => {
  it('submits, cancels and ends doubt there, and names it in every signed call', async () => {
    expect(await endOf('subAccount')).toBeUndefined();
  });
});

async function lost(): Promise<void> {
  const apiKey = 'desk-1#1';
  const [old, next] = ['lost-old', 'lost-next'];
  await place('desk-1', old);
  await running.until('desk-1', old, ['NEW']);
  const fault = { kind: 'status', status: 502 } as const;
  admin().addRule({ match: { endpoint: 'cancel', apiKey }, times: 2, fault });
  const stop = watch([old, next]);
  await place('desk-1', next, old);
  await running.until('desk-1', next, ['NEW']);
  expect(await stop()).toBe(1);
  expectOneAtATime([old, next]);
  expect(held(old)).toMatchObject([{ status: 'CANCELED' }]);
  expect(held(next)).toMatchObject([{ status: 'NEW' }]);
}

async function unheard(): Promise<void> {
  const apiKey = 'desk-2#1';
  const [old, next] = ['unheard-old', 'unheard-next'];
  await place('desk-2', old);
  await running.until('desk-2', old, ['NEW']);
  const after = { kind: 'status', status: 502, when: 'after' } as const;
  admin().addRule({ match: { endpoint: 'cancel', apiKey }, times: 1, fault: after });
  const silent = { kind: 'status', status: 503 } as const;
  const silence = (['query', 'openOrders', 'history', 'cancel'] as const).map((endpoint) =>
    admin().addRule({ match: { endpoint, apiKey }, fault: silent }),
  );
  const stop = watch([old, next]);
  await place('desk-2', next, old);
  const giveUpAt = Date.now() + STORY_MAX_MS;
  while (held(old).some(isOpen) && Date.now() < giveUpAt) await sleep(20);
  await sleep(1_500);
  // The old order is over at the exchange, but nobody said so yet.
  expect(held(next)).toEqual([]);
  const order = (await running.get(`/v1/orders/desk-2/${old}`)).body;
  expect(order).toMatchObject({ status: 'NEW', replacedBy: next });
  for (const { id } of silence) admin().removeRule(id);
  await running.until('desk-2', next, ['NEW']);
  expect(await stop()).toBe(1);
  expectOneAtATime([old, next]);
}

async function found(): Promise<void> {
  const ids = ['found-1', 'found-2', 'found-3'];
  await place('desk-3', 'found-1');
  await running.until('desk-3', 'found-1', ['NEW']);
  const fault = { kind: 'status', status: 503, when: 'after' } as const;
  admin().addRule({ match: { clientOrderId: 'found-2', endpoint: 'create' }, times: 1, fault });
  const stop = watch(ids);
  await place('desk-3', 'found-2', 'found-1');
  await running.until('desk-3', 'found-2', ['IN_DOUBT']);
  await place('desk-3', 'found-3', 'found-2');
  await running.until('desk-3', 'found-3', ['NEW']);
  expect(await stop()).toBe(1);
  expectOneAtATime(ids);
  expect(ids.map((id) => held(id).length)).toEqual([1, 1, 1]);
}

async function absent(): Promise<void> {
  const ids = ['absent-1', 'absent-2', 'absent-3'];
  await place('desk-4', 'absent-1');
  await running.until('desk-4', 'absent-1', ['NEW']);
  const fault = { kind: 'status', status: 503 } as const;
  admin().addRule({ match: { clientOrderId: 'absent-2', endpoint: 'create' }, fault });
  const stop = watch(ids);
  await place('desk-4', 'absent-2', 'absent-1');
  const doubtful = await running.until('desk-4', 'absent-2', ['IN_DOUBT']);
  await place('desk-4', 'absent-3', 'absent-2');
  const third = await running.until('desk-4', 'absent-3', ['NEW']);
  expect(await stop()).toBe(1);
  expectOneAtATime(ids);
  expect(held('absent-2')).toEqual([]);
  // Nothing was sent before the fence: until then the doubtful one could still arrive.
  const [{ fenceAt = Number.NaN } = {}] = doubtful.attempts as { fenceAt: number }[];
  const [{ sentAt = 0 } = {}] = third.attempts as { sentAt: number }[];
  expect(sentAt).toBeGreaterThan(fenceAt);
}

async function subAccount(): Promise<void> {
  const { accountId } = accountNamed(`sub-of-${SUB_ACCOUNT}`);
  await place(SUB_ACCOUNT, 'sub-1');
  await running.until(SUB_ACCOUNT, 'sub-1', ['NEW']);
  const fault = { kind: 'status', status: 503, when: 'after' } as const;
  admin().addRule({ match: { clientOrderId: 'sub-2', endpoint: 'create' }, times: 1, fault });
  await place(SUB_ACCOUNT, 'sub-2');
  await running.until(SUB_ACCOUNT, 'sub-2', ['NEW']);
  for (const id of ['sub-1', 'sub-2']) {
    await running.delete(`/v1/orders/${SUB_ACCOUNT}/${id}`);
    await running.until(SUB_ACCOUNT, id, ['CANCELED']);
    expect(held(id)).toMatchObject([{ accountId, status: 'CANCELED' }]);
  }
  const signed = admin()
    .statistics()
    .arrivals.filter(({ key }) => key === `${SUB_ACCOUNT}#1`);
  expect(new Set(signed.map((one) => one.accountId))).toEqual(new Set([accountId]));
  const endpoints = new Set(signed.map(({ endpoint }) => endpoint));
  expect([...endpoints].toSorted()).toEqual(expect.arrayContaining(['cancel', 'create', 'query']));
}
