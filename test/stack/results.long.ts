import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { orderEventSchema } from '../../lib/application/event-schema.ts';
import { seededRandom } from '../support/random.ts';
import {
  type Mood,
  type Receiver,
  type SeenResult,
  startReceiver,
} from '../support/result-receiver.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

jest.setTimeout(120_000);

const SECRET = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
const ORDERS = Array.from({ length: 8 }, (_, index) => `result-${index + 1}`);
const WAIT_MAX_MS = 90_000;

let running: RunningStack;
let receiver: Receiver;
let mood: () => Mood = () => 'takes';
beforeAll(async () => {
  receiver = await startReceiver(() => mood());
  running = await startRunningStack({
    accounts: 1,
    producers: {
      demo: {
        secrets: [PRODUCER_SECRET],
        accounts: ['desk-1'],
        results: { url: receiver.url, secrets: [SECRET] },
      },
    },
    // Hours become moments; everything else is as it is deployed.
    environment: { RESULT_WAIT_MAX_MS: '300' },
  });
}, 120_000);
afterAll(async () => {
  await running.stop();
  await receiver.close();
});

describe('results through a receiver that fails, hangs and repeats', () => {
  it('are lost never and keep their order per order, each signed', async () => {
    const random = seededRandom(7);
    let hangs = 0;
    mood = () => {
      const chance = random();
      // Each costs its whole time limit: two show what a hundred would.
      if (chance < 0.1 && hangs < 2) {
        hangs += 1;
        return 'hangs';
      }
      if (chance < 0.3) return 'fails';
      if (chance < 0.4) return 'hangs up';
      return chance < 0.55 ? 'repeats' : 'takes';
    };
    await Promise.all(ORDERS.map(place));
    for (const id of ORDERS) await running.until('desk-1', id, ['FILLED', 'NEW']);

    await until(async () => (await missing()).length === 0);
    expect(await missing()).toEqual([]);
    expect(receiver.calls()).toBeGreaterThan(receiver.taken.length);

    const verifier = new Webhook(SECRET);
    const texts = new Map<string, string>();
    for (const { body, headers } of receiver.taken) {
      const { data } = Object(verifier.verify(body, { ...headers }));
      expect(orderEventSchema.safeParse(data).error?.issues ?? []).toEqual([]);
      expect(headers['webhook-id']).toBe(data.id);
      // A repeat says what it said before.
      expect(texts.get(data.id) ?? body).toBe(body);
      texts.set(data.id, body);
    }
    for (const id of ORDERS) {
      const first = [...new Set(sequencesOf(id))];
      expect(first).toEqual(first.map((_, index) => index + 1));
    }
  });

  it('go to nobody for an order that no producer placed', async () => {
    await running.post('/v1/orders', { ...request('by-api'), clientOrderId: 'by-api' });
    await running.until('desk-1', 'by-api', ['FILLED', 'NEW']);
    await place('after-it');
    await running.until('desk-1', 'after-it', ['FILLED', 'NEW']);
    await until(async () => sequencesOf('after-it').length > 2);
    expect(sequencesOf('by-api')).toEqual([]);
  });

  it('come again when a person asks for them', async () => {
    mood = () => 'takes';
    const before = sequencesOf('result-1').length;
    const stage = ['--url', running.stack.apiUrl, '--aws-endpoint', running.stack.awsUrl];
    const range = ['--from', '1', '--to', '2', '--apply'];
    const command = ['cli/main.ts', ...stage, 'redeliver', 'desk-1', 'result-1', ...range];
    const { stdout } = await promisify(execFile)(process.execPath, command);
    expect(stdout).toContain('2 results\n');
    await until(async () => sequencesOf('result-1').length >= before + 2);
    expect(sequencesOf('result-1').slice(before)).toEqual([1, 2]);
  });
});

function request(clientOrderId: string) {
  const order = { symbol: 'BTCUSD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
  return { accountId: 'desk-1', clientOrderId, orderingKey: clientOrderId, ...order };
}

async function place(clientOrderId: string): Promise<void> {
  const answer = await running.webhook(JSON.stringify(request(clientOrderId)), {
    id: `msg-${clientOrderId}`,
  });
  expect(answer.status).toBe(202);
}

/** Orders of which the receiver lacks a change that the API shows. */
async function missing(): Promise<readonly string[]> {
  const lacking: string[] = [];
  for (const id of ORDERS) {
    const { body } = await running.get(`/v1/orders/desk-1/${id}`);
    if (new Set(sequencesOf(id)).size < Number(body.version)) lacking.push(id);
  }
  return lacking;
}

function sequencesOf(clientOrderId: string): readonly number[] {
  const dataOf = ({ body }: SeenResult) => JSON.parse(body).data;
  return receiver.taken
    .map(dataOf)
    .filter((data) => data.clientOrderId === clientOrderId)
    .map(({ sequence }) => sequence);
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + WAIT_MAX_MS;
  while (!(await isTrue())) {
    if (Date.now() > giveUpAt) throw new Error(`only ${receiver.taken.length} results came`);
    await sleep(100);
  }
}
