import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMemoryAccounts } from '../../../lib/adapters/memory/accounts.ts';
import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { parseAccount } from '../../../lib/adapters/secrets-manager/parse-account.ts';
import { createDeadLetters } from '../../../lib/adapters/sqs/dead-letters.ts';
import { createOrderQueue } from '../../../lib/adapters/sqs/order-queue.ts';
import { type RedriveDependencies, redrive } from '../../../lib/application/operations/redrive.ts';
import { parseOrderRequest } from '../../../lib/application/order-request.ts';
import { receivedEvent } from '../../../lib/application/receive-order.ts';
import { DEFAULT_SETTINGS } from '../../../lib/application/settings.ts';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import type { OrderKey } from '../../../lib/domain/order.ts';
import { accountValue } from '../../support/account-values.ts';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';

const START = 1_800_000_000_000;
const DAY_MS = 86_400_000;
const ACCOUNT = parseAccount('desk-1', accountValue());
const REQUEST = {
  accountId: 'desk-1',
  symbol: 'BTCUSD',
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.01',
};

let sqs: LocalSqs;
let elapsedMs = 0;
let rounds = 0;
let desk: Awaited<ReturnType<typeof setUp>>;
beforeAll(async () => {
  sqs = await startLocalSqs();
});
afterAll(() => sqs.close());
beforeEach(async () => {
  desk = await setUp();
});

describe('a dead letter', () => {
  it('goes back when nothing was ever sent for it and it is still valid', async () => {
    await desk.putAside({ ...REQUEST, clientOrderId: 'a' });
    expect(await desk.fates()).toEqual(['back']);
    expect([await desk.waiting(), await desk.aside()]).toEqual([1, 0]);
    expect((await desk.orders.get({ accountId: 'desk-1', clientOrderId: 'a' }))?.status).toBe(
      'RECEIVED',
    );
  });

  it('F43 days old is recorded to expire, and never sent', async () => {
    await desk.putAside({ ...REQUEST, clientOrderId: 'old' });
    advance(3 * DAY_MS);
    expect(await desk.fates()).toEqual(['expired']);
    expect([await desk.waiting(), await desk.aside()]).toEqual([0, 0]);
    const order = await desk.orders.get({ accountId: 'desk-1', clientOrderId: 'old' });
    expect(order?.terms.validUntil).toBeLessThan(START + elapsedMs);
    expect(await desk.orders.listDue(START + elapsedMs + 2_000, 10)).toHaveLength(1);
  });

  it('F44 of an order that was handled is waste', async () => {
    const request = { ...REQUEST, clientOrderId: 'done' };
    await desk.store(request, true);
    await desk.putAside(request);
    expect(await desk.fates()).toEqual(['done']);
    expect([await desk.waiting(), await desk.aside()]).toEqual([0, 0]);
  });

  it('of an order that waits to be sent puts that order back', async () => {
    const request = { ...REQUEST, clientOrderId: 'waiting' };
    await desk.store(request, false);
    await desk.putAside(request);
    expect(await desk.fates()).toEqual(['back']);
    expect(await desk.waiting()).toBe(1);
  });

  it('of a cancel goes back while its order is wanted canceled, and is waste after that', async () => {
    const key = { accountId: 'desk-1', clientOrderId: 'wanted' };
    await desk.store({ ...REQUEST, ...key }, false);
    await desk.want(key, [{ type: 'CancelRequested', at: START }]);
    await desk.putAside(key);
    expect(await desk.fates(false)).toEqual(['back']);
    expect([await desk.wishes(), await desk.aside()]).toEqual([0, 1]);
    // The queue shows it again at once: who has looked may act.
    expect(await desk.fates()).toEqual(['back']);
    expect([await desk.wishes(), await desk.waiting(), await desk.aside()]).toEqual([1, 0, 0]);

    await desk.want(key, [{ type: 'OrderCanceled', at: START }]);
    await desk.putAside(key);
    expect(await desk.fates()).toEqual(['done']);
    expect([await desk.wishes(), await desk.aside()]).toEqual([1, 0]);
  });

  it('of a cancel of no order stays', async () => {
    await desk.putAside({ accountId: 'desk-1', clientOrderId: 'unheard-of' });
    expect(await desk.fates()).toEqual(['stays']);
    expect([await desk.wishes(), await desk.aside()]).toEqual([0, 1]);
  });

  it('that took the id of another order stays', async () => {
    await desk.store({ ...REQUEST, clientOrderId: 'taken' }, false);
    await desk.putAside({ ...REQUEST, clientOrderId: 'taken', quantity: '5' });
    expect(await desk.fates()).toEqual(['stays']);
    expect([await desk.waiting(), await desk.aside()]).toEqual([0, 1]);
  });

  it.each([
    ['is no JSON', 'no order'],
    ['is no order', '{"accountId":"desk-1"}'],
    [
      'names no account of ours',
      JSON.stringify({ ...REQUEST, accountId: 'x', clientOrderId: 'x' }),
    ],
    [
      'claims a deadline that nobody may ask for',
      JSON.stringify({ ...REQUEST, clientOrderId: 'far', validUntil: START * 2 }),
    ],
  ])('that %s stays', async (_, body) => {
    await desk.putAside(body);
    expect(await desk.fates()).toEqual(['stays']);
    expect(await desk.aside()).toBe(1);
  });

  it('is only talked of until it is said to be done', async () => {
    await desk.putAside({ ...REQUEST, clientOrderId: 'b' });
    expect(await desk.fates(false)).toEqual(['back']);
    expect([await desk.waiting(), await desk.aside()]).toEqual([0, 1]);
    expect(await desk.orders.get({ accountId: 'desk-1', clientOrderId: 'b' })).toBeUndefined();
  });
});

