import { describe, expect, it } from '@jest/globals';
import { isFinal, type Order } from '../../lib/domain/order.ts';
import { inEveryWorld, WORLDS_TIMEOUT_MS } from '../support/every-world.ts';
import type { WorldHistory } from '../support/small-world.ts';

/** Not EXPIRED: minutes are left when the faults stop, so nothing may lie about until then. */
const NOT_PLACED: readonly string[] = ['NEVER_PLACED', 'REJECTED'];

/** An order that is wanted canceled and was not placed ends as it is wanted, unless it ended before. */
function unplacedEnds({ cancel }: Order): readonly string[] {
  return cancel === undefined ? NOT_PLACED : ['CANCELED', 'REJECTED'];
}

function expectAtRest(history: WorldHistory): void {
  const placed = new Map(history.exchangeOrders.map((one) => [one.clientOrderId, one]));
  for (const order of history.orders) {
    const end = placed.get(order.clientOrderId)?.ending;
    if (order.status === 'HELD') expectAlarm(history, order);
    else if (end === undefined) expect(unplacedEnds(order)).toContain(order.status);
    else expect(order.status.replace('PARTIALLY_', '')).toBe(end);
  }
}

function expectAlarm({ measurements }: WorldHistory, { status }: Order): void {
  expect(isFinal(status)).toBe(false);
  expect(measurements.map(({ name }) => name)).toContain('OrderHeld');
}

describe('I4 bounded doubt', () => {
  it(
    'once faults stop, every order reaches the end that the exchange knows, or a person',
    () => inEveryWorld(expectAtRest),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'no wish to cancel is lost',
    () =>
      inEveryWorld(
        ({ cancelReceipts, orders, exchangeOrders }) => {
          for (const receipt of cancelReceipts) {
            if (receipt.kind !== 'recorded') continue;
            const { clientOrderId } = receipt.order;
            const order = orders.find((one) => one.clientOrderId === clientOrderId);
            if (order?.status === 'HELD') continue;
            expect(order?.cancel?.status).toBe(order?.status === 'REJECTED' ? 'TOO_LATE' : 'DONE');
            const placed = exchangeOrders.find((one) => one.clientOrderId === clientOrderId);
            expect(placed?.ending ?? 'CANCELED').toBe('CANCELED');
          }
        },
        { cancel: 1, rests: true },
      ),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'what was answered 2xx is never lost',
    () =>
      inEveryWorld(({ receipts, orders }) => {
        const kept = new Set(orders.map(({ clientOrderId }) => clientOrderId));
        for (const receipt of receipts) {
          if (receipt.kind !== 'accepted' && receipt.kind !== 'repeated') continue;
          expect(kept).toContain(receipt.order.clientOrderId);
        }
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'an order is rarely held, and never for a fault of ours',
    () =>
      inEveryWorld(({ orders, aside, lines }) => {
        for (const { reason = '' } of orders.filter(({ status }) => status === 'HELD')) {
          expect(['DUPLICATE_BUT_ABSENT', 'MISSING_AT_EXCHANGE']).toContain(reason);
        }
        expect(aside).toEqual([]);
        expect(
          lines.filter(({ fields }) => /InvariantError|TypeError/.test(JSON.stringify(fields))),
        ).toEqual([]);
      }),
    WORLDS_TIMEOUT_MS,
  );
});
