import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../simulator/start.ts';
import { type StackProcess, startStackProcess } from '../support/stack-process.ts';

const KEY = { apiKey: 'key-of-desk-1', apiSecret: 'secret-of-desk-1' };
/** The message of an order that could not be sent comes back after seconds. */
const PLACED_MAX_MS = 30_000;

let port: number;
let stack: StackProcess;
let simulator: Simulator | undefined;

beforeAll(async () => {
  port = await freePort();
  stack = await startStackProcess({
    dataDirectory: mkdtempSync(join(tmpdir(), 'order-service-away-')),
    port: 0,
    awsPort: 0,
    exchangePort: 0,
    configuration: {
      accounts: { 'desk-1': { site: 'HK', environment: 'sandbox', keys: [KEY] } },
      producers: {},
    },
    exchangeUrl: `http://127.0.0.1:${port}`,
  });
}, 120_000);

afterAll(async () => {
  await stack.kill();
  await simulator?.stop();
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function statusOf(clientOrderId: string): Promise<string> {
  const answer = await fetch(`${stack.apiUrl}/v1/orders/desk-1/${clientOrderId}`);
  const body: { status?: string } = JSON.parse(await answer.text());
  return body.status ?? '';
}

describe('an exchange that is down when the stack starts', () => {
  it(
    'keeps no order from being accepted, loses none, and gets it once it is back',
    async () => {
      const order = { symbol: 'BTCUSD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
      const answer = await fetch(`${stack.apiUrl}/v1/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ accountId: 'desk-1', clientOrderId: 'patient', ...order }),
      });
      expect(answer.status).toBe(202);
      expect(await statusOf('patient')).toBe('RECEIVED');

      const accounts = { 'desk-1': { site: 'HK' as const, keys: [KEY] } };
      simulator = await startSimulator({ port, site: 'HK', accounts });
      const giveUpAt = Date.now() + PLACED_MAX_MS;
      while (!['NEW', 'FILLED'].includes(await statusOf('patient')) && Date.now() < giveUpAt) {
        await new Promise((resolve) => {
          setTimeout(resolve, 200);
        });
      }
      expect(await statusOf('patient')).toMatch(/NEW|FILLED/);
      expect(simulator.admin.orders({ clientOrderId: 'patient' })).toHaveLength(1);
    },
    PLACED_MAX_MS + 10_000,
  );
});
