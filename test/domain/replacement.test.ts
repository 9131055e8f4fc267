import { describe, expect, it } from '@jest/globals';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { ORDER_STATUSES, type Order, type OrderStatus } from '../../lib/domain/order.ts';
import { decideReplacement, isReplacement } from '../../lib/domain/replacement.ts';
import { limitTerms, NOON, received } from '../support/order-events.ts';
import { orderIn } from '../support/order-stories.ts';

const NOW = NOON + 90_000;
const NEW = evolve(
  undefined,
  received({ clientOrderId: 'order-2', terms: limitTerms({ replaces: 'order-1' }) }),
);
const decide = (replaced: Order | undefined) => decideReplacement(NEW, replaced, NOW);
const claim = { type: 'ReplacementClaimed', at: NOW, replacedBy: 'order-2' } as const;
const claimed = (status: OrderStatus, by = 'order-2'): Order => ({
  ...orderIn(status),
  replacedBy: by,
});

describe('an order that is to take the place of another', () => {
  it('is denied when there is none', () => {
    expect(decide(undefined)).toEqual({
      kind: 'deny',
      code: 'REPLACED_ORDER_UNKNOWN',
      message: 'there is no order to take the place of',
    });
  });

  it.each(ORDER_STATUSES)('is denied when a third one takes it: %s', (status) => {
    expect(decide(claimed(status, 'order-3'))).toEqual({
      kind: 'deny',
      code: 'ALREADY_REPLACED',
      message: 'order order-3 takes its place',
    });
  });

  const ASKED = ['CancelRequested'];
  const ENDED = ['CancelRequested', 'OrderCanceled'];
  const CANCELS: Readonly<Record<OrderStatus, readonly string[]>> = {
    RECEIVED: ENDED,
    SENDING: ASKED,
    IN_DOUBT: ASKED,
    NEW: ASKED,
    PARTIALLY_FILLED: ASKED,
    FILLED: [],
    CANCELED: [],
    PARTIALLY_CANCELED: [],
    REJECTED: [],
    DENIED: [],
    EXPIRED: [],
    NEVER_PLACED: ENDED,
    HELD: ASKED,
  };

  it.each(ORDER_STATUSES)(
    'claims one in %s, and asks for its cancel where there is one',
    (status) => {
      const step = decide(orderIn(status));
      expect(step).toMatchObject({
        kind: 'cancel',
        events: [claim, ...CANCELS[status].map(typed)],
      });
    },
  );

  it.each<OrderStatus>(['SENDING', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED', 'HELD'])(
    'waits while the claimed one is wanted canceled and %s',
    (status) => {
      const wanted = evolve(claimed(status), { type: 'CancelRequested', at: NOW });
      expect(decide(wanted)).toEqual({ kind: 'wait' });
    },
  );

  it.each<OrderStatus>(['CANCELED', 'REJECTED', 'DENIED', 'EXPIRED'])(
    'may be sent when the claimed one has ended without a trade: %s',
    (status) => {
      expect(decide(claimed(status))).toEqual({ kind: 'send' });
    },
  );

  it('is denied when the claimed one has traded, in full or in part', () => {
    const traded = {
      kind: 'deny',
      code: 'REPLACED_ORDER_TRADED',
      message: 'the order to take the place of has traded',
    };
    expect(decide(claimed('FILLED'))).toEqual(traded);
    expect(decide({ ...claimed('FILLED'), executedQuantity: '0' })).toEqual(traded);
    expect(decide(claimed('PARTIALLY_CANCELED'))).toEqual(traded);
  });

  it('is denied when the exchange refuses to cancel the claimed one', () => {
    const refused = { requestedAt: NOW, status: 'REFUSED', attempts: 1 } as const;
    const order = { ...claimed('NEW'), cancel: refused };

    expect(decide(order)).toEqual({
      kind: 'deny',
      code: 'REPLACED_ORDER_STAYS',
      message: 'the exchange refuses to cancel the old order',
    });
    // Refused before the claim: the claim asks once more.
    const { replacedBy: _, ...unclaimed } = order;
    expect(decide(unclaimed)).toMatchObject({
      kind: 'cancel',
      events: [claim, typed('CancelRequested')],
    });
  });

  it('waits only until it was sent for the first time', () => {
    expect(isReplacement(NEW)).toBe(true);
    expect(isReplacement(orderIn('RECEIVED'))).toBe(false);
    const ended = evolveAll(NEW, [{ type: 'OrderExpired', at: NOW }]);
    expect(isReplacement(ended)).toBe(false);
  });
});

function typed(type: string) {
  return { type };
}
