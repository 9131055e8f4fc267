import { describe, expect, it } from '@jest/globals';
import { account, createOrderDesk, record, request } from '../support/order-desk.ts';
import { NOON } from '../support/order-events.ts';

const SUSPENSION_MS = 62_000;

describe('a batch of orders', () => {
  it('is sent, stored and acknowledged', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1', 'order-2', 'order-3');
    expect(await desk.consume()).toEqual([]);
    expect(desk.statuses()).toEqual(['NEW', 'NEW', 'NEW']);
    expect(desk.queue.waiting()).toEqual([]);
  });

  it('sends one ordering key strictly in order, each after the answer before', async () => {
    const desk = createOrderDesk();
    desk.exchange.answerMs = 300;
    await desk.place('order-1', 'order-2', 'order-3');
    await desk.consume();
    const times = desk.exchange.arrivals.map(({ at }) => at);
    expect(desk.exchange.submitted()).toEqual(['order-1', 'order-2', 'order-3']);
    for (const [index, at] of times.slice(1).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(300);
    }
  });

  it('sends different ordering keys concurrently', async () => {
    const desk = createOrderDesk();
    desk.exchange.answerMs = 300;
    for (const id of ['order-1', 'order-2', 'order-3']) {
      await desk.receive(request(id, { orderingKey: `of-${id}` }));
    }
    await desk.consume();
    const times = desk.exchange.arrivals.map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThan(300);
  });

  it('goes on past an order in doubt', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown');
    await desk.place('order-1', 'order-2');
    expect(await desk.consume()).toEqual([]);
    expect(desk.statuses()).toEqual(['IN_DOUBT', 'NEW']);
  });

  it('paces itself within the limit of the key', async () => {
    const desk = createOrderDesk();
    for (let number = 1; number <= 25; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
    await desk.consumeFor(30_000);
    const times = desk.exchange.arrivals.map(({ at }) => at);
    expect(times).toHaveLength(25);
    for (const [index, at] of times.slice(10).entries()) {
      expect(at - (times[index] ?? 0)).toBeGreaterThan(1_000);
    }
  });
});

