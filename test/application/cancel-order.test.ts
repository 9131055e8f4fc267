import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CancelAnswer } from '../../lib/application/exchange.ts';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import { reconcile } from '../../lib/domain/reconcile.ts';
import { account, apiKey, createOrderDesk, record, request } from '../support/order-desk.ts';
import { report } from '../support/order-stories.ts';

let desk: ReturnType<typeof createOrderDesk>;
beforeEach(() => {
  desk = createOrderDesk();
});

const cancelStatus = () => desk.order().cancel?.status;

describe('a cancel of a process that has just started', () => {
  it('leaves in its slot, the clock of the exchange being read before (seed 30)', async () => {
    await desk.storeIn('NEW');
    await desk.requestCancel();
    desk.exchange.prepareMs = 130;
    await desk.cancel();
    const [call] = desk.exchange.arrivals.filter((one) => one.call === 'cancel');
    expect(call?.at).toBe(await newestSlot());
  });

  it('that cancels many does so, too', async () => {
    await desk.storeIn('NEW');
    desk.exchange.prepareMs = 130;
    await desk.clock.runUntil(desk.cancelAll({ waitMs: 0 }));
    const [call] = desk.exchange.arrivals.filter((one) => one.call === 'cancel-many');
    expect(call?.at).toBe(await newestSlot());
  });

  async function newestSlot() {
    const { budgets } = await desk.budget.view('key-1', desk.clock.now());
    return budgets.find((one) => one.class === 'order')?.latestSlotAt;
  }
});

describe('a wish to cancel', () => {
  it('of an order that ends between the look and the write is over, not recorded (seed 5269)', async () => {
    await desk.storeIn('NEW');
    let isEnded = false;
    desk.fails('orders', (method) => {
      if (method !== 'append' || isEnded) return undefined;
      isEnded = true;
      const filled = report({ ...same(), status: 'FILLED', executedQuantity: '0.5' });
      const at = desk.clock.now();
      const evidence = { source: 'query', at } as const;
      const events = reconcile(desk.order(), { report: filled, evidence }, at);
      void desk.store.append(desk.order(), events, undefined);
      return undefined;
    });
    expect(await desk.requestCancel()).toMatchObject({ kind: 'over' });
    expect(desk.order()).toMatchObject({ status: 'FILLED' });
    expect(desk.order().cancel).toBeUndefined();
  });
});

