import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { beginAtOnce, type Ends } from '../support/at-once.ts';
import { type Body, type RunningStack, startRunningStack } from '../support/running-stack.ts';

jest.setTimeout(150_000);

const HORIZON_MS = 3_000;
/** What no wait here takes, on whatever machine. */
const STATE_MAX_MS = 120_000;
/** Past the fence, the horizon and three looks by far: the order appears after the verdict. */
const APPEARS_AFTER_MS = 45_000;

/** Each story has an account of its own: `desk-` and its place in this list. */
const STORIES = {
  F18: filledUnseen,
  F19: seenLate,
  F20: unheard,
  F21: byTurns,
  F22: tooLate,
} as const;
const TRADES = { F28: forgotten, 'F74 fee': feeChanges, 'F74 void': tradeIsVoided } as const;

let running: RunningStack;
let ended: Ends<string>;
beforeAll(async () => {
  const stories = Object.entries({ ...STORIES, ...TRADES });
  running = await startRunningStack({ accounts: stories.length, horizonMs: HORIZON_MS });
  ended = beginAtOnce(
    Object.fromEntries(
      stories.map(([name, story], index) => [name, () => story(`desk-${index + 1}`)] as const),
    ),
  );
}, 120_000);
afterAll(async () => {
  const { status429, duplicates } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  expect({ status429, duplicates }).toEqual({ status429: 0, duplicates: 0 });
});

describe('row 8: an order in doubt', () => {
  it('F18 that was filled and closed before the first question is found FILLED, with its fills', () =>
    ended('F18'));
  it('F19 that queries do not show at first is never called absent, and found', () => ended('F19'));
  it('F20 stays in doubt while no question is answered, however long', () => ended('F20'));
  it('F21 is proven absent by not-founds alone where errors come between', () => ended('F21'));
  it('F22 that appears after the verdict is resurrected by the next list', () => ended('F22'));
});

describe('row 8: an open order', () => {
  it('F28 that the exchange forgets is held, never ended', () => ended('F28'));
  it('F74 whose trade gets another fee is corrected, with what it was', () => ended('F74 fee'));
  it('F74 whose trade is voided is corrected, and asked about further', () => ended('F74 void'));
});

const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };
const admin = () => running.desk.simulator.admin;
type Fault = Parameters<ReturnType<typeof admin>['addRule']>[0]['fault'];
const SILENT = { kind: 'status', status: 503 } as const satisfies Fault;
const LOOKING = ['query', 'openOrders', 'history', 'trades'] as const;

interface Told extends Body {
  readonly history: readonly { readonly type: string; readonly [field: string]: unknown }[];
  readonly attempts: readonly { readonly fenceAt: number }[];
  readonly fills?: readonly { readonly tradeId: string; readonly fee: string; at: number }[];
}

const isTold = (body: Body): body is Told => Array.isArray(body.history);
const typesOf = ({ history }: Told) => history.map(({ type }) => type);
const calls = (account: string, ...endpoints: readonly string[]) =>
  admin()
    .statistics()
    .arrivals.filter(({ key, endpoint }) => key === `${account}#1` && endpoints.includes(endpoint));

async function place(accountId: string, name: string, change: object = {}): Promise<string> {
  const clientOrderId = `${accountId}-${name}`;
  const answer = await running.post('/v1/orders', {
    ...{ accountId, clientOrderId, ...RESTING, validUntil: Date.now() + 120_000 },
    ...change,
  });
  expect(answer.status).toBe(202);
  return clientOrderId;
}

async function placeInto(account: string, fault: Fault, change: object = {}): Promise<string> {
  const match = { endpoint: 'create', clientOrderId: `${account}-order` } as const;
  admin().addRule({ match, times: 1, fault });
  return place(account, 'order', change);
}

/** Waits until the order is as wanted; fails with what it is instead. */
async function until(account: string, id: string, isSo: (order: Told) => boolean): Promise<Told> {
  const giveUpAt = Date.now() + STATE_MAX_MS;
  for (;;) {
    const { body } = await running.get(`/v1/orders/${account}/${id}`);
    if (isTold(body) && isSo(body)) return body;
    if (Date.now() > giveUpAt) throw new Error(`still ${JSON.stringify(body)}`);
    await sleep(100);
  }
}

const untilIn = (account: string, id: string, ...statuses: readonly string[]) =>
  until(account, id, ({ status }) => statuses.includes(String(status)));

async function filledUnseen(account: string): Promise<void> {
  // It crosses the market, so that it is over before its answer would be there.
  const id = await placeInto(account, { ...SILENT, when: 'after' }, { price: '110000' });
  const order = await until(
    account,
    id,
    (one) => one.fillsComplete === true && one.status === 'FILLED',
  );
  expect(order).toMatchObject({ executedQuantity: '0.01' });
  expect(typesOf(order)).toContain('OrderDoubted');
  expect(admin().orders({ clientOrderId: id })).toMatchObject([{ status: 'FILLED' }]);
}

async function seenLate(account: string): Promise<void> {
  // Longer than the fence, so that not-founds count, and shorter than fence and horizon.
  const id = await placeInto(account, { kind: 'late', ms: 7_500 });
  const order = await untilIn(account, id, 'NEW', 'NEVER_PLACED');
  expect(order.status).toBe('NEW');
  expect(typesOf(order)).not.toContain('AbsenceProven');
  expect(calls(account, 'query').length).toBeGreaterThan(0);
  expect(calls(account, 'create')).toHaveLength(1);
}

