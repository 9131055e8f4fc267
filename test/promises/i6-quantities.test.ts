import { describe, expect, it } from '@jest/globals';
import { compareDecimals } from '../../lib/domain/decimal.ts';
import { isFinal, isWatched } from '../../lib/domain/order.ts';
import { inEveryWorld, WORLDS_TIMEOUT_MS, writesByOrder } from '../support/every-world.ts';

describe('I6 quantities', () => {
  it(
    'executed quantity never falls and never passes the ordered quantity',
    () =>
      inEveryWorld((history) => {
        for (const writes of writesByOrder(history).values()) {
          let executed = '0';
          for (const { order } of writes) {
            expect(compareDecimals(order.executedQuantity, executed)).toBeGreaterThanOrEqual(0);
            const ordered = order.terms.quantity ?? '0';
            expect(compareDecimals(order.executedQuantity, ordered)).toBeLessThanOrEqual(0);
            executed = order.executedQuantity;
          }
        }
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'a final status stays final, except recorded late evidence',
    () =>
      inEveryWorld((history) => {
        for (const writes of writesByOrder(history).values()) {
          for (const [index, { events, order }] of writes.entries()) {
            const before = writes[index - 1]?.order;
            if (before === undefined || !isFinal(before.status)) continue;
            const types = events.map(({ type }) => type);
            if (types[0] === 'CancelRequested') {
              expect([before.status, ...types]).toEqual([
                'NEVER_PLACED',
                'CancelRequested',
                'OrderCanceled',
              ]);
              continue;
            }
            if (isWatched(before)) {
              expect(types[0]).toBe('OrderResurrected');
              continue;
            }
            // Fills come to light after the end, and never change it here.
            expect(types).toEqual(types.map(() => 'FillsRecorded'));
            expect(order.status).toBe(before.status);
          }
        }
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'an order ends with exactly what the exchange executed',
    () =>
      inEveryWorld(({ orders, exchangeOrders }) => {
        for (const { clientOrderId, ending } of exchangeOrders) {
          const order = orders.find((one) => one.clientOrderId === clientOrderId);
          if (order === undefined || order.status === 'HELD') continue;
          expect(order.executedQuantity).toBe(ending === 'FILLED' ? '0.5' : '0.1');
        }
      }),
    WORLDS_TIMEOUT_MS,
  );
});
