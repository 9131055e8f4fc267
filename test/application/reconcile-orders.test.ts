import { describe, expect, it } from '@jest/globals';
import { account, apiKey, createOrderDesk, request } from '../support/order-desk.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { doubted } from '../support/order-stories.ts';
import type { SubmitEnd } from '../support/scripted-exchange.ts';

const MINUTE_MS = 60_000;

/** A desk with orders that ended as told, 'order-1' and up. */
async function deskAfter(...ends: readonly ('accepted' | SubmitEnd)[]) {
  const desk = createOrderDesk();
  desk.exchange.submits(...ends);
  for (const [index] of ends.entries()) await desk.place(`order-${index + 1}`);
  await desk.consumeFor(30 * MINUTE_MS);
  return desk;
}
const asked = (desk: Awaited<ReturnType<typeof deskAfter>>, call: string) =>
  desk.exchange.arrivals.filter((one) => one.call === call).length;

describe('an order in doubt', () => {
  it.each([
    ['NEW', '0', 'NEW'],
    ['PARTIALLY_FILLED', '0.1', 'PARTIALLY_FILLED'],
    ['FILLED', '0.5', 'FILLED'],
    ['CANCELED', '0', 'CANCELED'],
    ['REJECTED', '0', 'REJECTED'],
  ] as const)('F18 that is found as %s becomes it', async (status, executedQuantity, to) => {
    const desk = await deskAfter('unknown');
    desk.exchange.queries('order-1', { status, executedQuantity });
    await desk.reconcile(3_000);
    expect(desk.order().status).toBe(to);
  });

  it('F12 F19 stays in doubt while queries do not find it, and is found in the end', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.queries('order-1', 'not-found', 'not-found', 'not-found', { status: 'NEW' });
    await desk.reconcileFor(MINUTE_MS);
    expect(desk.order().status).toBe('NEW');
    expect(desk.order().history.map(({ type }) => type)).not.toContain('AbsenceProven');
  });

  it('F13 is never placed after the proof, and not before the horizon', async () => {
    const desk = await deskAfter('unknown');
    const horizonAt = (desk.order().attempts[0]?.fenceAt ?? 0) + MINUTE_MS;
    await desk.reconcileFor(3 * MINUTE_MS);
    const { status, history } = desk.order();
    expect(status).toBe('NEVER_PLACED');
    expect(history.at(-1)).toMatchObject({ type: 'AbsenceProven' });
    expect(history.at(-1)?.at).toBeGreaterThanOrEqual(horizonAt);
    expect(history.at(-1)?.at).toBeLessThan(horizonAt + 15_000);
  });

  it('is found by the lists when the query lags behind', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.lists([], [{ status: 'FILLED', executedQuantity: '0.5' }]);
    await desk.reconcile();
    expect(desk.order().status).toBe('FILLED');
  });

  it.each(['unavailable', 'throttled', 'clock-skew'] as const)(
    'F20 is not a bit less in doubt after half an hour of %s',
    async (failure) => {
      const desk = await deskAfter('unknown');
      const before = desk.order();
      desk.exchange.queries('order-1', failure);
      desk.exchange.lists(failure);
      await desk.reconcileFor(30 * MINUTE_MS);
      expect(desk.order()).toEqual(before);
      desk.exchange.queries('order-1', { status: 'NEW' });
      await desk.reconcileFor(2 * MINUTE_MS);
      expect(desk.order().status).toBe('NEW');
    },
  );

  it('F21 counts authoritative answers only, and errors reset nothing', async () => {
    const desk = await deskAfter('unknown');
    const lines = Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? 'unavailable' : 'not-found',
    );
    desk.exchange.queries('order-1', ...lines);
    await desk.reconcileFor(4 * MINUTE_MS);
    expect(desk.order().status).toBe('NEVER_PLACED');
  });

  it('F24 of which the exchange has two is held for a person', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.lists(
      [{ exchangeOrderId: '91' }],
      [{ exchangeOrderId: '92', status: 'FILLED', executedQuantity: '0.5' }],
    );
    await desk.reconcile(20_000);
    expect(desk.order()).toMatchObject({ status: 'HELD', reason: 'SECOND_ORDER' });
  });

  it('F20 is never absent by one witness alone', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.lists([], 'unavailable');
    await desk.reconcileFor(10 * MINUTE_MS);
    const { status, absences } = desk.order();
    expect(status).toBe('IN_DOUBT');
    expect(absences.length).toBeLessThanOrEqual(4);
    // Nor does it ask more often than there is a point in.
    expect(asked(desk, 'query')).toBeLessThan(10 * 32);
  });

  it('does not count a question from before the fence, however late its answer', async () => {
    const desk = await deskAfter('unknown');
    const fenceAt = desk.order().attempts[0]?.fenceAt ?? 0;
    await desk.clock.advance(fenceAt - desk.clock.now() - 1_000);
    desk.exchange.answerMs = 4_000;
    await desk.reconcile(900);
    expect(desk.clock.now()).toBeGreaterThan(fenceAt);
    expect(desk.order().absences).toEqual([]);
  });

  it('F22 that appears after the verdict is resurrected at a later look', async () => {
    const desk = await deskAfter('unknown');
    await desk.reconcileFor(3 * MINUTE_MS);
    expect(desk.order().status).toBe('NEVER_PLACED');
    desk.exchange.queries('order-1', { status: 'FILLED', executedQuantity: '0.5' });
    await desk.reconcileFor(6 * MINUTE_MS);
    expect(desk.order().status).toBe('FILLED');
    expect(desk.metrics.total('OrderResurrected')).toBe(1);
  });

  it('F22 is looked at three times after the verdict and then left alone', async () => {
    const desk = await deskAfter('unknown');
    await desk.reconcileFor(3 * MINUTE_MS);
    const before = asked(desk, 'query');
    await desk.reconcileFor(10 * MINUTE_MS);
    expect(asked(desk, 'query') - before).toBe(1);
    await desk.reconcileFor(30 * MINUTE_MS);
    expect(asked(desk, 'query') - before).toBe(2);
    await desk.clock.advance(86_400_000);
    await desk.reconcileFor(5 * MINUTE_MS);
    expect(asked(desk, 'query') - before).toBe(3);
    expect(await desk.store.listDue(desk.clock.now() + 86_400_000, 10)).toEqual([]);
  });

  it('F24 is sent again under its id where the caller allowed it', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown');
    await desk.receive(request('order-1', { onNeverPlaced: 'resubmit' }));
    await desk.consume();
    for (let minute = 0; minute < 3; minute += 1) {
      await desk.reconcileFor(MINUTE_MS);
      await desk.consume();
    }
    expect(desk.exchange.submitted()).toEqual(['order-1', 'order-1']);
    expect(desk.order()).toMatchObject({
      status: 'NEW',
      attempts: [{ outcome: 'absent' }, { outcome: 'accepted' }],
    });
  });

  it('F24 is sent again in good time before its deadline', async () => {
    const desk = createOrderDesk();
    desk.exchange.submits('unknown');
    const validUntil = desk.clock.now() + 100_000;
    await desk.receive(request('order-1', { onNeverPlaced: 'resubmit', validUntil }));
    await desk.consume();
    await desk.reconcileFor(2 * MINUTE_MS - 30_000);
    expect(desk.queue.waiting()).toHaveLength(1);
  });
});