async function unheard(account: string): Promise<void> {
  const rules = LOOKING.map((endpoint) =>
    admin().addRule({ match: { endpoint, apiKey: `${account}#1` }, fault: SILENT }),
  );
  const id = await placeInto(account, SILENT);
  const { attempts } = await untilIn(account, id, 'IN_DOUBT');
  const provableAt = (attempts.at(-1)?.fenceAt ?? Number.NaN) + HORIZON_MS;
  const late = () => calls(account, ...LOOKING).filter(({ at }) => at > provableAt);
  const order = await until(account, id, () => late().length >= 4);
  expect(order.status).toBe('IN_DOUBT');
  expect(typesOf(order)).not.toContain('AbsenceObserved');
  for (const rule of rules) admin().removeRule(rule.id);
  await untilIn(account, id, 'NEVER_PLACED');
}

async function byTurns(account: string): Promise<void> {
  const stop = failEachSecond(account, ['query', 'openOrders']);
  const id = await placeInto(account, SILENT);
  const order = await untilIn(account, id, 'NEVER_PLACED').finally(stop);
  const fenceAt = order.attempts.at(-1)?.fenceAt ?? Number.NaN;
  const observed = order.history.filter(({ type }) => type === 'AbsenceObserved');
  expect(new Set(observed.map(({ source }) => source)).size).toBe(2);
  expect(observed.every(({ at }) => Number(at) > fenceAt)).toBe(true);
  const byId = observed.filter(({ source }) => source === 'query').length;
  const asked = calls(account, 'query');
  const failed = asked.filter(({ status }) => status === 503).length;
  expect(failed).toBeGreaterThanOrEqual(2);
  expect(byId).toBeLessThanOrEqual(asked.length - failed);
  expect(admin().orders({ clientOrderId: id })).toEqual([]);
}

/** Has calls fail and succeed by turns, each endpoint for itself, until it is told to stop. */
function failEachSecond(
  account: string,
  endpoints: readonly ('query' | 'openOrders')[],
): () => void {
  const struck = new Map<string, number>();
  const look = () => {
    for (const endpoint of endpoints) {
      const { length } = calls(account, endpoint);
      // After each pair of calls the next one fails.
      if (length % 2 !== 0 || struck.get(endpoint) === length) continue;
      const match = { endpoint, apiKey: `${account}#1` } as const;
      admin().addRule({ match, times: 1, fault: SILENT });
      struck.set(endpoint, length);
    }
  };
  look();
  const timer = setInterval(look, 50);
  return () => clearInterval(timer);
}

async function tooLate(account: string): Promise<void> {
  const id = await placeInto(account, { kind: 'late', ms: APPEARS_AFTER_MS });
  const wrong = await untilIn(account, id, 'NEVER_PLACED', 'NEW');
  expect(wrong.status).toBe('NEVER_PLACED');
  const [placed] = admin().orders({ clientOrderId: id });
  while (Date.now() < (placed?.visibleFrom ?? Number.NaN)) await sleep(200);
  // Open orders are looked at together, and the page states what nobody asks about.
  for (const name of ['one', 'two', 'three']) await place(account, name);
  const order = await untilIn(account, id, 'NEW');
  expect(typesOf(order)).toContain('OrderResurrected');
  expect(calls(account, 'create').filter(({ clientOrderId }) => clientOrderId === id)).toHaveLength(
    1,
  );
}

async function forgotten(account: string): Promise<void> {
  const id = await place(account, 'order');
  await untilIn(account, id, 'NEW');
  admin().forgetOrder({ clientOrderId: id });
  const order = await untilIn(account, id, 'HELD', 'CANCELED', 'REJECTED', 'NEVER_PLACED');
  expect(order).toMatchObject({ status: 'HELD', reason: 'MISSING_AT_EXCHANGE' });
  expect(typesOf(order).filter((type) => type === 'OrderMissed')).toHaveLength(3);
}

/** An open order of which one trade is known. */
async function tradedOnce(account: string) {
  const id = await place(account, 'order');
  await untilIn(account, id, 'NEW');
  admin().fillOrder({ clientOrderId: id, quantity: '0.004' });
  const { fills } = await until(account, id, (one) => one.fills?.length === 1);
  const [known] = fills ?? [];
  if (known === undefined) throw new Error('no trade');
  return { id, known };
}

async function feeChanges(account: string): Promise<void> {
  const { id, known } = await tradedOnce(account);
  admin().changeTrade({ tradeId: known.tradeId, fee: '0.77' });
  admin().fillOrder({ clientOrderId: id });
  const order = await until(account, id, (one) => typesOf(one).includes('FillCorrected'));
  const correction = order.history.find(({ type }) => type === 'FillCorrected');
  expect(correction).toMatchObject({
    before: { tradeId: known.tradeId, fee: known.fee },
    after: { tradeId: known.tradeId, fee: '0.77' },
  });
  const whole = await until(account, id, (one) => one.fillsComplete === true);
  expect(whole).toMatchObject({ status: 'FILLED', executedQuantity: '0.01' });
  expect(whole.fills).toHaveLength(2);
}

async function tradeIsVoided(account: string): Promise<void> {
  const { id, known } = await tradedOnce(account);
  admin().changeTrade({ tradeId: known.tradeId, isVoid: true });
  // Trades younger than the horizon may only lag behind.
  while (Date.now() < known.at + HORIZON_MS + 500) await sleep(100);
  admin().fillOrder({ clientOrderId: id, quantity: '0.003' });
  const order = await until(account, id, (one) => typesOf(one).includes('FillCorrected'));
  const correction = order.history.find(({ type }) => type === 'FillCorrected');
  expect(correction).toMatchObject({ before: { tradeId: known.tradeId } });
  expect(correction).not.toHaveProperty('after');
  expect(order).toMatchObject({ executedQuantity: '0.007', fillsComplete: false });
  expect(order.fills).toMatchObject([{ quantity: '0.003' }]);
}
