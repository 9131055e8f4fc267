import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

let running: RunningStack;

beforeAll(async () => {
  running = await startRunningStack({ accounts: 1, streams: true });
}, 120_000);
afterAll(() => running.stop(), 60_000);

const order = { accountId: 'desk-1', symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT' };
const statistics = () => running.desk.simulator.admin.statistics();

/** Waits until the order is stored with all its fills, and gives how long that took. */
async function storedWithin(clientOrderId: string, fills: number): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const { body } = await running.get(`/v1/orders/desk-1/${clientOrderId}`);
    if (Array.isArray(body.fills) && body.fills.length === fills) {
      expect(body.fillsComplete).toBe(true);
      return performance.now() - startedAt;
    }
    if (performance.now() - startedAt > 30_000) throw new Error(JSON.stringify(body));
    await sleep(20);
  }
}

describe('a stack whose account has its stream followed', () => {
  it('stores a fill when the exchange tells it, and rests from asking', async () => {
    const { admin } = running.desk.simulator;
    for (let waits = 0; admin.streamConnections() === 0 && waits < 600; waits += 1)
      await sleep(100);
    expect(admin.streamConnections()).toBe(1);

    const placed = { ...order, quantity: '0.01', price: '80000', clientOrderId: 'streamed-1' };
    expect((await running.post('/v1/orders', placed)).status).toBe(202);
    await running.until('desk-1', 'streamed-1', ['NEW']);
    admin.fillOrder({ clientOrderId: 'streamed-1', quantity: '0.004' });
    const ms = await storedWithin('streamed-1', 1);
    expect(ms).toBeLessThan(3_000);
    admin.fillOrder({ clientOrderId: 'streamed-1' });
    await storedWithin('streamed-1', 2);
    const done = await running.until('desk-1', 'streamed-1', ['FILLED']);
    expect(done).toMatchObject({ executedQuantity: '0.01', fees: [{ asset: 'USD' }] });

    // After a cut it connects again, and what happened meanwhile is found by the pass.
    await running.post('/v1/orders', { ...placed, clientOrderId: 'streamed-2' });
    await running.until('desk-1', 'streamed-2', ['NEW']);
    admin.cutStreams({ how: 'expire' });
    admin.fillOrder({ clientOrderId: 'streamed-2' });
    await storedWithin('streamed-2', 1);
    expect(statistics().total).toMatchObject({ status429: 0, duplicates: 0 });
  }, 120_000);
});