describe('hundreds of orders in doubt after an outage', () => {
  async function outage(count: number) {
    const desk = createOrderDesk();
    for (let number = 1; number <= count; number += 1) {
      const { store } = desk;
      const clientOrderId = `order-${number}`;
      const { order } = await store.create(received({ clientOrderId }), undefined);
      await store.append(order, [attemptStarted(), doubted()], NOON);
    }
    return desk;
  }

  it('are settled by the lists, not one by one', async () => {
    const desk = await outage(60);
    desk.exchange.lists(
      desk.store.all().map(({ clientOrderId }) => ({
        clientOrderId,
        exchangeOrderId: `9${clientOrderId.slice(6)}`,
      })),
    );
    await desk.reconcile(20_000);
    expect(new Set(desk.statuses())).toEqual(new Set(['NEW']));
    expect(asked(desk, 'query')).toBe(0);
  });

  it('reach their verdicts also when more are in doubt than a pass can ask about', async () => {
    const desk = await outage(250);
    await desk.reconcileFor(8 * MINUTE_MS);
    expect(new Set(desk.statuses())).toEqual(new Set(['NEVER_PLACED']));
  });
});

describe('an open order', () => {
  it('is followed to its end', async () => {
    const desk = await deskAfter('accepted');
    desk.exchange.queries(
      'order-1',
      { status: 'PARTIALLY_FILLED', executedQuantity: '0.1' },
      { status: 'PARTIALLY_FILLED', executedQuantity: '0.3' },
      { status: 'FILLED', executedQuantity: '0.5', cumulativeQuote: '32500' },
    );
    await desk.reconcileFor(2 * MINUTE_MS);
    expect(desk.order()).toMatchObject({ status: 'FILLED', executedQuantity: '0.5', version: 6 });
  });

  it('that does not change is asked about ever less often', async () => {
    const desk = await deskAfter('accepted');
    desk.exchange.queries('order-1', { status: 'NEW' });
    await desk.reconcileFor(60 * MINUTE_MS);
    expect(asked(desk, 'query')).toBeLessThan(70);
    expect(desk.order().version).toBe(3);
  });

  it('F28 that the exchange forgot is held, never ended', async () => {
    const desk = await deskAfter('accepted');
    await desk.reconcileFor(5 * MINUTE_MS);
    expect(desk.order()).toMatchObject({ status: 'HELD', reason: 'MISSING_AT_EXCHANGE' });
    expect(desk.metrics.total('OrderHeld')).toBe(1);
  });

  it('F19 is not missed while queries lag behind its acceptance', async () => {
    const desk = await deskAfter('accepted');
    await desk.reconcileFor(MINUTE_MS);
    expect(desk.order()).toMatchObject({ status: 'NEW', missingAt: [] });
  });

  it('F28 that is found again between is not held', async () => {
    const desk = await deskAfter('accepted');
    await desk.clock.advance(5 * MINUTE_MS);
    const seen = { status: 'NEW' } as const;
    desk.exchange.queries('order-1', 'not-found', 'not-found', seen, 'not-found', seen);
    await desk.reconcileFor(10 * MINUTE_MS);
    expect(desk.order().status).toBe('NEW');
  });
});