function advance(ms: number): void {
  sqs.advance(ms);
  elapsedMs += ms;
}

async function setUp() {
  rounds += 1;
  const queueUrl = await sqs.createQueue(`orders-${rounds}.fifo`);
  const cancelsUrl = await sqs.createQueue(`cancels-${rounds}.fifo`);
  const deadLetterQueueUrl = await sqs.createQueue(`dead-${rounds}.fifo`);
  const { client, sdk } = sqs;
  const orders = createMemoryOrderStore();
  const now = () => START + elapsedMs;
  const dependencies: RedriveDependencies = {
    orders,
    accounts: createMemoryAccounts([ACCOUNT]),
    queue: createOrderQueue({ client, queueUrl, deadLetterQueueUrl }),
    cancels: createOrderQueue({ client, queueUrl: cancelsUrl, deadLetterQueueUrl }),
    deadLetters: createDeadLetters({ client, queueUrl: deadLetterQueueUrl }),
    clock: { now, monotonicMs: now, sleep: async () => {} },
    rules: DEFAULT_SETTINGS.reconcile,
  };
  const count = async (QueueUrl: string) => {
    const { Attributes = {} } = await sdk.send(
      new GetQueueAttributesCommand({
        QueueUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
  };
  let sent = 0;
  return {
    orders,
    waiting: () => count(queueUrl),
    wishes: () => count(cancelsUrl),
    aside: () => count(deadLetterQueueUrl),
    async want(key: OrderKey, events: readonly OrderEvent[]) {
      const order = await orders.get(key);
      if (order === undefined) throw new Error('The order of the test is not stored.');
      await orders.append(order, events, undefined);
    },
    async putAside(body: unknown) {
      sent += 1;
      await sdk.send(
        new SendMessageCommand({
          QueueUrl: deadLetterQueueUrl,
          MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
          MessageGroupId: 'desk-1#0',
          MessageDeduplicationId: String(sent),
        }),
      );
    },
    async store(value: unknown, isSent: boolean) {
      const parsed = parseOrderRequest(value);
      if (parsed.kind !== 'valid') throw new Error('The request of the test is wrong.');
      const event = receivedEvent(parsed.request, ACCOUNT, 'queue', now());
      const stored = await orders.create(event, undefined);
      if (isSent)
        await orders.append(stored.order, [{ type: 'OrderExpired', at: now() }], undefined);
    },
    async fates(apply = true) {
      const all = await redrive(dependencies, { apply });
      return all.map(({ fate }) => fate.kind);
    },
  };
}