describe('an answer that proves that nothing was placed', () => {
  it('F29 a 429 half way closes the gate, and nothing leaves until it reopens', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('accepted', 'throttled');
    await desk.place('order-1', 'order-2', 'order-3', 'order-4');

    expect(await desk.consume()).toEqual(['order-2', 'order-3', 'order-4']);
    expect(desk.statuses()).toEqual(['NEW', 'RECEIVED', 'RECEIVED', 'RECEIVED']);
    const closedAt = desk.clock.now();
    await desk.consumeFor(90_000);

    expect(desk.statuses()).toEqual(['NEW', 'NEW', 'NEW', 'NEW']);
    const later = desk.exchange.arrivals.slice(2);
    expect(later.map(({ clientOrderId }) => clientOrderId)).toEqual([
      'order-2',
      'order-3',
      'order-4',
    ]);
    expect(later[0]?.at).toBeGreaterThanOrEqual(closedAt + SUSPENSION_MS - 10);
  });

  it('F29 a 429 stops the other ordering keys of the batch at once', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('throttled');
    for (let number = 1; number <= 10; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
    await desk.consume();
    // Its answer takes 5 ms and slots are 25 ms apart, so nothing else has left yet.
    expect(desk.exchange.submitted()).toHaveLength(1);
    expect(new Set(desk.statuses())).toEqual(new Set(['RECEIVED']));
  });

  it('F29 a 429 closes the gate before its outcome is stored', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('throttled');
    await desk.place('order-1');
    desk.fails('orders', (method) =>
      method === 'append' && desk.exchange.submitted().length > 0 ? 'refused' : undefined,
    );
    const running = desk.deliver();
    await desk.clock.advance(100);
    expect(await desk.budget.gate('key-1', desk.clock.now())).toMatchObject({
      kind: 'closed',
      reason: 'throttled',
    });
    await desk.clock.runUntil(running);
    expect(desk.order().status).toBe('SENDING');
  });

  it('F29 a 429 stops this process even when the gate cannot be closed', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('throttled');
    desk.fails('budget', (method) => (method === 'closeGate' ? 'refused' : undefined));
    for (let number = 1; number <= 10; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
    await desk.consume();
    expect(desk.exchange.submitted()).toHaveLength(1);
  });

  it('F36 a reopened gate is asked by a single probe', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('throttled', 'throttled');
    for (let number = 1; number <= 5; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
    await desk.consume();
    await desk.clock.advance(SUSPENSION_MS + 50);
    const before = desk.exchange.arrivals.length;
    await desk.consume();
    expect(desk.exchange.arrivals.length - before).toBe(1);
    await desk.consumeFor(200_000);
    expect(new Set(desk.statuses())).toEqual(new Set(['NEW']));
  });

  it('F31 a 418 closes the egress gate for a person', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('banned');
    await desk.place('order-1', 'order-2');
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    await desk.clock.advance(86_400_000);
    expect(await desk.budget.gate('any-key', desk.clock.now())).toMatchObject({
      until: 'operator',
      reason: 'banned',
    });
    expect(desk.metrics.total('Banned418')).toBe(1);
  });

  it('F17 an order that could not leave is sent again soon', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('not-sent');
    await desk.place('order-1', 'order-2');
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    await desk.consumeFor(10_000);
    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
    expect(desk.order().attempts.map(({ outcome }) => outcome)).toEqual(['not-sent', 'accepted']);
  });

  it('F58 a skewed clock is read afresh, and the order is sent again at once', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('clock-skew');
    await desk.place('order-1');
    expect(await desk.consume()).toEqual([]);
    expect(desk.exchange.arrivals.map(({ call }) => call)).toEqual([
      'submit',
      'resynchronise',
      'submit',
    ]);
  });

  it('F58 a clock that stays skewed is not tried a third time at once', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('clock-skew', 'clock-skew');
    await desk.place('order-1');
    expect(await desk.consume()).toEqual(['order-1']);
    expect(desk.order()).toMatchObject({ status: 'RECEIVED' });
  });

  it('a deferred order is acknowledged and sent again by the sweep', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('deferred');
    await desk.place('order-1');
    expect(await desk.consume()).toEqual([]);
    expect(desk.order().status).toBe('RECEIVED');
    await desk.reconcileFor(60_000);
    await desk.consume();
    expect(desk.order().status).toBe('NEW');
  });
});

describe('a key that the exchange refuses', () => {
  it('F60 is read afresh once, and the order goes with the new one', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('bad-key');
    await desk.place('order-1');
    const fresh = account();
    const running = desk.deliver();
    desk.configured.put({ ...fresh, keys: fresh.keys.map((key) => ({ ...key, keyId: 'key-2' })) });
    await desk.clock.runUntil(running);
    expect(desk.exchange.arrivals.map(({ keyId }) => keyId)).toEqual(['key-1', 'key-2']);
    expect(desk.order().status).toBe('NEW');
  });

  it('F60 closes its gate for a person when it is the same key still', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('bad-key');
    await desk.place('order-1', 'order-2');
    expect(await desk.consume()).toEqual(['order-1', 'order-2']);
    expect(await desk.budget.gate('key-1', desk.clock.now())).toMatchObject({
      until: 'operator',
      reason: 'bad-key',
    });
    expect(desk.metrics.total('KeyRefused')).toBe(1);
    expect(desk.order().status).toBe('RECEIVED');
  });

  it('F60 is read afresh also after a skewed clock', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('clock-skew', 'bad-key');
    await desk.place('order-1');
    const running = desk.deliver();
    const fresh = account();
    desk.configured.put({ ...fresh, keys: fresh.keys.map((key) => ({ ...key, keyId: 'key-2' })) });
    await desk.clock.runUntil(running);
    expect(desk.order().status).toBe('NEW');
  });
});

describe('an exchange that does not answer', () => {
  it('F27 closes the gate after three in a row, for longer each time', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown', 'unknown', 'unknown', 'unknown', 'unknown');
    await desk.place('order-1', 'order-2', 'order-3', 'order-4', 'order-5', 'order-6');
    await desk.consume();
    await desk.consumeFor(120_000);

    const times = desk.exchange.arrivals.map(({ at }) => at);
    const waits = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(waits[1]).toBeLessThan(2_000);
    expect(waits[2]).toBeGreaterThanOrEqual(5_000);
    expect(waits[3]).toBeGreaterThanOrEqual(10_000);
    expect(waits[4]).toBeGreaterThanOrEqual(20_000);
    expect(desk.statuses()).toEqual([...Array<string>(5).fill('IN_DOUBT'), 'NEW']);
  });

  it('F27 is not gone while it answers in between', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown', 'unknown', 'accepted', 'unknown', 'unknown');
    await desk.place('order-1', 'order-2', 'order-3', 'order-4', 'order-5', 'order-6');
    await desk.consume();
    expect(desk.metrics.total('GateClosed')).toBe(0);
  });
});