describe('an order without its message', () => {
  it('F45 F47 is queued again after two minutes and sent once', async () => {
    const desk = createOrderDesk();
    desk.fails('queue', (method) => (method === 'enqueue' ? 'refused' : undefined));
    await desk.place('order-1');
    desk.fails('queue');
    await desk.reconcileFor(3 * MINUTE_MS);
    expect(desk.queue.waiting()).toHaveLength(1);
    await desk.consume();
    expect(desk.order().status).toBe('NEW');
  });

  it('F47 is queued again as often as it takes, past the deduplication of the queue', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    for (const one of desk.queue.receive(10)) desk.queue.acknowledge(one.receiptHandle);
    for (let sweep = 0; sweep < 2; sweep += 1) {
      await desk.reconcileFor(3 * MINUTE_MS);
      const messages = desk.queue.receive(10);
      expect(messages).toHaveLength(1);
      for (const one of messages) desk.queue.acknowledge(one.receiptHandle);
    }
  });

  it('F43 expires at its deadline without being sent', async () => {
    const desk = createOrderDesk([account({ validForMs: 30_000 })]);
    await desk.place('order-1');
    await desk.reconcileFor(MINUTE_MS * 2);
    expect(desk.order().status).toBe('EXPIRED');
  });
});

describe('a pass that meets faults', () => {
  it('F11 goes on where it was when it is run again', async () => {
    const desk = await deskAfter('unknown', 'unknown');
    for (const id of ['order-1', 'order-2']) desk.exchange.queries(id, { status: 'NEW' });
    let appends = 0;
    desk.fails('orders', (method) => {
      if (method !== 'append') return undefined;
      appends += 1;
      return appends === 2 ? 'refused' : undefined;
    });
    expect(await desk.reconcile(3_000)).toMatchObject({ faults: 1 });
    desk.fails('orders');
    await desk.reconcile();
    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
  });

  it('does not let one order stand before the others', async () => {
    const desk = await deskAfter('unknown', 'unknown', 'unknown');
    for (const id of ['order-2', 'order-3']) desk.exchange.queries(id, { status: 'NEW' });
    await desk.clock.advance(20_000);
    desk.fails('orders', (_method, [key]) =>
      JSON.stringify(key).includes('"order-1"') ? 'refused' : undefined,
    );
    await desk.reconcile();
    expect(desk.statuses()).toEqual(['IN_DOUBT', 'NEW', 'NEW']);
  });

  it('stops asking an account whose budget cannot be reached', async () => {
    const desk = await deskAfter('unknown', 'unknown', 'unknown', 'unknown', 'unknown');
    desk.fails('budget', () => 'refused');
    const { faults } = await desk.reconcile();
    expect(asked(desk, 'query')).toBe(0);
    expect(faults).toBeLessThan(30);
  });

  it('does not turn in circles about an order that is not there', async () => {
    const desk = await deskAfter('accepted');
    desk.fails('orders', (method) => (method === 'get' ? 'refused' : undefined));
    expect((await desk.reconcile()).rounds).toBeLessThan(10);
  });

  it('F30 asks nothing while the gate is closed', async () => {
    const desk = await deskAfter('unknown');
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    await desk.budget.closeGate({ gate, until: now + 30_000, reason: 'throttled', now });
    await desk.reconcile(25_000);
    expect(asked(desk, 'query')).toBe(0);
    await desk.reconcile();
    expect(asked(desk, 'query')).toBeGreaterThan(0);
  });

  it('F34 closes the gate for orders too when a question is throttled', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.queries('order-1', 'throttled');
    await desk.reconcile(3_000);
    expect(await desk.budget.gate('key-1', desk.clock.now())).toMatchObject({
      kind: 'closed',
      reason: 'throttled',
    });
    expect(asked(desk, 'query')).toBe(1);
  });

  it('asks with another key of the account while one is closed', async () => {
    const keys = [apiKey('key-1'), apiKey('key-2')];
    const desk = createOrderDesk([account({ keys })]);
    desk.exchange.submits('unknown');
    await desk.place('order-1');
    await desk.consume();
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    await desk.budget.closeGate({ gate, until: 'operator', reason: 'bad-key', now });
    desk.exchange.queries('order-1', { status: 'NEW' });
    await desk.reconcile(3_000);
    expect(desk.order().status).toBe('NEW');
    expect(desk.exchange.arrivals.at(-1)?.keyId).toBe('key-2');
  });

  it('F60 does not close the gate of a key whose secret was rotated meanwhile', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.queries('order-1', 'bad-key', { status: 'NEW' });
    desk.exchange.beforeQuery = () =>
      desk.configured.put(account({ keys: [apiKey('key-1', 'another-secret')] }));
    await desk.reconcile();
    expect(desk.order().status).toBe('NEW');
  });

  it.each([20, 60, 150])(
    'asks in its slot or not at all with a budget that takes %d ms',
    async (ms) => {
      const desk = await deskAfter('unknown', 'unknown', 'unknown');
      for (const id of ['order-1', 'order-2', 'order-3']) {
        desk.exchange.queries(id, { status: 'NEW' });
      }
      desk.delays(ms);
      await desk.reconcileFor(MINUTE_MS);
      expect(desk.statuses()).toEqual(['NEW', 'NEW', 'NEW']);
      const times = desk.exchange.arrivals.filter(({ call }) => call === 'query');
      for (const [index, { at }] of times.slice(2).entries()) {
        expect(at - (times[index]?.at ?? 0)).toBeGreaterThan(1_000);
      }
    },
  );

  it('ends with its time', async () => {
    const desk = await deskAfter('unknown');
    desk.exchange.queries('order-1', 'unavailable');
    const startedAt = desk.clock.now();
    await desk.reconcile(10_000);
    expect(desk.clock.now() - startedAt).toBeLessThan(15_000);
  });
});