describe('the answer to a cancel', () => {
  const ENDS: readonly [CancelAnswer['kind'], string, string][] = [
    ['accepted', 'FILLED', 'TOO_LATE'],
    ['not-open', 'FILLED', 'TOO_LATE'],
    ['not-open', 'CANCELED', 'DONE'],
    ['unknown', 'CANCELED', 'DONE'],
  ];
  it.each(ENDS)('%s is a reason to fetch: %s (F69, F71)', async (kind, status, cancel) => {
    await desk.storeIn('NEW');
    desk.exchange.cancels(kind);
    const executedQuantity = status === 'FILLED' ? '0.5' : '0';
    const found = { ...same(), status: status as 'FILLED' | 'CANCELED', executedQuantity };
    desk.exchange.queries('order-1', found);
    await desk.requestCancel();
    await desk.cancel();
    expect(desk.order()).toMatchObject({ status, cancel: { status: cancel } });
  });

  it.each(['accepted', 'unknown', 'throws'] as const)(
    '%s is no verdict: still open, it is sent again until the order is over',
    async (kind) => {
      await desk.storeIn('NEW');
      desk.exchange.cancels(kind, cancelsWith({ ...same(), status: 'CANCELED' }));
      desk.exchange.queries('order-1', { ...same(), status: 'NEW' });
      await desk.requestCancel();
      await desk.cancel();
      expect(desk.order().status).toBe('NEW');
      await desk.followFor(20_000);
      expect(desk.exchange.canceled()).toHaveLength(2);
      expect(desk.order()).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
    },
  );

  it('not-open while the query finds nothing either is no verdict: a person is asked (F28)', async () => {
    await desk.storeIn('NEW');
    desk.exchange.cancels(...Array.from({ length: 20 }, () => 'not-open' as const));
    await desk.requestCancel();
    await desk.cancel();
    await desk.followFor(180_000);
    expect(desk.order()).toMatchObject({ status: 'HELD', reason: 'MISSING_AT_EXCHANGE' });
  });

  it('rejected ends the cancel, not the order, and may be asked for again', async () => {
    await desk.storeIn('NEW');
    desk.exchange.cancels('rejected');
    await desk.requestCancel();
    await desk.cancelFor(5_000);
    expect(desk.order()).toMatchObject({ status: 'NEW', cancel: { status: 'REFUSED' } });
    expect(desk.metrics.total('CancelRefused')).toBe(1);
    await desk.requestCancel();
    expect(cancelStatus()).toBe('REQUESTED');
  });

  it('throttled closes the key and the cancel goes when it reopens', async () => {
    await desk.storeIn('NEW');
    desk.exchange.cancels('throttled');
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED' });
    await desk.requestCancel();
    await desk.cancel();
    expect((await desk.budget.view('key-1', desk.clock.now())).gate.kind).toBe('closed');
    const [first] = desk.exchange.arrivals;
    await desk.cancelFor(70_000);
    const again = desk.exchange.arrivals.filter(({ call }) => call === 'cancel')[1];
    expect((again?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(62_000);
    expect(cancelStatus()).toBe('DONE');
  });

  it.each(['clock-skew', 'deferred', 'not-sent'] as const)('%s is tried again', async (kind) => {
    await desk.storeIn('NEW');
    desk.exchange.cancels(kind);
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED' });
    await desk.requestCancel();
    await desk.cancelFor(10_000);
    expect(desk.exchange.canceled()).toHaveLength(2);
    expect(cancelStatus()).toBe('DONE');
  });

  it('that could not be stored leaves the call in doubt, and it is sent again', async () => {
    await desk.storeIn('NEW');
    await desk.requestCancel();
    desk.exchange.cancels({ work: async () => desk.fails('orders', () => 'refused') });
    await desk.cancel();
    expect(cancelStatus()).toBe('SENDING');
    desk.fails('orders');
    desk.exchange.queries(
      'order-1',
      { ...same(), status: 'NEW' },
      { ...same(), status: 'CANCELED' },
    );
    await desk.cancelFor(60_000);
    await desk.reconcile(30_000);
    await desk.cancelFor(60_000);
    expect(desk.exchange.canceled()).toHaveLength(2);
    expect(cancelStatus()).toBe('DONE');
  });
});

describe('a cancel', () => {
  it('goes with the open key whose next slot is earliest', async () => {
    desk = createOrderDesk([
      account({ keys: [apiKey('key-1'), apiKey('key-2'), apiKey('key-3')] }),
    ]);
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    await desk.budget.closeGate({ gate, until: now + 60_000, reason: 'throttled', now });
    const backlog = { class: 'order', weight: 1, count: 10, limitPerSecond: 10, now } as const;
    await desk.budget.reserve({ ...backlog, keyId: 'key-2', reachMs: 1_100 });
    await desk.storeIn('NEW');
    await desk.requestCancel();
    await desk.cancel();
    expect(desk.exchange.arrivals.find(({ call }) => call === 'cancel')?.keyId).toBe('key-3');
  });

  it('takes the next slot beside a backlog of new orders', async () => {
    await desk.storeIn('NEW');
    const ids = Array.from({ length: 60 }, (_, index) => `new-${index}`);
    for (const id of ids) {
      await desk.clock.runUntil(desk.receive(request(id, { orderingKey: id })));
    }
    const submitting = desk.consumeFor(7_000);
    await desk.clock.advance(1_500);
    const askedAt = desk.clock.now();
    await desk.requestCancel();
    await desk.clock.runUntil(Promise.all([submitting, desk.cancelFor(4_000)]));
    const at = desk.exchange.arrivals.find(({ call }) => call === 'cancel')?.at ?? Infinity;
    const passed = desk.exchange.arrivals.filter((one) => one.call === 'submit' && one.at > at);
    // The bound of test/domain/urgent-slot, and the slot's lead.
    expect(at - askedAt).toBeLessThan(1_925 + 30);
    expect(passed.length).toBeGreaterThan(20);
  });

  it('is not sent twice by two consumers of its message', async () => {
    await desk.storeIn('NEW');
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED' });
    await desk.requestCancel();
    const [message] = desk.cancels.waiting();
    await desk.cancels.enqueue({
      ...record(''),
      ...message,
      deduplicationId: 'again',
      body: message?.body ?? {},
      messageGroupId: 'other',
    });
    await desk.cancelFor(5_000);
    expect(desk.exchange.canceled()).toHaveLength(1);
  });

  it('that could not be queued says so, and the sweep queues it', async () => {
    await desk.storeIn('NEW');
    desk.fails('cancels', () => 'refused');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'not-queued' });
    desk.fails('cancels');
    desk.exchange.queries(
      'order-1',
      { ...same(), status: 'NEW' },
      { ...same(), status: 'CANCELED' },
    );
    await desk.reconcile(30_000);
    await desk.cancelFor(5_000);
    expect(desk.order().status).toBe('CANCELED');
  });

  it('of an unknown order is told apart', async () => {
    expect(await desk.requestCancel('unheard-of')).toMatchObject({ kind: 'no-order' });
  });

  it('message that is none, or names no order, is put aside', async () => {
    const message = { messageGroupId: 'any', deduplicationId: 'any' };
    await desk.cancels.enqueue({ ...message, body: { accountId: 'desk-1' } });
    const body = { accountId: 'desk-1', clientOrderId: 'unheard-of' };
    await desk.cancels.enqueue({ body, messageGroupId: 'other', deduplicationId: 'other' });
    await desk.cancel();
    expect(desk.cancels.aside.map(({ reason }) => reason)).toEqual([
      'is no cancel message',
      'names no order',
    ]);
    expect(desk.cancels.waiting()).toEqual([]);
  });
});

/** A cancel after which queries find the order like this. */
function cancelsWith(change: Partial<StatusReport>) {
  return { work: async () => desk.exchange.queries('order-1', change) };
}

/** What the exchange states of the order of the stories. */
function same() {
  return { exchangeOrderId: '2000868573824739840' };
}
