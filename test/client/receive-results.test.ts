import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { webhookSecretText } from '../support/webhook-secret.ts';
import { exampleOrder } from './example-order.ts';
import { type RunningExample, runExample } from './run-example.ts';
import { answer, startScriptedServer } from './scripted-server.ts';

const SECRET = webhookSecretText('r');
let example: RunningExample;
let url: string;

beforeAll(async () => {
  // A port that was free a moment ago.
  const probe = await startScriptedServer(answer(200, {}));
  url = probe.url;
  await probe.stop();
  const env = { PORT: new URL(url).port, RESULTS_SECRET: SECRET };
  example = runExample('receive-results', { env });
  await example.lines(1);
});

afterAll(() => example.stop());

async function deliver(sequence: number, secret = SECRET): Promise<number> {
  const id = `desk-1/my-first/${sequence}`;
  const order = exampleOrder('NEW');
  const data = { id, orderId: 'desk-1/my-first', sequence, ...order, order };
  const body = JSON.stringify({ type: 'order.reported', data });
  const at = new Date();
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

describe('the example that receives results', () => {
  it('prints each result once, and refuses what is not authentic', async () => {
    expect(await deliver(1)).toBe(204);
    expect(await deliver(1)).toBe(204);
    expect(await deliver(2, webhookSecretText('x'))).toBe(401);
    expect(await deliver(2)).toBe(204);
    const line = 'order.reported my-first NEW';
    expect(await example.lines(3)).toEqual(['listening', line, line]);
  });
});
