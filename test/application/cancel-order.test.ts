import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CancelAnswer } from '../../lib/application/exchange.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import type { OrderStatus } from '../../lib/domain/order.ts';
import { account, apiKey, createOrderDesk, record } from '../support/order-desk.ts';
import { WAY_TO } from '../support/order-stories.ts';

let desk: ReturnType<typeof createOrderDesk>;
beforeEach(() => {
  desk = createOrderDesk();
});

/** Stores the order of the stories as it stands in a status. */
async function storeIn(status: OrderStatus): Promise<void> {
  const [first, ...rest] = WAY_TO[status];
  if (first?.type !== 'OrderReceived') throw new Error('an order begins with its receipt');
  const { order } = await desk.store.create(first, undefined);
  if (rest.length > 0) await desk.store.append(order, rest, undefined);
}

const types = () => desk.order().history.map(({ type }) => type);
const cancelStatus = () => desk.order().cancel?.status;
const throttle = () => {
  desk.exchange.submits('throttled');
  return desk.place('order-1');
};

describe('a cancel of an order in', () => {
  it('RECEIVED ends it without a call, also when a submitter holds its message (F67)', async () => {
    await desk.place('order-1');
    const [message] = desk.queue.receive(1);
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    expect(desk.order()).toMatchObject({
      status: 'CANCELED',
      reason: 'CANCELED_BEFORE_SENDING',
      cancel: { status: 'DONE' },
    });
    await desk.submitRecords([record(message?.body)]);
    expect(desk.exchange.arrivals).toEqual([]);
    expect(desk.cancels.waiting()).toEqual([]);
  });

  it('RECEIVED, while its slot is being waited for, wins the version check', async () => {
    await desk.place('order-1');
    const submitting = desk.deliver();
    desk.exchange.beforeInstruments = () => {
      desk.exchange.beforeInstruments = () => {};
      void desk.requestCancel();
    };
    await desk.clock.runUntil(submitting);
    expect(desk.order().status).toBe('CANCELED');
    expect(desk.exchange.submitted()).toEqual([]);
  });

  it('RECEIVED after a throttled attempt ends it without a call', async () => {
    await throttle();
    await desk.consume();
    await desk.requestCancel();
    expect(desk.order()).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
    await desk.clock.advance(70_000);
    await desk.consumeFor(70_000);
    expect(desk.exchange.submitted()).toHaveLength(1);
  });

  it('SENDING is recorded, and carried out as soon as its answer is stored (F68)', async () => {
    await desk.place('order-1');
    desk.exchange.answerMs = 900;
    desk.exchange.queries('order-1', { status: 'CANCELED' });
    const submitting = desk.deliver();
    await desk.clock.advance(500);
    expect(desk.order().status).toBe('SENDING');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    expect(cancelStatus()).toBe('REQUESTED');
    const canceling = desk.cancelFor(5_000);
    await desk.clock.runUntil(Promise.all([submitting, canceling]));
    expect(desk.exchange.canceled()).toEqual(['91']);
    expect(desk.order()).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
  });

  it('SENDING whose attempt proves to have placed nothing ends without a call', async () => {
    await desk.place('order-1');
    desk.exchange.submits({
      kind: 'after',
      end: 'throttled',
      work: async () => {
        void desk.requestCancel();
      },
    });
    await desk.consume();
    await desk.cancelFor(5_000);
    expect(desk.order().status).toBe('CANCELED');
    expect(desk.exchange.canceled()).toEqual([]);
  });

  it('IN_DOUBT is recorded, and carried out when the order is found (F68)', async () => {
    await desk.place('order-1');
    desk.exchange.submits('unknown');
    await desk.consume();
    await desk.requestCancel();
    await desk.cancel();
    expect(desk.order()).toMatchObject({ status: 'IN_DOUBT', cancel: { status: 'REQUESTED' } });
    expect(desk.cancels.waiting()).toEqual([]);

    desk.exchange.queries('order-1', { status: 'NEW' }, { status: 'CANCELED' });
    await desk.reconcile(3_000);
    await desk.cancelFor(5_000);
    expect(desk.exchange.canceled()).toEqual(['91']);
    expect(desk.order()).toMatchObject({ status: 'CANCELED', cancel: { status: 'DONE' } });
  });

  it('IN_DOUBT that was never placed ends as CANCELED, is never sent again and stays watched (F68)', async () => {
    await desk.clock.runUntil(
      desk.receive({ ...JSON.parse(record(orderRequest()).body), onNeverPlaced: 'resubmit' }),
    );
    desk.exchange.submits('unknown');
    await desk.consume();
    await desk.requestCancel();
    await desk.reconcileFor(180_000);
    expect(desk.order()).toMatchObject({
      status: 'CANCELED',
      reason: 'NEVER_PLACED',
      cancel: { status: 'DONE' },
    });
    expect(desk.exchange.submitted()).toHaveLength(1);

    desk.exchange.queries('order-1', { status: 'NEW' });
    desk.exchange.cancels(cancelsWith({ status: 'CANCELED' }));
    await desk.followFor(310_000);
    expect(types()).toContain('OrderResurrected');
    expect(desk.exchange.canceled()).toEqual(['91']);
    expect(desk.order()).toMatchObject({ status: 'CANCELED', exchangeOrderId: '91' });
  });

  it('NEW is sent by the exchange’s own id and the truth fetched', async () => {
    await storeIn('NEW');
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED', reason: 'USER_CANCEL' });
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    await desk.cancel();
    expect(desk.exchange.canceled()).toEqual(['2000868573824739840']);
    expect(types()).toEqual([
      ...WAY_TO.NEW.map(({ type }) => type),
      'CancelRequested',
      'CancelStarted',
      'CancelAnswered',
      'ExecutionReported',
    ]);
    expect(desk.order()).toMatchObject({ status: 'CANCELED', reason: 'USER_CANCEL' });
  });

  it('PARTIALLY_FILLED leaves what was executed', async () => {
    await storeIn('PARTIALLY_FILLED');
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED', executedQuantity: '0.3' });
    await desk.requestCancel();
    await desk.cancel();
    expect(desk.order()).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQuantity: '0.3',
      cancel: { status: 'DONE' },
    });
  });

  it.each<OrderStatus>([
    'FILLED',
    'CANCELED',
    'PARTIALLY_CANCELED',
    'REJECTED',
    'DENIED',
    'EXPIRED',
  ])('%s finds nothing left to cancel', async (status) => {
    await storeIn(status);
    const before = desk.order();
    expect(await desk.requestCancel()).toEqual({ kind: 'over', order: before });
    await desk.cancel();
    expect(desk.order()).toEqual(before);
    expect(desk.exchange.arrivals).toEqual([]);
  });

  it('NEVER_PLACED turns it to CANCELED, for the case that it turns up', async () => {
    await storeIn('NEVER_PLACED');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    expect(desk.order()).toMatchObject({ status: 'CANCELED', reason: 'NEVER_PLACED' });
    expect(await desk.requestCancel()).toMatchObject({ kind: 'over' });
  });

  it('HELD is recorded; without an order that is known to be ours nothing is sent', async () => {
    await storeIn('HELD');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    await desk.cancelFor(5_000);
    expect(desk.order()).toMatchObject({ status: 'HELD', cancel: { status: 'REQUESTED' } });
    expect(desk.exchange.arrivals).toEqual([]);
  });

  it('HELD is sent once where the exchange has the order', async () => {
    const order = WAY_TO.NEW.reduce<Parameters<typeof evolve>[0]>(evolve, undefined);
    await storeIn('NEW');
    const held: OrderEvent = { type: 'OrderHeld', at: 1, reason: 'MISSING_AT_EXCHANGE' };
    if (order !== undefined) await desk.store.append(desk.order(), [held], undefined);
    await desk.requestCancel();
    await desk.cancelFor(120_000);
    expect(desk.exchange.canceled()).toEqual(['2000868573824739840']);
    expect(desk.order()).toMatchObject({ status: 'HELD', cancel: { status: 'ACKNOWLEDGED' } });
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
    await storeIn('NEW');
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
      await storeIn('NEW');
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
    await storeIn('NEW');
    desk.exchange.cancels(...Array.from({ length: 20 }, () => 'not-open' as const));
    await desk.requestCancel();
    await desk.cancel();
    await desk.followFor(180_000);
    expect(desk.order()).toMatchObject({ status: 'HELD', reason: 'MISSING_AT_EXCHANGE' });
  });

  it('rejected ends the cancel, not the order, and may be asked for again', async () => {
    await storeIn('NEW');
    desk.exchange.cancels('rejected');
    await desk.requestCancel();
    await desk.cancelFor(5_000);
    expect(desk.order()).toMatchObject({ status: 'NEW', cancel: { status: 'REFUSED' } });
    expect(desk.metrics.total('CancelRefused')).toBe(1);
    await desk.requestCancel();
    expect(cancelStatus()).toBe('REQUESTED');
  });

  it('throttled closes the key and the cancel goes when it reopens', async () => {
    await storeIn('NEW');
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
    await storeIn('NEW');
    desk.exchange.cancels(kind);
    desk.exchange.queries('order-1', { ...same(), status: 'CANCELED' });
    await desk.requestCancel();
    await desk.cancelFor(10_000);
    expect(desk.exchange.canceled()).toHaveLength(2);
    expect(cancelStatus()).toBe('DONE');
  });

  it('that could not be stored leaves the call in doubt, and it is sent again', async () => {
    await storeIn('NEW');
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
    await storeIn('NEW');
    await desk.requestCancel();
    await desk.cancel();
    expect(desk.exchange.arrivals.find(({ call }) => call === 'cancel')?.keyId).toBe('key-3');
  });

  it('takes the next slot beside a backlog of new orders', async () => {
    await storeIn('NEW');
    const ids = Array.from({ length: 60 }, (_, index) => `new-${index}`);
    for (const id of ids) {
      await desk.clock.runUntil(desk.receive(orderRequest(id, { orderingKey: id })));
    }
    const submitting = desk.consumeFor(7_000);
    await desk.clock.advance(1_500);
    const askedAt = desk.clock.now();
    await desk.requestCancel();
    await desk.clock.runUntil(Promise.all([submitting, desk.cancelFor(4_000)]));
    const at = desk.exchange.arrivals.find(({ call }) => call === 'cancel')?.at ?? Infinity;
    const passed = desk.exchange.arrivals.filter((one) => one.call === 'submit' && one.at > at);
    // Slots given away reach 1.1 s ahead, and the next one lies a second after the first of them.
    expect(at - askedAt).toBeLessThan(2_100);
    expect(passed.length).toBeGreaterThan(20);
  });

  it('is not sent twice by two consumers of its message', async () => {
    await storeIn('NEW');
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
    await storeIn('NEW');
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

function orderRequest(clientOrderId = 'order-1', change: Record<string, unknown> = {}) {
  return {
    accountId: 'desk-1',
    clientOrderId,
    symbol: 'BTCUSD',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.5',
    price: '65000.10',
    ...change,
  };
}
