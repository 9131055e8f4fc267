import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isInShare } from '../../lib/application/account-share.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

const ACCOUNTS = ['desk-1', 'desk-2', 'desk-3', 'desk-4'];
const resting = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '80000' };

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({ accounts: ACCOUNTS.length, shards: '2' });
}, 120_000);
afterAll(() => running.stop(), 60_000);

describe('a stack with two reconcilers', () => {
  it('ends doubt and sees fills of the accounts of both', async () => {
    const { admin } = running.desk.simulator;
    const inFirst = ACCOUNTS.filter((accountId) => isInShare(accountId, { shard: 0, of: 2 }));
    expect(inFirst.length).toBeGreaterThan(0);
    expect(inFirst.length).toBeLessThan(ACCOUNTS.length);

    for (const accountId of ACCOUNTS) {
      const doubtful = { accountId, clientOrderId: `doubt-${accountId}`, ...resting };
      const fault = { kind: 'reset', when: 'after' } as const;
      admin.addRule({
        match: { endpoint: 'create', clientOrderId: doubtful.clientOrderId },
        times: 1,
        fault,
      });
      for (const order of [doubtful, { ...doubtful, clientOrderId: `open-${accountId}` }]) {
        expect((await running.post('/v1/orders', order)).status).toBe(202);
      }
    }
    for (const accountId of ACCOUNTS) {
      await running.until(accountId, `doubt-${accountId}`, ['NEW']);
      await running.until(accountId, `open-${accountId}`, ['NEW']);
      admin.fillOrder({ clientOrderId: `open-${accountId}` });
    }
    for (const accountId of ACCOUNTS) {
      await running.until(accountId, `open-${accountId}`, ['FILLED']);
    }
    const { duplicates, status429 } = admin.statistics().total;
    expect({ duplicates, status429 }).toEqual({ duplicates: 0, status429: 0 });
  }, 120_000);
});
