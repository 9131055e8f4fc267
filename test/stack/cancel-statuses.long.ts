import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { OrderStatus } from '../../lib/domain/order.ts';
import { beginAtOnce, type Ends } from '../support/at-once.ts';
import { type Body, type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(90_000);

/** Each story has an account of its own: `desk-` and its place in this list. */
const STORIES = {
  RECEIVED: received,
  SENDING: sending,
  IN_DOUBT: inDoubt,
  NEW: open,
  PARTIALLY_FILLED: partiallyFilled,
  FILLED: filled,
  CANCELED: canceled,
  PARTIALLY_CANCELED: partiallyCanceled,
  REJECTED: rejected,
  DENIED: denied,
  EXPIRED: expired,
  NEVER_PLACED: neverPlaced,
  HELD: held,
  'answered "filled"': (account: string) => answered(account, '-1139'),
  'answered "not found"': (account: string) => answered(account, '0211'),
  'not heard': (account: string) => unanswered(account, 'before'),
  'carried out unheard': (account: string) => unanswered(account, 'after'),
};
type Name = keyof typeof STORIES;
const NAMES = Object.keys(STORIES);
/** Stories that throttle their key on purpose. */
const THROTTLING = 2;

let running: RunningStack;
let ended: Ends<string>;
beforeAll(async () => {
  running = await startRunningStack({ accounts: NAMES.length });
  const stories = Object.entries(STORIES).map(
    ([name, story], index) => [name, () => story(`desk-${index + 1}`)] as const,
  );
  ended = beginAtOnce(Object.fromEntries(stories));
}, 120_000);
afterAll(async () => {
  const { status429, duplicates } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  expect({ status429, duplicates }).toEqual({ status429: THROTTLING, duplicates: 0 });
});

describe('row 3: a cancel of an order in', () => {
  it.each<[OrderStatus & Name, string]>([
    ['RECEIVED', 'F67 ends it without a call'],
    ['SENDING', 'F68 is recorded, and carried out when the answer is there'],
    ['IN_DOUBT', 'F68 is recorded, and carried out when the order is found'],
    ['NEW', 'is sent, and the truth fetched'],
    ['PARTIALLY_FILLED', 'leaves what was executed'],
    ['FILLED', 'finds nothing left to cancel'],
    ['CANCELED', 'finds nothing left to cancel'],
    ['PARTIALLY_CANCELED', 'finds nothing left to cancel'],
    ['REJECTED', 'finds nothing left to cancel'],
    ['DENIED', 'finds nothing left to cancel'],
    ['EXPIRED', 'finds nothing left to cancel'],
    ['NEVER_PLACED', 'F68 turns it to CANCELED, for the case that it turns up'],
    ['HELD', 'is recorded, and nothing is sent for an order that nobody has'],
  ])('%s %s', async (name) => ended(name));
});

describe('a cancel that is', () => {
  it.each<[Name, string]>([
    ['answered "filled"', 'F69 fetches, finds the order open, and is sent again'],
    ['answered "not found"', 'F69 fetches, finds the order open, and is sent again'],
    ['not heard', 'F71 is in doubt, then sent again'],
    ['carried out unheard', 'F71 is in doubt until the order is fetched'],
  ])('%s: %s', async (name) => ended(name));
});

const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };
const admin = () => running.desk.simulator.admin;
const atExchange = (clientOrderId: string) => admin().orders({ clientOrderId });
const resource = async (account: string, id: string): Promise<Body> =>
  (await running.get(`/v1/orders/${account}/${id}`)).body;
const typesOf = ({ history }: Body) => (history as { type: string }[]).map(({ type }) => type);
/** Calls of the account's only key. */
const calls = (account: string, endpoint: string) =>
  admin()
    .statistics()
    .arrivals.filter((one) => one.key === `${account}#1` && one.endpoint === endpoint);

async function place(accountId: string, change: object = {}): Promise<string> {
  const clientOrderId = `${accountId}-order`;
  const body = { accountId, clientOrderId, ...RESTING, ...change };
  expect((await running.post('/v1/orders', body)).status).toBe(202);
  return clientOrderId;
}

/** Places an order whose create meets a fault. */
async function placeInto(account: string, fault: Parameters<typeof onCreate>[1]): Promise<string> {
  onCreate(account, fault);
  return place(account);
}

