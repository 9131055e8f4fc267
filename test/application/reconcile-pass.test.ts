import { describe, expect, it } from '@jest/globals';
import { STAGES } from '../../infra/stages.ts';
import { METRICS } from '../../lib/application/metrics.ts';
import { createOrderDesk } from '../support/order-desk.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { doubted } from '../support/order-stories.ts';

describe('an order that changes while a pass goes on', () => {
  it('is looked at when it is due then, though the pass had put it off', async () => {
    const desk = createOrderDesk();
    const { clock, store } = desk;
    await store.create(received(), NOON);
    // Another order in doubt keeps the pass going.
    const other = await store.create(received({ clientOrderId: 'order-2' }), undefined);
    await store.append(other.order, [attemptStarted(), doubted()], NOON);
    desk.exchange.queries('order-1', { status: 'NEW' });

    const isSent = clock.sleep(5_000).then(async () => {
      const order = await store.get({ accountId: 'desk-1', clientOrderId: 'order-1' });
      if (order === undefined) throw new Error('the order is gone');
      await store.append(order, [attemptStarted(), doubted()], clock.now() + 1_000);
    });
    await desk.reconcile(40_000);
    await isSent;
    expect(desk.order('order-1').status).toBe('NEW');
  });
});

describe('the first question of a process that has just started', () => {
  it('leaves in its slot, though the exchange’s clock takes long to become known', async () => {
    const desk = createOrderDesk();
    const { store } = desk;
    const { order } = await store.create(received(), undefined);
    await store.append(order, [attemptStarted(), doubted()], NOON);
    desk.exchange.queries('order-1', { status: 'NEW' });
    desk.exchange.prepareMs = 130;
    await desk.reconcile(1_000);
    const { budgets } = await desk.budget.view('key-1', desk.clock.now());
    const slotAt = budgets.find((one) => one.class === 'query')?.latestSlotAt;
    expect(desk.exchange.arrivals.find(({ call }) => call === 'query')?.at).toBe(slotAt);
  });
});

describe('F49 an order whose queue nobody consumes', () => {
  it('says how old it is until the alarm sounds, and is queued again', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    await desk.reconcileFor(300_000);
    const ages = desk.metrics.measurements
      .filter(({ name }) => name === METRICS.oldestReceivedAge)
      .map(({ value }) => value);
    expect(Math.max(...ages)).toBeGreaterThanOrEqual(STAGES.production.alarms.oldestReceivedAgeMs);
    expect(desk.order().status).toBe('RECEIVED');
    expect(desk.queue.waiting().length).toBeGreaterThan(1);
    expect(desk.exchange.arrivals.filter(({ call }) => call === 'submit')).toEqual([]);
  });
});