describe('an order that is not to be sent', () => {
  it('F43 expires when its deadline has passed', async () => {
    const desk = createOrderDesk();
    await desk.receive(request('order-1', { validUntil: NOON + 1_000 }));
    await desk.clock.advance(2_000);
    expect(await desk.consume()).toEqual([]);
    expect(desk.order().status).toBe('EXPIRED');
    expect(desk.exchange.submitted()).toEqual([]);
  });

  it('is denied while the account is halted', async () => {
    const desk = createOrderDesk();
    await desk.halts.set('desk-1', { halted: true });
    await desk.place('order-1');
    await desk.consume();
    expect(desk.order()).toMatchObject({ status: 'DENIED', reason: 'ACCOUNT_HALTED' });
  });

  it('is denied when the account is halted while it waits for its slot', async () => {
    const desk = createOrderDesk();
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    await desk.budget.closeGate({ gate, until: now + 4_000, reason: 'unavailable', now });
    await desk.place('order-1');
    const running = desk.deliver();
    await desk.clock.advance(2_000);
    await desk.halts.set('desk-1', { halted: true });
    await desk.clock.runUntil(running);
    expect(desk.order().status).toBe('DENIED');
    expect(desk.exchange.submitted()).toEqual([]);
  });

  it("is denied by the instrument's rules, without a slot", async () => {
    const desk = createOrderDesk();
    await desk.receive(request('order-1', { price: '65000.101' }));
    await desk.consume();
    expect(desk.order()).toMatchObject({ status: 'DENIED', reason: 'PRICE_OFF_TICK' });
    expect((await desk.budget.view('key-1', NOON)).budgets).toEqual([
      { class: 'order', taken: 0 },
      { class: 'query', taken: 0 },
    ]);
  });

  it('waits while the rules are not known', async () => {
    const desk = createOrderDesk();
    desk.exchange.instrumentsKnown = false;
    await desk.place('order-1');
    expect(await desk.consume()).toEqual(['order-1']);
    expect(desk.order().status).toBe('RECEIVED');
    desk.exchange.instrumentsKnown = true;
    await desk.consumeFor(10_000);
    expect(desk.order().status).toBe('NEW');
  });
});

describe('a message that can never be handled', () => {
  it.each([
    ['no JSON', '{'],
    ['a wrong field', request('order-1', { side: 'LONG' })],
    ['an account that is not configured', request('order-1', { accountId: 'nobody' })],
    ['a deadline more than a day ahead', request('order-1', { validUntil: 99_999_999_999_999 })],
  ])('F41 is put aside, and its group goes on: %s', async (_name, body) => {
    const desk = createOrderDesk();
    const returned = await desk.submitRecords([
      record(body),
      record(request('order-2'), { messageId: 'message-2', receiptHandle: 'handle-2' }),
    ]);
    expect(returned).toEqual([]);
    expect(desk.queue.aside).toHaveLength(1);
    expect(desk.metrics.total('PoisonMessage')).toBe(1);
    expect(desk.order('order-2').status).toBe('NEW');
  });

  it('F41 comes back while it cannot be put aside, with its whole group', async () => {
    const desk = createOrderDesk();
    desk.fails('queue', (method) => (method === 'putAside' ? 'refused' : undefined));
    const second = record(request('order-2'), { messageId: 'message-2' });
    expect(await desk.submitRecords([record('{'), second])).toEqual(['message-1', 'message-2']);
    expect(desk.exchange.submitted()).toEqual([]);
  });

  it('is put aside when its id belongs to another order', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    await desk.submitRecords([record(request('order-1', { quantity: '9' }))]);
    expect(desk.queue.aside[0]?.reason).toContain('order-1 is taken');
  });
});
