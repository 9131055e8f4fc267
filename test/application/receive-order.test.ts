import { describe, expect, it } from '@jest/globals';
import { createMemoryProducers } from '../../lib/adapters/memory/producers.ts';
import { openWebhook } from '../../lib/application/open-webhook.ts';
import type { WebhookVerifier } from '../../lib/application/ports.ts';
import { Secret } from '../../lib/application/secret.ts';
import { createOrderDesk, request } from '../support/order-desk.ts';
import { NOON } from '../support/order-events.ts';

describe('an order request', () => {
  it('is stored, queued and accepted', async () => {
    const desk = createOrderDesk();
    const receipt = await desk.receive(request());
    expect(receipt).toMatchObject({ kind: 'accepted', order: { status: 'RECEIVED', version: 1 } });
    expect(desk.queue.waiting()).toMatchObject([
      { body: request(), messageGroupId: 'desk-1#0', deduplicationId: 'desk-1.order-1' },
    ]);
  });

  it('F39 F46 is repeated to the same caller, six minutes later too', async () => {
    const desk = createOrderDesk();
    await desk.receive(request());
    await desk.clock.advance(360_000);
    expect(await desk.receive(request())).toMatchObject({ kind: 'repeated' });
    await desk.consume();
    expect(desk.exchange.submitted()).toEqual(['order-1']);
  });

  it('is repeated also when its deadline has passed since', async () => {
    const desk = createOrderDesk();
    const body = request('order-1', { validUntil: NOON + 1_000 });
    await desk.receive(body);
    await desk.clock.advance(5_000);
    expect(await desk.receive(body)).toMatchObject({ kind: 'repeated' });
  });

  it('is told its state when it was sent meanwhile, and not queued again', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    await desk.consume();
    expect(await desk.receive(request())).toMatchObject({
      kind: 'repeated',
      order: { status: 'NEW' },
    });
    expect(desk.queue.waiting()).toEqual([]);
  });

  it('F39 is refused when its id belongs to another order', async () => {
    const desk = createOrderDesk();
    await desk.receive(request());
    const taken = await desk.receive(request('order-1', { quantity: '1' }));
    expect(taken).toEqual({
      kind: 'taken',
      clientOrderId: 'order-1',
      requestHash: desk.order().requestHash,
    });
  });

  it('F40 that comes twice at once is one order and one message', async () => {
    const desk = createOrderDesk();
    const receipts = await Promise.all([desk.receive(request()), desk.receive(request())]);
    expect(receipts.map(({ kind }) => kind).sort()).toEqual(['accepted', 'repeated']);
    expect(desk.queue.waiting()).toHaveLength(1);
  });

  it('F40 with two bodies at once is one order and one refusal', async () => {
    const desk = createOrderDesk();
    const receipts = await Promise.all([
      desk.receive(request()),
      desk.receive(request('order-1', { quantity: '1' })),
    ]);
    expect(receipts.map(({ kind }) => kind).sort()).toEqual(['accepted', 'taken']);
  });

  it('F47 is not promised when it cannot be queued, and a repeat heals it', async () => {
    const desk = createOrderDesk();
    desk.fails('queue', () => 'refused');
    expect(await desk.receive(request())).toMatchObject({ kind: 'not-queued' });
    expect(desk.metrics.total('EnqueueFailed')).toBe(1);
    desk.fails('queue');
    expect(await desk.receive(request())).toMatchObject({ kind: 'repeated' });
    await desk.consume();
    expect(desk.order().status).toBe('NEW');
  });

  it('is not promised when it cannot be stored', async () => {
    const desk = createOrderDesk();
    desk.fails('orders', (method) => (method === 'create' ? 'refused' : undefined));
    await expect(desk.clock.runUntil(desk.receive(request()))).rejects.toThrow('create is refused');
    expect(desk.queue.waiting()).toEqual([]);
  });
});

describe('an order request that is not taken', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['an account that is not configured', { accountId: 'nobody' }, 'accountId'],
    ['a deadline that has passed', { validUntil: NOON }, 'validUntil'],
    ['a deadline too far ahead', { validUntil: NOON + 86_400_001 }, 'validUntil'],
    ['a wrong field', { side: 'LONG' }, 'side'],
  ])('names the field: %s', async (_name, change, field) => {
    const desk = createOrderDesk();
    const receipt = await desk.receive(request('order-1', change));
    expect(receipt).toMatchObject({ kind: 'invalid', errors: [{ field }] });
    expect(desk.store.all()).toEqual([]);
  });

  it('is forbidden to a producer of other accounts, configured or not', async () => {
    const desk = createOrderDesk();
    for (const accountId of ['desk-1', 'nobody']) {
      expect(await desk.receive(request('order-1', { accountId }), ['desk-2'])).toEqual({
        kind: 'forbidden',
        accountId,
      });
    }
  });
});

describe('a webhook', () => {
  const producers = createMemoryProducers([
    { producerId: 'demo', secrets: [new Secret('whsec_x')], accounts: ['desk-1'] },
  ]);
  const verifier: WebhookVerifier = {
    verify: ({ producer, signature }) =>
      producer.secrets.some((secret) => secret.reveal() === signature)
        ? { kind: 'verified' }
        : { kind: 'refused', reason: 'no signature fits' },
  };
  const open = (producerId: string, signature: string, id = 'msg_1') => {
    const desk = createOrderDesk();
    const headers = {
      'webhook-id': id,
      'webhook-timestamp': '1',
      'webhook-signature': signature,
    };
    return openWebhook(
      { producers, verifier, clock: desk.clock, metrics: desk.metrics },
      { producerId, body: '{}', headers },
    );
  };
  const opened = async (id?: string) => {
    const webhook = await open('demo', 'whsec_x', id);
    if (webhook.kind === 'refused') throw new Error(webhook.reason);
    return webhook;
  };
  const { clientOrderId: _id, ...nameless } = request();

  it('that is not signed by its producer is refused', async () => {
    expect(await open('demo', 'wrong')).toEqual({ kind: 'refused', reason: 'no signature fits' });
  });

  it('of an unknown producer is refused in the same words', async () => {
    expect(await open('nobody', 'whsec_x')).toEqual(await open('demo', 'wrong'));
  });

  it('may trade the accounts of its producer', async () => {
    expect((await opened()).receive(request())).toEqual({
      body: request(),
      origin: 'webhook',
      allowedAccounts: ['desk-1'],
      producerId: 'demo',
    });
  });

  it('gives its order an id: the same for the same delivery, another for another', async () => {
    const [first, again, other] = await Promise.all([
      opened('msg_1'),
      opened('msg_1'),
      opened('msg_2'),
    ]);
    const bodyOf = (webhook: typeof first) => webhook.receive(nameless).body;
    expect(bodyOf(first)).toMatchObject({
      ...nameless,
      clientOrderId: expect.stringMatching(/^wh-/),
    });
    expect(bodyOf(again)).toEqual(bodyOf(first));
    expect(bodyOf(other)).not.toEqual(bodyOf(first));
  });

  it.each([[null], ['text'], [[1]], [{}], [{ accountId: 7 }]])(
    'passes on what is no order for the parser to name: %j',
    async (json) => {
      expect((await opened()).receive(json).body).toEqual(json);
    },
  );
});