const onCreate = (
  account: string,
  fault: Parameters<ReturnType<typeof admin>['addRule']>[0]['fault'],
) => admin().addRule({ match: { endpoint: 'create', apiKey: `${account}#1` }, times: 1, fault });

const cancel = (account: string, id: string) => running.delete(`/v1/orders/${account}/${id}`);

/** A cancel that comes too late changes nothing and makes no call. */
async function expectNothingLeft(account: string, id: string, status: OrderStatus): Promise<void> {
  const before = await running.until(account, id, [status]);
  const answer = await cancel(account, id);
  expect(answer).toMatchObject({ status: 200, body: { status, version: before.version } });
  expect(answer.body).not.toHaveProperty('cancel');
  expect(calls(account, 'cancel')).toEqual([]);
}

/** The order ends as canceled, and its wish says so. */
async function expectDone(account: string, id: string, status: OrderStatus): Promise<Body> {
  const order = await running.until(account, id, [status]);
  expect(order).toMatchObject({ cancel: { status: 'DONE' } });
  expect(atExchange(id)).toMatchObject([{ status }]);
  return order;
}

async function received(account: string): Promise<void> {
  await closeGate(account);
  const id = await place(account);
  expect(await cancel(account, id)).toMatchObject({
    status: 202,
    body: { status: 'CANCELED', reason: 'CANCELED_BEFORE_SENDING', cancel: { status: 'DONE' } },
  });
  expect(atExchange(id)).toEqual([]);
  expect((await cancel(account, id)).status).toBe(200);
}

async function sending(account: string): Promise<void> {
  const id = await placeInto(account, { kind: 'delay', when: 'after', ms: 3_500 });
  await running.until(account, id, ['SENDING']);
  const answer = await cancel(account, id);
  expect(answer).toMatchObject({
    status: 202,
    body: { status: 'SENDING', cancel: { status: 'REQUESTED' } },
  });
  await expectDone(account, id, 'CANCELED');
  expect(calls(account, 'create')).toHaveLength(1);
}

async function inDoubt(account: string): Promise<void> {
  const silent = { kind: 'status', status: 503 } as const;
  const silence = (['query', 'openOrders', 'history'] as const).map((endpoint) =>
    admin().addRule({ match: { endpoint, apiKey: `${account}#1` }, fault: silent }),
  );
  const id = await placeInto(account, { ...silent, when: 'after' });
  await running.until(account, id, ['IN_DOUBT']);
  expect(await cancel(account, id)).toMatchObject({
    status: 202,
    body: { status: 'IN_DOUBT', cancel: { status: 'REQUESTED' } },
  });
  expect(calls(account, 'cancel')).toEqual([]);
  for (const rule of silence) admin().removeRule(rule.id);
  await expectDone(account, id, 'CANCELED');
  expect(calls(account, 'create')).toHaveLength(1);
}

async function open(account: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  expect(await cancel(account, id)).toMatchObject({ status: 202 });
  const order = await expectDone(account, id, 'CANCELED');
  expect(order).toMatchObject({ reason: 'USER_CANCEL', executedQuantity: '0' });
  expect(calls(account, 'cancel')).toHaveLength(1);
}

async function partiallyFilled(account: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  admin().fillOrder({ clientOrderId: id, quantity: '0.004' });
  await running.until(account, id, ['PARTIALLY_FILLED']);
  expect(await cancel(account, id)).toMatchObject({ status: 202 });
  const order = await expectDone(account, id, 'PARTIALLY_CANCELED');
  expect(order).toMatchObject({ executedQuantity: '0.004' });
}

async function filled(account: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  admin().fillOrder({ clientOrderId: id });
  await untilComplete(account, id);
  await expectNothingLeft(account, id, 'FILLED');
}

async function canceled(account: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  admin().cancelOrder({ clientOrderId: id });
  await expectNothingLeft(account, id, 'CANCELED');
}

async function partiallyCanceled(account: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  admin().fillOrder({ clientOrderId: id, quantity: '0.004' });
  admin().cancelOrder({ clientOrderId: id });
  await untilComplete(account, id);
  await expectNothingLeft(account, id, 'PARTIALLY_CANCELED');
}

