import { describe, expect, it } from '@jest/globals';
import {
  DERIVED_ID_PREFIX,
  EXTERNAL_ORDERS_MAX,
  externalOrder,
  withExternalOrders,
} from '../../lib/domain/external-order.ts';
import { NOON } from '../support/order-events.ts';
import { report } from '../support/order-stories.ts';

const seen = (exchangeOrderId: string, at: number, clientOrderId = 'somebody-1') =>
  externalOrder(report({ exchangeOrderId, clientOrderId }), NOON + at);
const orphan = (exchangeOrderId: string, at: number) =>
  seen(exchangeOrderId, at, `${DERIVED_ID_PREFIX}1`);

describe('an order of which our records know nothing', () => {
  it('is recorded as the exchange states it', () => {
    const stated = report({
      clientOrderId: 'somebody-1',
      statusText: 'PARTIALLY_FILLED',
      executedQuantity: '0.2',
    });

    expect(externalOrder(stated, NOON)).toEqual({
      exchangeOrderId: stated.exchangeOrderId,
      clientOrderId: 'somebody-1',
      origin: 'foreign',
      symbol: 'BTCUSD',
      side: 'BUY',
      statusText: 'PARTIALLY_FILLED',
      executedQuantity: '0.2',
      firstSeenAt: NOON,
      lastSeenAt: NOON,
    });
  });

  it('is an orphan when only we derive such ids, wherever the prefix stands first', () => {
    expect(DERIVED_ID_PREFIX).toBe('wh-');
    expect(orphan('1', 0).origin).toBe('orphan');
    expect(seen('1', 0, 'a-wh-1').origin).toBe('foreign');
    expect(seen('1', 0, 'order-wh-').origin).toBe('foreign');
  });
});

describe('the record of external orders', () => {
  it('takes in what is new and says so, and keeps when the rest was first seen', () => {
    const recorded = [seen('1', 1), seen('2', 2)];
    const { added, orders } = withExternalOrders(recorded, [seen('2', 5), seen('3', 5)]);

    expect(added).toEqual([seen('3', 5)]);
    expect(orders).toEqual([
      seen('3', 5),
      { ...seen('2', 5), firstSeenAt: NOON + 2 },
      seen('1', 1),
    ]);
  });

  it('has orphans first, and the newest first among equals, however they came in', () => {
    const mixed = [seen('1', 1), orphan('2', 2), seen('3', 9), orphan('4', 4)];
    const ids = ['4', '2', '3', '1'];

    for (const order of [mixed, mixed.toReversed()]) {
      expect(withExternalOrders(order, []).orders.map(idOf)).toEqual(ids);
      expect(withExternalOrders([], order).orders.map(idOf)).toEqual(ids);
    }
  });

  it('is bounded: the oldest foreign orders give way, an orphan does not', () => {
    const many = Array.from({ length: EXTERNAL_ORDERS_MAX }, (_, at) => seen(`${at}`, at + 10));
    const { added, orders } = withExternalOrders(many, [orphan('old', 1)]);

    expect(EXTERNAL_ORDERS_MAX).toBe(200);
    expect(added.map(idOf)).toEqual(['old']);
    expect(orders).toHaveLength(EXTERNAL_ORDERS_MAX);
    expect([orders[0], orders.at(-1)].map((one) => one && idOf(one))).toEqual(['old', '1']);
  });
});

function idOf({ exchangeOrderId }: { readonly exchangeOrderId: string }): string {
  return exchangeOrderId;
}
