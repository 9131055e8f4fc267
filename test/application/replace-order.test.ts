import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import { createOrderDesk, request } from '../support/order-desk.ts';

let desk: ReturnType<typeof createOrderDesk>;
beforeEach(async () => {
  desk = createOrderDesk();
  await desk.place('order-1');
});

const replace = (id = 'order-2', change: Record<string, unknown> = {}) =>
  desk.clock.runUntil(
    desk.receive(request(id, { replaces: 'order-1', price: '64000', ...change })),
  );
const submitted = () => desk.exchange.submitted();
const canceled = (change: Partial<StatusReport> = {}) =>
  desk.exchange.queries('order-1', { status: 'CANCELED', ...change });

/** Everything at work for a while, as the functions are. */
async function work(ms: number): Promise<void> {
  const endsAt = desk.clock.now() + ms;
  const consume = async () => {
    while (desk.clock.now() < endsAt) {
      await desk.deliver();
      await desk.clock.sleep(200);
    }
  };
  await desk.clock.runUntil(Promise.all([consume(), desk.follow(ms)]));
}

describe('a replacement', () => {
  it('of an open order is sent when the cancel is confirmed, and not before', async () => {
    await desk.consume();
    desk.exchange.queries('order-1', { status: 'NEW' });
    expect((await replace()).kind).toBe('accepted');
    expect(desk.order('order-2')).toMatchObject({ status: 'RECEIVED' });
    await work(5_000);
    expect(desk.exchange.canceled().length).toBeGreaterThan(0);
    expect(submitted()).toEqual(['order-1']);

    canceled();
    await work(15_000);
    expect(desk.order('order-1')).toMatchObject({ status: 'CANCELED', replacedBy: 'order-2' });
    expect(submitted()).toEqual(['order-1', 'order-2']);
    expect(desk.order('order-2').status).toBe('NEW');
  });

  it('of an order that was not sent is sent alone', async () => {
    await replace();
    await work(3_000);
    expect(desk.order('order-1')).toMatchObject({ reason: 'CANCELED_BEFORE_SENDING' });
    expect(submitted()).toEqual(['order-2']);
  });

  it('waits while the cancel is in doubt (row 7)', async () => {
    await desk.consume();
    desk.exchange.cancels(...Array.from({ length: 30 }, () => 'unknown' as const));
    desk.exchange.queries('order-1', 'unavailable');
    await replace();
    await work(60_000);
    expect(desk.order('order-1').cancel?.status).toBe('IN_DOUBT');
    expect(submitted()).toEqual(['order-1']);
    canceled();
    await work(20_000);
    expect(submitted()).toEqual(['order-1', 'order-2']);
  });

  it('in doubt itself is followed, and there is no third order (F72, row 7)', async () => {
    await desk.consume();
    canceled();
    await replace();
    desk.exchange.submits('unknown');
    await work(10_000);
    expect(desk.order('order-2').status).toBe('IN_DOUBT');
    const third = desk.receive(request('order-3', { replaces: 'order-2' }));
    expect((await desk.clock.runUntil(third)).kind).toBe('accepted');
    await work(30_000);
    expect(submitted()).toEqual(['order-1', 'order-2']);
    desk.exchange.queries('order-2', { status: 'CANCELED' });
    await work(60_000);
    expect(submitted()).toEqual(['order-1', 'order-2', 'order-3']);
  });

  it('of an order that traded meanwhile is denied', async () => {
    await desk.consume();
    canceled({ executedQuantity: '0.2' });
    await replace();
    await work(10_000);
    expect(desk.order('order-1').status).toBe('PARTIALLY_CANCELED');
    expect(desk.order('order-2')).toMatchObject({
      status: 'DENIED',
      reason: 'REPLACED_ORDER_TRADED',
    });
    expect(submitted()).toEqual(['order-1']);
  });

  it('is one of two that want the same place', async () => {
    await desk.consume();
    canceled();
    await replace('order-2');
    await replace('order-3');
    await work(10_000);
    expect(desk.order('order-3')).toMatchObject({ status: 'DENIED', reason: 'ALREADY_REPLACED' });
    expect(submitted()).toEqual(['order-1', 'order-2']);
  });

  it('of an order that the exchange refuses to cancel is denied', async () => {
    await desk.consume();
    desk.exchange.queries('order-1', { status: 'NEW' });
    desk.exchange.cancels('rejected');
    await replace();
    await work(10_000);
    expect(desk.order('order-2').reason).toBe('REPLACED_ORDER_STAYS');
    expect(submitted()).toEqual(['order-1']);
  });

  it('expires where the cancel takes longer than it is valid', async () => {
    await desk.consume();
    desk.exchange.queries('order-1', { status: 'NEW' });
    await replace('order-2', { validUntil: desk.clock.now() + 5_000 });
    await work(10_000);
    expect(desk.order('order-2').status).toBe('EXPIRED');
  });

  it('names another order of its account', async () => {
    const itself = await replace('order-2', { replaces: 'order-2' });
    const nobody = await replace('order-2', { replaces: 'unheard-of' });
    expect([itself, nobody]).toMatchObject([
      { kind: 'invalid', errors: [{ field: 'replaces' }] },
      { kind: 'invalid', errors: [{ field: 'replaces' }] },
    ]);
  });
});
