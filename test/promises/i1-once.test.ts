import { describe, expect, it } from '@jest/globals';
import { inEveryWorld, WORLDS_TIMEOUT_MS } from '../support/every-world.ts';

describe('I1 once', () => {
  it(
    'one order request makes at most one order at the exchange',
    () =>
      inEveryWorld(({ exchangeOrders }) => {
        const ids = exchangeOrders.map(({ clientOrderId }) => clientOrderId);
        expect(ids).toHaveLength(new Set(ids).size);
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'also where every answer is lost and every message comes twice',
    () =>
      inEveryWorld(
        ({ exchangeOrders }) => {
          const ids = exchangeOrders.map(({ clientOrderId }) => clientOrderId);
          expect(ids).toHaveLength(new Set(ids).size);
        },
        { twice: 1, submitFault: 1, submitFates: ['answer-lost', 'delayed', 'slow'], death: 0.05 },
      ),
    WORLDS_TIMEOUT_MS,
  );
});
