import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { runCommand } from '../support/run-command.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

/** Doubt ends within seconds here, but the machine may be busy. */
jest.setTimeout(60_000);

let running: RunningStack;
beforeAll(async () => {
  running = await startRunningStack({ accounts: 2 });
}, 120_000);
afterAll(async () => {
  const { status429 } = running.desk.simulator.admin.statistics().total;
  await running.stop();
  // The one that a test below asks for.
  expect(status429).toBeLessThanOrEqual(1);
});

/** Far from the market: it stays open until somebody ends it. */
const resting = { symbol: 'BTCUSD', side: 'BUY', type: 'LIMIT', quantity: '0.01', price: '95000' };

async function place(clientOrderId: string, accountId = 'desk-1') {
  const answer = await running.post('/v1/orders', { accountId, clientOrderId, ...resting });
  expect(answer.status).toBe(202);
}

const cancel = (id: string, accountId = 'desk-1') =>
  running.delete(`/v1/orders/${accountId}/${id}`);
const until = (id: string, ...statuses: string[]) => running.until('desk-1', id, statuses);
const atExchange = (clientOrderId: string) =>
  running.desk.simulator.admin.orders({ clientOrderId });

describe('a cancel of an open order', () => {
  it('is recorded, sent, and the truth fetched; its repeat changes nothing', async () => {
    await place('open-1');
    await until('open-1', 'NEW');
    const first = await cancel('open-1');
    expect(first).toMatchObject({ status: 202, body: { clientOrderId: 'open-1' } });
    const order = await until('open-1', 'CANCELED');
    expect(order).toMatchObject({
      reason: 'USER_CANCEL',
      cancel: { requestedAt: expect.any(Number), status: 'DONE' },
    });
    expect(Object.keys(order.cancel as object).toSorted()).toEqual(['requestedAt', 'status']);
    expect(atExchange('open-1')).toMatchObject([{ status: 'CANCELED' }]);

    const repeat = await cancel('open-1');
    expect(repeat).toMatchObject({ status: 200, body: { version: order.version } });
  });

  it('may come as a signed webhook', async () => {
    await place('open-2');
    await until('open-2', 'NEW');
    const text = '{"action":"cancel","accountId":"desk-1","clientOrderId":"open-2"}';
    expect((await running.webhook(text, { id: 'cancel-2' })).status).toBe(202);
    await until('open-2', 'CANCELED');
    const forged = await running.webhook(text, { id: 'cancel-3', signature: 'v1,AAAA' });
    expect(forged.status).toBe(401);
  });

  it('passes the kill switch', async () => {
    await place('open-3');
    await until('open-3', 'NEW');
    await running.put('/v1/accounts/desk-1/halt', { halted: true });
    await cancel('open-3');
    await until('open-3', 'CANCELED');
    await running.put('/v1/accounts/desk-1/halt', { halted: false });
  });
});

describe('hashkey-orders cancel-all', () => {
  it('cancels what is open and what waits, and ends when that is known', async () => {
    const ids = ['all-1', 'all-2', 'all-3'];
    for (const id of ids) await place(id);
    for (const id of ids) await until(id, 'NEW');
    const endpoint = ['--aws-endpoint', running.stack.awsUrl];
    const { stdout } = await runCommand(['cancel-all', 'desk-1', '--wait', '60s', ...endpoint]);
    expect(stdout).toMatch(/^canceling: 0 of 3 orders over, 0 calls$/m);
    expect(stdout).toMatch(/^confirming: 3 of 3 orders over, \d+ calls, 0 open at the exchange$/m);
    expect(stdout).toMatch(/done: nothing is left\n$/);
    for (const id of ids) expect(atExchange(id)).toMatchObject([{ status: 'CANCELED' }]);
  });
});

describe('a cancel', () => {
  it('of an order that was never received is answered with 404', async () => {
    const answer = await cancel('unheard-of');
    expect(answer).toMatchObject({ status: 404, contentType: 'application/problem+json' });
  });

  it('that comes after the last fill finds the order filled', async () => {
    await place('late-1');
    await until('late-1', 'NEW');
    running.desk.simulator.admin.fillOrder({ clientOrderId: 'late-1' });
    expect((await cancel('late-1')).status).toBe(202);
    const order = await until('late-1', 'FILLED');
    expect(order).toMatchObject({ executedQuantity: '0.01', cancel: { status: 'TOO_LATE' } });
  });

  it('of an order in doubt is carried out when the order is found', async () => {
    const fault = { kind: 'status', status: 503, when: 'after' } as const;
    running.desk.simulator.admin.addRule({ match: { clientOrderId: 'doubt-1' }, times: 1, fault });
    await place('doubt-1');
    await until('doubt-1', 'IN_DOUBT', 'NEW');
    expect((await cancel('doubt-1')).status).toBe(202);
    const order = await until('doubt-1', 'CANCELED');
    expect(order).toMatchObject({ cancel: { status: 'DONE' } });
    expect(atExchange('doubt-1')).toMatchObject([{ status: 'CANCELED' }]);
  });

  it('with an unknown end is sent again until the order is canceled', async () => {
    await place('unknown-1');
    await until('unknown-1', 'NEW');
    const fault = { kind: 'status', status: 502 } as const;
    running.desk.simulator.admin.addRule({ match: { endpoint: 'cancel' }, times: 1, fault });
    await cancel('unknown-1');
    const order = await until('unknown-1', 'CANCELED');
    const types = (order.history as { type: string }[]).map(({ type }) => type);
    expect(types.filter((type) => type === 'CancelStarted')).toHaveLength(2);
  });

  it('of an order that waits for a closed gate ends it without a call', async () => {
    running.desk.simulator.admin.addRule({
      match: { clientOrderId: 'throttled-1' },
      times: 1,
      fault: { kind: 'throttle' },
    });
    await place('throttled-1', 'desk-2');
    await place('waiting-1', 'desk-2');
    const answer = await cancel('waiting-1', 'desk-2');
    expect(answer).toMatchObject({
      status: 202,
      body: { status: 'CANCELED', reason: 'CANCELED_BEFORE_SENDING', cancel: { status: 'DONE' } },
    });
    expect(atExchange('waiting-1')).toEqual([]);
    expect((await cancel('waiting-1', 'desk-2')).status).toBe(200);
  });
});
