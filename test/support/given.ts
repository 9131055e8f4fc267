import { expect } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';

/** Tells what a decision adds to the events before it. */
export function given(...events: readonly OrderEvent[]) {
  const order = evolveAll(undefined, events);
  return {
    when: (decide: (order: Order) => readonly OrderEvent[]) => {
      const decided = decide(order);
      return {
        /** Compares what the expectation names, and that the events are legal. */
        thenEvents(
          ...expected: readonly (Partial<OrderEvent> & Pick<OrderEvent, 'type'>)[]
        ): Order {
          expect(decided.map(({ type }) => type)).toEqual(expected.map(({ type }) => type));
          expect(decided).toMatchObject([...expected]);
          return evolveAll(order, decided);
        },
      };
    },
  };
}
