import { describe, expect, it } from '@jest/globals';
import type { ExternalOrders } from '../../lib/application/ports.ts';
import { EXTERNAL_ORDERS_MAX, type ExternalOrder } from '../../lib/domain/external-order.ts';
import { NOON } from '../support/order-events.ts';

/** What every record of external orders does. `open` gives an empty one. */
export function describeExternalOrders(name: string, open: () => Promise<ExternalOrders>): void {
  const order = (number: number, change: Partial<ExternalOrder> = {}): ExternalOrder => ({
    exchangeOrderId: `2000868573824739${String(number).padStart(3, '0')}`,
    clientOrderId: `other-${number}`,
    origin: 'foreign',
    symbol: 'BTCUSD',
    side: 'BUY',
    statusText: 'NEW',
    executedQuantity: '0',
    firstSeenAt: NOON,
    lastSeenAt: NOON,
    ...change,
  });

  describe(`${name}: external orders of an account`, () => {
    it('are none at first', async () => {
      expect(await (await open()).list('desk-1')).toEqual([]);
    });

    it('are recorded once each, with when they were first and last seen', async () => {
      const external = await open();
      expect(await external.record('desk-2', [order(1)])).toEqual([order(1)]);

      const again = order(1, { statusText: 'FILLED', firstSeenAt: NOON + 5, lastSeenAt: NOON + 5 });
      expect(await external.record('desk-2', [again, order(2)])).toEqual([order(2)]);

      const [first, second] = await external.list('desk-2');
      expect(first).toEqual({ ...again, firstSeenAt: NOON });
      expect(second).toEqual(order(2));
      expect(await external.list('desk-9')).toEqual([]);
    });

    it('are bounded, and an orphan outlasts foreign ones', async () => {
      const external = await open();
      await external.record('desk-3', [order(0, { origin: 'orphan', lastSeenAt: NOON - 1 })]);
      const many = Array.from({ length: EXTERNAL_ORDERS_MAX + 5 }, (_, at) => order(at + 1));
      await external.record('desk-3', many);
      const listed = await external.list('desk-3');
      expect(listed).toHaveLength(EXTERNAL_ORDERS_MAX);
      expect(listed[0]?.origin).toBe('orphan');
    });

    it('lets writers at once each record theirs', async () => {
      const external = await open();
      await Promise.all([1, 2, 3].map((number) => external.record('desk-4', [order(number)])));
      expect(await external.list('desk-4')).toHaveLength(3);
    });
  });
}
