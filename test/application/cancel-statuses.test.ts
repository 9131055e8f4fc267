import { beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import type { OrderStatus } from '../../lib/domain/order.ts';
import { createOrderDesk, record, request } from '../support/order-desk.ts';
import { WAY_TO } from '../support/order-stories.ts';

let desk: ReturnType<typeof createOrderDesk>;
beforeEach(() => {
  desk = createOrderDesk();
});

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
    await desk.clock.runUntil(desk.receive(request('order-1', { onNeverPlaced: 'resubmit' })));
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
    await desk.storeIn('NEW');
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
    await desk.storeIn('PARTIALLY_FILLED');
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
    await desk.storeIn(status);
    const before = desk.order();
    expect(await desk.requestCancel()).toEqual({ kind: 'over', order: before });
    await desk.cancel();
    expect(desk.order()).toEqual(before);
    expect(desk.exchange.arrivals).toEqual([]);
  });

  it('NEVER_PLACED turns it to CANCELED, for the case that it turns up', async () => {
    await desk.storeIn('NEVER_PLACED');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    expect(desk.order()).toMatchObject({ status: 'CANCELED', reason: 'NEVER_PLACED' });
    expect(await desk.requestCancel()).toMatchObject({ kind: 'over' });
  });

  it('HELD is recorded; without an order that is known to be ours nothing is sent', async () => {
    await desk.storeIn('HELD');
    expect(await desk.requestCancel()).toMatchObject({ kind: 'recorded' });
    await desk.cancelFor(5_000);
    expect(desk.order()).toMatchObject({ status: 'HELD', cancel: { status: 'REQUESTED' } });
    expect(desk.exchange.arrivals).toEqual([]);
  });

  it('HELD is sent once where the exchange has the order', async () => {
    const order = WAY_TO.NEW.reduce<Parameters<typeof evolve>[0]>(evolve, undefined);
    await desk.storeIn('NEW');
    const held: OrderEvent = { type: 'OrderHeld', at: 1, reason: 'MISSING_AT_EXCHANGE' };
    if (order !== undefined) await desk.store.append(desk.order(), [held], undefined);
    await desk.requestCancel();
    await desk.cancelFor(120_000);
    expect(desk.exchange.canceled()).toEqual(['2000868573824739840']);
    expect(desk.order()).toMatchObject({ status: 'HELD', cancel: { status: 'ACKNOWLEDGED' } });
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
