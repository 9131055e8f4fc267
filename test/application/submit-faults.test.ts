import { describe, expect, it } from '@jest/globals';
import { createOrderDesk, record, request } from '../support/order-desk.ts';
import { NOON } from '../support/order-events.ts';

const messages = (desk: ReturnType<typeof createOrderDesk>) =>
  desk.queue.receive(10).map((one) => ({ ...one, enqueuedAt: NOON }));

describe('a message that is delivered again', () => {
  it('F1 is not sent when the first consumer crashed after the intent was stored', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    const [message] = messages(desk);
    if (message === undefined) throw new Error('no message');
    desk.exchange.submits({ kind: 'after', work: () => new Promise(() => {}), end: 'unknown' });
    void desk.handle([message]);
    await desk.clock.advance(3_000);
    expect(desk.order().status).toBe('SENDING');

    expect(await desk.submitRecords([message])).toEqual([message.messageId]);
    await desk.clock.advance(10_000);
    expect(await desk.submitRecords([message])).toEqual([]);
    expect(desk.order().status).toBe('IN_DOUBT');
    expect(desk.exchange.submitted()).toEqual(['order-1']);
  });

  it('F4 F7 is acknowledged without a send, whatever became of the order', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('accepted', 'unknown', { kind: 'rejected', code: '0401' });
    await desk.place('order-1', 'order-2', 'order-3');
    const batch = messages(desk);
    expect(await desk.submitRecords(batch)).toEqual([]);
    const before = desk.store.all();

    expect(await desk.submitRecords(batch)).toEqual([]);
    expect(desk.store.all()).toEqual(before);
    expect(desk.statuses()).toEqual(['NEW', 'IN_DOUBT', 'REJECTED']);
    expect(desk.exchange.submitted()).toHaveLength(3);
  });

  it('F5 is sent by one of two consumers that hold it at once', async () => {
    const desk = createOrderDesk();
    desk.exchange.answerMs = 400;
    await desk.place('order-1');
    const batch = messages(desk);
    const [one, other] = await desk.clock.runUntil(
      Promise.all([desk.handle(batch), desk.handle(batch)]),
    );
    expect(desk.exchange.submitted()).toEqual(['order-1']);
    expect(desk.order().status).toBe('NEW');
    expect([...one, ...other]).toHaveLength(1);
  });

  it('F6 F8 sends only what was not sent when a whole batch comes back', async () => {
    const desk = createOrderDesk();
    const ids = ['1', '2', '3', '4', '5', '6'].map((number) => `order-${number}`);
    desk.exchange.submits('accepted', 'unknown', 'accepted', 'throttled');
    await desk.place(...ids);
    const batch = messages(desk);
    await desk.submitRecords(batch);
    await desk.clock.advance(70_000);
    await desk.submitRecords(batch);
    expect(desk.exchange.submitted()).toEqual([...ids.slice(0, 4), ...ids.slice(3)]);
    expect(desk.statuses()).toEqual(['NEW', 'IN_DOUBT', 'NEW', 'NEW', 'NEW', 'NEW']);
  });

  it('F44 twice in one batch is sent once', async () => {
    const desk = createOrderDesk();
    const again = { messageId: 'message-2', receiptHandle: 'handle-2' };
    const body = request('order-1');
    expect(await desk.submitRecords([record(body), record(body, again)])).toEqual([]);
    expect(desk.exchange.submitted()).toEqual(['order-1']);
  });

  it('F43 months later expires what was never sent', async () => {
    const desk = createOrderDesk();
    await desk.clock.advance(90 * 86_400_000);
    expect(await desk.submitRecords([record(request('order-1'))])).toEqual([]);
    expect(desk.order().status).toBe('EXPIRED');
    expect(desk.exchange.submitted()).toEqual([]);
  });
});

describe('an invocation without time', () => {
  it('F3 sends nothing that it could not finish and record', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    expect(await desk.consume(10, 9_900)).toEqual(['order-1', 'order-2']);
    expect(desk.order()).toMatchObject({ status: 'RECEIVED', attempts: [] });
    expect(desk.exchange.submitted()).toEqual([]);
  });

  it('F3 gives back what it does not come to', async () => {
    const desk = createOrderDesk();
    desk.exchange.answerMs = 4_000;
    await desk.place('order-1', 'order-2', 'order-3', 'order-4');
    expect(await desk.consume(10, 20_000)).toEqual(['order-4']);
    expect(desk.statuses()).toEqual(['NEW', 'NEW', 'NEW', 'RECEIVED']);
  });

  it('F35 waits in the queue as long as it takes, without an attempt', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    for (let pause = 0; pause < 9; pause += 1) {
      const now = desk.clock.now();
      const gate = { keyId: 'key-1' };
      await desk.budget.closeGate({ gate, until: now + 60_000, reason: 'throttled', now });
      expect(await desk.consume()).toEqual(['order-1']);
      await desk.clock.advance(60_001);
    }
    expect(desk.order().attempts).toEqual([]);
    expect(desk.queue.aside).toEqual([]);
    await desk.consume();
    expect(desk.order().status).toBe('NEW');
  });
});

