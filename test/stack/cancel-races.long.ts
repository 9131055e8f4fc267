import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { inParallel } from '../../lib/application/in-parallel.ts';
import { seededRandom } from '../support/random.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

/** `RACES=1000 npm run test:stack -- cancel-races` is the long form. */
const RACES = Number(process.env.RACES ?? 200);
const SEED = Number(process.env.SEED ?? 20_261_122);
/** At once: fewer than the exchange bears open orders of a pair. */
const WAVE = 100;
const ACCOUNT = 'desk-1';
const CALLERS = 16;
/** Wishes of a wave come close together; about so long after them the exchange has them all. */
const WISH_WITHIN_MS = 1_000;
const FILL_WITHIN_MS = 4_000;
const RESTING = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };

jest.setTimeout(120_000 + RACES * 1_000);

let running: RunningStack;
beforeAll(async () => {
  // Wide limits: these races are about order, not about the budget.
  running = await startRunningStack({
    ...{ accounts: 1, lanes: 8, ordersPerSecond: 100, queriesPerSecond: 20 },
  });
}, 120_000);
afterAll(async () => {
  const { status429, duplicates } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  expect({ status429, duplicates }).toEqual({ status429: 0, duplicates: 0 });
});

interface Race {
  readonly id: string;
  readonly fillAfterMs: number;
  readonly cancelAfterMs: number;
  /** All of the order without it. */
  readonly quantity?: string;
}

const admin = () => running.desk.simulator.admin;
const truthOf = (clientOrderId: string) => admin().orders({ clientOrderId })[0];

function plan(): readonly Race[] {
  const random = seededRandom(SEED);
  return Array.from({ length: RACES }, (_, index) => ({
    id: `race-${index}`,
    fillAfterMs: Math.floor(random() * FILL_WITHIN_MS),
    cancelAfterMs: Math.floor(random() * WISH_WITHIN_MS),
    ...(random() < 0.5 ? {} : { quantity: '0.004' }),
  }));
}

async function place({ id }: Race, index: number): Promise<void> {
  const orderingKey = `key-${index % CALLERS}`;
  const body = { accountId: ACCOUNT, clientOrderId: id, ...RESTING, orderingKey };
  expect((await running.post('/v1/orders', body)).status).toBe(202);
}

/** The order is canceled, and filled in part or as a whole a moment before or after that. */
async function run({ id, fillAfterMs, cancelAfterMs, quantity }: Race): Promise<void> {
  const filled = sleep(fillAfterMs).then(() => {
    // It may be canceled already; then there is nothing left to fill.
    const status = truthOf(id)?.status;
    if (status === 'NEW' || status === 'PARTIALLY_FILLED') {
      admin().fillOrder({ clientOrderId: id, ...(quantity !== undefined && { quantity }) });
    }
  });
  const canceled = sleep(cancelAfterMs).then(() => running.delete(`/v1/orders/${ACCOUNT}/${id}`));
  const [answer] = await Promise.all([canceled, filled]);
  expect([200, 202]).toContain(answer.status);
}

/** Status, quantities and events are true, and the wish has the end that it says. */
async function judge({ id }: Race): Promise<string> {
  const order = await running.until(ACCOUNT, id, ['FILLED', 'CANCELED', 'PARTIALLY_CANCELED']);
  const truth = truthOf(id);
  expect(order).toMatchObject({
    status: truth?.status,
    executedQuantity: truth?.executed,
    exchangeOrderId: truth?.orderId,
  });
  const history = order.history as { sequence: number; type: string }[];
  expect(history.map(({ sequence }) => sequence)).toEqual(history.map((_, index) => index + 1));
  const wishes = history.filter(({ type }) => type === 'CancelRequested').length;
  expect(wishes).toBeLessThanOrEqual(1);
  const end = (order.cancel as { status: string } | undefined)?.status;
  const expected = order.status === 'FILLED' ? 'TOO_LATE' : 'DONE';
  expect(end).toBe(wishes === 1 ? expected : undefined);
  return `${order.status} ${end ?? 'before the wish'}`;
}

describe('row 2: cancels against fills', () => {
  it(`end each of ${RACES} orders as the exchange has it, and no cancel is lost`, async () => {
    const ends = new Map<string, number>();
    const races = plan();
    for (let from = 0; from < races.length; from += WAVE) {
      const wave = races.slice(from, from + WAVE);
      const numbered = wave.map((race, index) => ({ race, index }));
      await inParallel(numbered, CALLERS, ({ race, index }) => place(race, index));
      for (const { id } of wave) await running.until(ACCOUNT, id, ['NEW']);
      await Promise.all(wave.map(run));
      for (const race of wave) {
        const end = await judge(race);
        ends.set(end, (ends.get(end) ?? 0) + 1);
      }
    }
    if (process.env.RACES !== undefined) process.stdout.write(`${JSON.stringify([...ends])}\n`);
    // The races are close: each side wins some.
    const won = (end: RegExp) => [...ends.keys()].filter((one) => end.test(one)).length;
    expect([won(/^FILLED/), won(/CANCELED DONE$/)].every((count) => count > 0)).toBe(true);
  });
});
