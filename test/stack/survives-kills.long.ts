import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '../support/random.ts';
import { type SimulatedDesk, startDesk } from '../support/simulated-desk.ts';
import { type StackProcess, startStackProcess } from '../support/stack-process.ts';

/**
 * The long form: KILLS=10 SEED=7 npm run test:stack -- survives-kills
 * Everything random comes from SEED.
 */
const SEED = Number(process.env.SEED ?? '20261122');
const KILLS = Number(process.env.KILLS ?? '2');

const ACCOUNTS = 3;
/** A round's kill comes after so many of its orders were accepted, and then at any moment. */
const ORDERS_MIN = 5;
const ORDERS_SPREAD = 25;
const MOMENT_SPREAD_MS = 150;
/** After the last restart: a message's visibility, a sweep, the fence and the horizon. */
const SETTLE_MAX_MS = 120_000;
const FINAL = ['FILLED', 'CANCELED', 'REJECTED', 'NEVER_PLACED', 'EXPIRED'];

const SETTINGS = {
  dataDirectory: mkdtempSync(join(tmpdir(), 'order-service-kills-')),
  port: 0,
  awsPort: 0,
  exchangePort: 0,
  environment: { ABSENCE_HORIZON_MS: '3000', ABSENCE_SPACING_MS: '1500' },
};

let desk: SimulatedDesk;
let stack: StackProcess | undefined;

beforeAll(async () => {
  desk = await startDesk({
    accounts: ACCOUNTS,
    lanes: 2,
    latencyMs: 20,
    jitterMs: 10,
    seed: SEED,
    createAnswer: 'FINAL',
  });
}, 120_000);

afterAll(async () => {
  await stack?.kill();
  await desk.simulator.stop();
});

describe(`a service that is killed ${KILLS} times under load (SEED=${SEED})`, () => {
  it(
    'loses no accepted order, places none twice and ends each as the exchange has it',
    async () => {
      const random = seededRandom(SEED);
      const accepted = new Map<string, string>();
      for (let kill = 0; kill < KILLS; kill += 1) {
        stack = await start();
        const { kill: killAll, apiUrl } = stack;
        const orders = accepted.size + ORDERS_MIN + Math.floor(random() * ORDERS_SPREAD);
        const momentMs = random() * MOMENT_SPREAD_MS;
        const afterLoad = grownTo(accepted, orders)
          .then(() => sleep(momentMs))
          .then(killAll);
        await Promise.all([loadUntilDead(apiUrl, accepted, kill), afterLoad]);
      }
      stack = await start();
      const statuses = await settled(stack, accepted);

      expect(accepted.size).toBeGreaterThanOrEqual(KILLS * ORDERS_MIN);
      expect(desk.simulator.admin.statistics().total.duplicates).toBe(0);
      const wrong = [...statuses].filter(([id, status]) => !agrees(id, status));
      expect(wrong).toEqual([]);
      process.stdout.write(`${accepted.size} orders accepted under ${KILLS} kills\n`);
    },
    60_000 + KILLS * 20_000 + SETTLE_MAX_MS,
  );
});

function start(): Promise<StackProcess> {
  const { configuration, simulator } = desk;
  return startStackProcess({ ...SETTINGS, configuration, exchangeUrl: simulator.url });
}

async function grownTo(accepted: ReadonlyMap<string, string>, size: number): Promise<void> {
  while (accepted.size < size) await sleep(5);
}

/** Posts orders one after the other per account, as fast as they are taken, until nobody answers. */
async function loadUntilDead(
  apiUrl: string,
  accepted: Map<string, string>,
  round: number,
): Promise<void> {
  await Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, index) => {
      const accountId = `desk-${index + 1}`;
      for (let count = 0; ; count += 1) {
        const clientOrderId = `kill-${round}-${index}-${count}`;
        const status = await post(apiUrl, { accountId, clientOrderId, ...order(count) });
        if (status === 'dead') return;
        if (status === 202 || status === 200) accepted.set(clientOrderId, accountId);
        await sleep(40);
      }
    }),
  );
}

function order(count: number) {
  const symbol = ['BTCUSD', 'ETHUSD', 'SOLUSD'][count % 3] ?? 'BTCUSD';
  const side = count % 2 === 0 ? 'BUY' : 'SELL';
  const validUntil = Date.now() + 600_000;
  return { symbol, side, type: 'MARKET', quantity: '0.01', validUntil };
}

async function post(apiUrl: string, body: object): Promise<number | 'dead'> {
  try {
    const answer = await fetch(`${apiUrl}/v1/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    return answer.status;
  } catch (error) {
    // What fetch throws comes from outside of the test's own realm: only its name tells.
    if (error !== null && typeof error === 'object' && 'cause' in error) return 'dead';
    throw error;
  }
}

/** Waits until every accepted order is final and gives the statuses. */
async function settled(
  { apiUrl }: StackProcess,
  accepted: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  const statuses = new Map<string, string>();
  const giveUpAt = Date.now() + SETTLE_MAX_MS;
  for (;;) {
    for (const [clientOrderId, accountId] of accepted) {
      if (FINAL.includes(statuses.get(clientOrderId) ?? '')) continue;
      const answer = await fetch(`${apiUrl}/v1/orders/${accountId}/${clientOrderId}`);
      const body: { status?: string } = JSON.parse(await answer.text());
      statuses.set(clientOrderId, answer.status === 200 ? (body.status ?? '') : 'LOST');
    }
    const isDone = [...statuses.values()].every((status) => FINAL.includes(status));
    if (isDone || Date.now() > giveUpAt) return statuses;
    await sleep(500);
  }
}

/** Says whether a status is what the exchange itself says of the order. */
function agrees(clientOrderId: string, status: string): boolean {
  const placed = desk.simulator.admin.orders({ clientOrderId });
  if (status === 'FILLED') return placed.length === 1 && placed[0]?.status === 'FILLED';
  if (status === 'NEVER_PLACED' || status === 'EXPIRED') return placed.length === 0;
  return false;
}