describe('a store that fails', () => {
  it('F50 nothing is sent when the intent cannot be stored', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    desk.fails('orders', (method) => (method === 'append' ? 'refused' : undefined));
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    expect(desk.exchange.submitted()).toEqual([]);
    desk.fails('orders');
    await desk.consumeFor(10_000);
    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
  });

  it('F50 F52 nothing is sent when it is not known whether the intent is stored', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    let appends = 0;
    desk.fails('orders', (method) => {
      if (method !== 'append') return undefined;
      appends += 1;
      return appends === 1 ? 'answer-lost' : undefined;
    });
    expect(await desk.consume()).toEqual(['order-1']);
    await desk.consumeFor(20_000);
    expect(desk.exchange.submitted()).toEqual([]);
    expect(desk.order().status).toBe('IN_DOUBT');
  });

  it('F51 the outcome is stored as soon as the store takes it again', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    let refusals = 0;
    desk.fails('orders', (method) => {
      if (method !== 'append' || desk.exchange.submitted().length === 0) return undefined;
      refusals += 1;
      return refusals <= 3 ? 'refused' : undefined;
    });
    expect(await desk.consume()).toEqual([]);
    expect(desk.order().status).toBe('NEW');
  });

  it('F51 what cannot be stored stays SENDING and is found later', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    desk.fails('orders', (method) =>
      method === 'append' && desk.exchange.submitted().length > 0 ? 'refused' : undefined,
    );
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    expect(desk.statuses()).toEqual(['SENDING', 'RECEIVED']);
    desk.fails('orders');
    desk.exchange.queries('order-1', { status: 'NEW' });
    await desk.consumeFor(60_000);
    await desk.reconcile();
    expect(desk.exchange.submitted()).toEqual(['order-1', 'order-2']);
    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
  });

  it('F52 an outcome whose answer is lost is stored once', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    let lost = 0;
    desk.fails('orders', (method) => {
      if (method !== 'append' || desk.exchange.submitted().length === 0) return undefined;
      lost += 1;
      return lost === 1 ? 'answer-lost' : undefined;
    });
    expect(await desk.consume()).toEqual([]);
    expect(desk.order()).toMatchObject({ status: 'NEW', version: 3 });
  });

  it('F53 an order that was found meanwhile keeps what was found', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    desk.exchange.queries('order-1', { status: 'FILLED', executedQuantity: '0.5' });
    const work = async () => {
      await desk.clock.sleep(27_000);
    };
    desk.exchange.submits({ kind: 'after', work, end: 'throttled' });
    const running = desk.deliver();
    await desk.clock.advance(26_500);
    await desk.reconcile(500);
    expect(desk.order().status).toBe('FILLED');
    await desk.clock.runUntil(running);
    expect(desk.order().status).toBe('FILLED');
  });

  it('answers for its group while an order cannot be read', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    desk.fails('orders', (method, [key]) =>
      method === 'get' && JSON.stringify(key).includes('order-1') ? 'refused' : undefined,
    );
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    expect(desk.exchange.submitted()).toEqual([]);
  });
});

describe('a budget that cannot be reached', () => {
  it.each(['reserve', 'gate'])('F38 lets nothing leave: %s fails', async (failingMethod) => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    desk.fails('budget', (method) => (method === failingMethod ? 'refused' : undefined));
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    expect(desk.exchange.submitted()).toEqual([]);
    expect(desk.order().status).toBe('RECEIVED');
    desk.fails('budget');
    await desk.consumeFor(10_000);
    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
  });

  it('F38 does not lose what a call proved', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown', 'unknown', 'unknown');
    await desk.place('order-1', 'order-2', 'order-3');
    desk.fails('budget', (method) => (method === 'view' ? 'refused' : undefined));
    expect(await desk.consume()).toEqual([]);
    expect(desk.statuses()).toEqual(['IN_DOUBT', 'IN_DOUBT', 'IN_DOUBT']);
  });
});

describe('a store that is slow', () => {
  it.each([5, 20, 60, 150])('still sends everything, each in its slot: %d ms', async (ms) => {
    const desk = createOrderDesk();
    desk.delays(ms);
    for (let number = 1; number <= 12; number += 1) {
      await desk.place(`order-${number}`);
    }
    await desk.consumeFor(60_000);
    expect(new Set(desk.statuses())).toEqual(new Set(['NEW']));
    expect(desk.store.all().every(({ attempts }) => attempts.length === 1)).toBe(true);
    const times = desk.exchange.arrivals.map(({ at }) => at);
    for (const [index, at] of times.slice(10).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThan(1_000);
    }
  });
});

describe('an order that always breaks its handling', () => {
  it('F42 is held in the end, and the later ones of its group go on', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2');
    desk.exchange.beforeInstruments = () => {
      if (desk.order('order-1').status === 'RECEIVED') throw new TypeError('a bug of ours');
    };
    await desk.consumeFor(60_000);
    expect(desk.order('order-1')).toMatchObject({ status: 'HELD', reason: 'CANNOT_BE_HANDLED' });
    expect(desk.order('order-2').status).toBe('NEW');
    expect(desk.metrics.total('OrderHeld')).toBe(1);
  });

  it('is in doubt when the call itself breaks, for it may have left', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits({ kind: 'throws' });
    await desk.place('order-1');
    expect(await desk.consume()).toEqual([]);
    expect(desk.order().status).toBe('IN_DOUBT');
  });
});

describe('an order whose id the exchange calls a duplicate', () => {
  it('F23 is looked up and adopted', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('duplicate');
    desk.exchange.queries('order-1', { status: 'FILLED', executedQuantity: '0.5' });
    await desk.place('order-1');
    await desk.consume();
    expect(desk.order().status).toBe('IN_DOUBT');
    await desk.reconcile();
    expect(desk.order().status).toBe('FILLED');
  });

  it('F23 is held when it is another order', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('duplicate');
    desk.exchange.queries('order-1', { quantity: '7' });
    await desk.place('order-1');
    await desk.consume();
    await desk.reconcile();
    expect(desk.order()).toMatchObject({ status: 'HELD', reason: 'ID_COLLISION' });
  });
});
