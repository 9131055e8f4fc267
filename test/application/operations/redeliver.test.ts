import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMemoryOrderStore } from '../../../lib/adapters/memory/order-store.ts';
import { createMemoryWaitingResults } from '../../../lib/adapters/memory/waiting-results.ts';
import { createDeadLetters } from '../../../lib/adapters/sqs/dead-letters.ts';
import { createOrderQueue } from '../../../lib/adapters/sqs/order-queue.ts';
import { resultMessage } from '../../../lib/application/deliver-results/result-message.ts';
import { redeliverLetters, redeliverOrder } from '../../../lib/application/operations/redeliver.ts';
import { type LocalSqs, startLocalSqs } from '../../support/local-sqs.ts';
import { attemptStarted, received } from '../../support/order-events.ts';
import { resultEvent } from '../../support/result-events.ts';

const NOW = 1_800_000_000_000;

let sqs: LocalSqs;
let rounds = 0;
let letters = 0;
beforeAll(async () => {
  sqs = await startLocalSqs();
});
afterAll(() => sqs.close());

async function setUp() {
  rounds += 1;
  const { client } = sqs;
  const queueUrl = await sqs.createQueue(`results-${rounds}.fifo`);
  const deadLetterQueueUrl = await sqs.createQueue(`results-dead-${rounds}.fifo`);
  const queue = createOrderQueue({ client, queueUrl, deadLetterQueueUrl });
  const orders = createMemoryOrderStore();
  const waiting = createMemoryWaitingResults();
  const idsIn = async (url: string) => {
    const seen = await createDeadLetters({ client, queueUrl: url }).receive();
    return seen.map(({ body }) => JSON.parse(body).event?.id ?? body);
  };
  return {
    orders,
    waiting,
    dependencies: {
      orders,
      queue,
      waiting,
      deadLetters: createDeadLetters({ client, queueUrl: deadLetterQueueUrl }),
      clock: { now: () => NOW },
    },
    queued: () => idsIn(queueUrl),
    aside: () => idsIn(deadLetterQueueUrl),
    async giveUp(body: unknown, messageGroupId = 'desk-1/a') {
      letters += 1;
      await queue.putAside({
        body: JSON.stringify(body),
        messageGroupId,
        messageId: `letter-${letters}`,
        reason: 'given up: answered 500',
      });
    },
    event: (sequence: number) =>
      resultMessage({ producerId: 'demo', event: resultEvent('desk-1/a', sequence) }).body,
  };
}

describe('results that were given up', () => {
  it('go back in their order, and their receiver is asked again', async () => {
    const desk = await setUp();
    await desk.waiting.setGone('demo', 'https://a.example/');
    for (const sequence of [1, 2, 3]) await desk.giveUp(desk.event(sequence));
    const all = await redeliverLetters(desk.dependencies, { apply: true });
    expect(all.map(({ fate, id }) => `${id} ${fate}`)).toEqual([
      'desk-1/a/1 back',
      'desk-1/a/2 back',
      'desk-1/a/3 back',
    ]);
    expect(await desk.queued()).toEqual(['desk-1/a/1', 'desk-1/a/2', 'desk-1/a/3']);
    expect(await desk.aside()).toEqual([]);
    expect(await desk.waiting.goneUrl('demo')).toBeUndefined();
  });

  it('stay where they are while somebody only looks', async () => {
    const desk = await setUp();
    await desk.giveUp(desk.event(1));
    expect(await redeliverLetters(desk.dependencies, { apply: false })).toMatchObject([
      { fate: 'back', why: 'given up: answered 500' },
    ]);
    // In sight at once: who has looked may act.
    expect(await desk.aside()).toEqual(['desk-1/a/1']);
    expect(await desk.queued()).toEqual([]);
  });

  it('leave what is no result to a person, and drop what only reminded', async () => {
    const desk = await setUp();
    await desk.giveUp({ nonsense: true }, 'one');
    await desk.giveUp({ producerId: 'demo', due: 'desk-1/a' }, 'two');
    const all = await redeliverLetters(desk.dependencies, { apply: true });
    expect(all.map(({ fate }) => fate).toSorted()).toEqual(['stays', 'waste']);
    sqs.advance(61_000);
    expect(await desk.aside()).toEqual(['{"nonsense":true}']);
  });
});

describe('events of one order', () => {
  const key = { accountId: 'desk-1', clientOrderId: 'order-1' };
  const whole = { apply: true, from: 1, to: 99 };
  async function placed(producerId?: string) {
    const desk = await setUp();
    const event = { ...received(), ...(producerId && { producerId }) };
    const { order } = await desk.orders.create(event, undefined);
    await desk.orders.append(order, [attemptStarted()], undefined);
    return desk;
  }

  it('go to its producer, those of the range only', async () => {
    const desk = await placed('demo');
    const all = await redeliverOrder(desk.dependencies, key, { ...whole, from: 2 });
    expect(all).toEqual([{ id: 'desk-1/order-1/2', fate: 'back', why: 'order.sending' }]);
    expect(await desk.queued()).toEqual(['desk-1/order-1/2']);
  });

  it('are only named while somebody only looks', async () => {
    const desk = await placed('demo');
    const all = await redeliverOrder(desk.dependencies, key, { ...whole, apply: false });
    expect(all).toHaveLength(2);
    expect(await desk.queued()).toEqual([]);
  });

  it('go to nobody without a producer or an order', async () => {
    const desk = await placed();
    await expect(redeliverOrder(desk.dependencies, key, whole)).rejects.toThrow('no producer');
    const other = { ...key, clientOrderId: 'other' };
    expect(await redeliverOrder(desk.dependencies, other, whole)).toBeUndefined();
  });
});
