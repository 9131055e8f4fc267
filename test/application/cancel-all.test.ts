import { beforeEach, describe, expect, it } from '@jest/globals';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import { createOrderDesk, request } from '../support/order-desk.ts';

let desk: ReturnType<typeof createOrderDesk>;
beforeEach(() => {
  desk = createOrderDesk();
});

/** Lets calls that cancel many take so many orders at a time off the list of open ones. */
function opens(count: number, symbol = 'BTCUSD'): void {
  const reports = (left: number): Partial<StatusReport>[] =>
    Array.from({ length: left }, (_, index) => ({
      clientOrderId: `order-${index + 1}`,
      exchangeOrderId: `9${index + 1}`,
      symbol,
      status: 'NEW',
    }));
  let left = count;
  desk.exchange.lists(reports(left));
  const take = {
    work: async () => {
      const before = reports(left);
      left = Math.max(0, left - 200);
      const gone = before.slice(left);
      for (const { clientOrderId = '' } of gone) {
        desk.exchange.queries(clientOrderId, { status: 'CANCELED' });
      }
      desk.exchange.lists(
        reports(left),
        gone.map((one) => ({ ...one, status: 'CANCELED' })),
      );
    },
  };
  desk.exchange.cancels(...Array.from({ length: 10 }, () => take));
}

const all = (options?: Parameters<typeof desk.cancelAll>[0]) =>
  desk.clock.runUntil(Promise.all([desk.cancelAll(options), desk.follow(60_000)]));

describe('canceling everything of an account', () => {
  it('loops within the limit of the call until nothing is open', async () => {
    opens(450);
    await desk.clock.runUntil(desk.cancelAll());
    const calls = desk.exchange.arrivals.filter(({ call }) => call === 'cancel-many');
    expect(calls).toHaveLength(3);
    expect(desk.progress.at(-1)).toMatchObject({ step: 'confirming', calls: 3, open: 0 });
  });

  it('ends unsent orders without a call and follows the others to their end', async () => {
    await desk.place('order-1', 'order-2');
    await desk.consume();
    await desk.place('order-3');
    opens(2);
    const [end] = await all();
    expect(end).toMatchObject({ wanted: 3, over: 3, left: [], open: 0 });
    expect(desk.statuses()).toEqual(['CANCELED', 'CANCELED', 'CANCELED']);
    expect(desk.order('order-3').reason).toBe('CANCELED_BEFORE_SENDING');
    expect(desk.order('order-1').cancel?.status).toBe('DONE');
    expect(desk.exchange.canceled()).toEqual([]);
  });

  it('leaves what is in doubt to be canceled when it is found, and says so', async () => {
    desk.exchange.submits('unknown');
    await desk.place('order-1');
    await desk.consume();
    const end = await desk.clock.runUntil(desk.cancelAll({ waitMs: 1_000 }));
    expect(end.left).toMatchObject([{ status: 'IN_DOUBT', cancel: { status: 'REQUESTED' } }]);
  });

  it('may mean one instrument only', async () => {
    await desk.clock.runUntil(desk.receive(request('order-1')));
    const end = await desk.clock.runUntil(desk.cancelAll({ symbol: 'ETHUSD', waitMs: 0 }));
    expect(end.wanted).toBe(0);
    expect(desk.order().status).toBe('RECEIVED');
    expect(desk.exchange.arrivals[0]).toMatchObject({ clientOrderId: 'ETHUSD' });
  });

  it('waits for a closed gate and goes on after it', async () => {
    desk.exchange.cancels('throttled');
    opens(1);
    const askedAt = desk.clock.now();
    await desk.clock.runUntil(desk.cancelAll());
    const calls = desk.exchange.arrivals.filter(({ call }) => call === 'cancel-many');
    expect(calls).toHaveLength(2);
    expect((calls[1]?.at ?? 0) - askedAt).toBeGreaterThanOrEqual(62_000);
  });
});