async function rejected(account: string): Promise<void> {
  const id = await placeInto(account, { kind: 'code', code: '0401' });
  await expectNothingLeft(account, id, 'REJECTED');
}

async function denied(account: string): Promise<void> {
  const id = await place(account, { quantity: '0.000000001' });
  await expectNothingLeft(account, id, 'DENIED');
}

async function expired(account: string): Promise<void> {
  await closeGate(account);
  const id = await place(account, { validUntil: Date.now() + 2_000 });
  await expectNothingLeft(account, id, 'EXPIRED');
  expect(atExchange(id)).toEqual([]);
}

async function neverPlaced(account: string): Promise<void> {
  const id = await placeInto(account, { kind: 'status', status: 503 });
  await running.until(account, id, ['NEVER_PLACED']);
  expect(await cancel(account, id)).toMatchObject({
    status: 202,
    body: { status: 'CANCELED', reason: 'NEVER_PLACED', cancel: { status: 'DONE' } },
  });
  expect((await cancel(account, id)).status).toBe(200);
  expect([atExchange(id), calls(account, 'cancel')]).toEqual([[], []]);
}

async function held(account: string): Promise<void> {
  const id = await placeInto(account, { kind: 'code', code: '-1141' });
  const before = await running.until(account, id, ['HELD']);
  expect(before).toMatchObject({ reason: 'DUPLICATE_BUT_ABSENT' });
  expect(await cancel(account, id)).toMatchObject({
    status: 202,
    body: { status: 'HELD', cancel: { status: 'REQUESTED' } },
  });
  // Time enough for a cancel of another order to be sent.
  const other = `${account}-other`;
  await running.post('/v1/orders', { accountId: account, clientOrderId: other, ...RESTING });
  await running.until(account, other, ['NEW']);
  await cancel(account, other);
  await expectDone(account, other, 'CANCELED');
  expect(await resource(account, id)).toMatchObject({ status: 'HELD' });
  expect(calls(account, 'cancel')).toHaveLength(1);
}

async function answered(account: string, code: string): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  const match = { endpoint: 'cancel', apiKey: `${account}#1` } as const;
  admin().addRule({ match, times: 1, fault: { kind: 'code', code } });
  await cancel(account, id);
  const order = await expectDone(account, id, 'CANCELED');
  expect(typesOf(order).filter((type) => type === 'CancelStarted')).toHaveLength(2);
  expect(calls(account, 'query').length).toBeGreaterThan(0);
}

async function unanswered(account: string, when: 'before' | 'after'): Promise<void> {
  const id = await place(account);
  await running.until(account, id, ['NEW']);
  const match = { endpoint: 'cancel', apiKey: `${account}#1` } as const;
  admin().addRule({ match, times: 1, fault: { kind: 'hang', when } });
  await cancel(account, id);
  const order = await expectDone(account, id, 'CANCELED');
  const answers = (order.history as { type: string; outcome?: string }[]).filter(
    ({ type }) => type === 'CancelAnswered',
  );
  expect(answers[0]).toMatchObject({ outcome: 'unknown' });
  expect(calls(account, 'cancel')).toHaveLength(when === 'before' ? 2 : 1);
}

/** Has the key suspended by another order: what comes now waits for longer than its story. */
async function closeGate(account: string): Promise<void> {
  onCreate(account, { kind: 'throttle' });
  const clientOrderId = `${account}-throttled`;
  await running.post('/v1/orders', { accountId: account, clientOrderId, ...RESTING });
  const giveUpAt = Date.now() + 60_000;
  while (!typesOf(await resource(account, clientOrderId)).includes('AttemptReturned')) {
    if (Date.now() > giveUpAt) throw new Error(`${clientOrderId} was not throttled`);
    await sleep(50);
  }
}

/** Waits for the fills too: a late one would change the order while its cancel is judged. */
async function untilComplete(account: string, id: string): Promise<void> {
  await running.until(account, id, ['FILLED', 'PARTIALLY_CANCELED']);
  const giveUpAt = Date.now() + 60_000;
  while ((await resource(account, id)).fillsComplete !== true) {
    if (Date.now() > giveUpAt) throw new Error(`${id} has not all fills`);
    await sleep(100);
  }
}
