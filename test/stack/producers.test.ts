import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrdersApiError, OrdersClient } from '../../client/index.ts';
import { runExample } from '../client/run-example.ts';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';
import { PRODUCER_SECRET } from '../support/simulated-desk.ts';

let running: RunningStack;
let orders: OrdersClient;
let producer: OrdersClient;

const terms = { accountId: 'desk-1', symbol: 'BTCUSD', side: 'BUY' } as const;
const resting = { ...terms, type: 'LIMIT', quantity: '0.01', price: '20000' } as const;

beforeAll(async () => {
  running = await startRunningStack({ accounts: 1 });
  const baseUrl = running.stack.apiUrl;
  orders = new OrdersClient({ baseUrl, auth: { kind: 'none' } });
  const auth = { kind: 'webhook', producerId: 'demo', secret: PRODUCER_SECRET } as const;
  producer = new OrdersClient({ baseUrl, auth });
}, 120_000);

afterAll(() => running.stop());

describe('the client', () => {
  it('finds the service in health', async () => {
    expect(await orders.health()).toEqual({ status: 'ok' });
  });

  it('places the order of its example once, however often it runs', async () => {
    const run = async () => {
      const env = { ORDERS_URL: running.stack.apiUrl };
      const example = runExample('place-order', { args: ['of-example'], env });
      expect(await example.ended()).toBe(0);
      return example.lines(2);
    };
    expect(await run()).toEqual(['accepted of-example', expect.stringMatching(/^FILLED 0.01 at /)]);
    expect(await run()).toEqual([
      'known before of-example',
      expect.stringMatching(/^FILLED 0.01 at /),
    ]);
    const placed = running.desk.simulator.admin.orders({ clientOrderId: 'of-example' });
    expect(placed).toHaveLength(1);
  });

  it('submits by signed webhook, and cancels so', async () => {
    const first = await producer.submit(resting, { webhookId: 'delivery-1' });
    const repeat = await producer.submit(resting, { webhookId: 'delivery-1' });
    expect([first.repeated, repeat.repeated]).toEqual([false, true]);
    const { accountId, clientOrderId } = repeat.order;
    expect(clientOrderId).toBe(first.order.clientOrderId);

    await orders.waitFor(accountId, clientOrderId, { until: ['NEW'] });
    expect((await producer.cancel(accountId, clientOrderId)).cancel).toBeDefined();
    const ended = await orders.waitFor(accountId, clientOrderId);
    expect(ended).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
  });

  it('lists, page by page', async () => {
    const ids: string[] = [];
    for await (const { clientOrderId } of orders.all({ accountId: 'desk-1', limit: 1 })) {
      ids.push(clientOrderId);
    }
    expect(ids).toEqual([expect.stringMatching(/^wh-/), 'of-example']);
  });

  it('works the kill switch and sees the account', async () => {
    const halted = await orders.halt('desk-1', { halted: true, reason: 'drill' });
    expect(halted).toMatchObject({ halted: true, reason: 'drill' });
    const denied = await orders.submit({ ...resting, clientOrderId: 'while-halted' });
    const { accountId, clientOrderId } = denied.order;
    expect(await orders.waitFor(accountId, clientOrderId)).toMatchObject({ status: 'DENIED' });
    await orders.halt('desk-1', { halted: false });
    expect(await orders.account('desk-1')).toMatchObject({ halted: false, keys: [{}] });
  });

  it('tells what the service refuses in its words', async () => {
    const wrong = { ...resting, clientOrderId: 'wrong', price: '-1' };
    const error = await orders.submit(wrong).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(OrdersApiError);
    expect(error).toMatchObject({ status: 400, errors: [{ field: 'price' }], attempts: 1 });
    await expect(orders.get('desk-1', 'wrong')).rejects.toMatchObject({ status: 404 });
    await expect(orders.account('desk-9')).rejects.toMatchObject({ status: 404 });
  });
});
