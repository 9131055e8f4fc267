import { describe, expect, it } from '@jest/globals';
import { inEveryWorld, WORLDS_TIMEOUT_MS, writesByOrder } from '../support/every-world.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('I7 events', () => {
  it(
    'every change has one event, gap-free, published at least once and in order per order',
    () =>
      inEveryWorld(({ orders, published }) => {
        const byOrder = Map.groupBy(published, ({ orderId }) => orderId);
        for (const { accountId, clientOrderId, version } of orders) {
          const events = byOrder.get(`${accountId}/${clientOrderId}`) ?? [];
          const first = [...new Set(events.map(({ id }) => id))];
          expect(first).toEqual(
            upTo(version).map((sequence) => `${accountId}/${clientOrderId}/${sequence}`),
          );
        }
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'the same event says the same every time',
    () =>
      inEveryWorld(({ published }) => {
        for (const same of Map.groupBy(published, ({ id }) => id).values()) {
          for (const { type, data } of same) {
            expect({ type, sequence: data.sequence, status: data.status }).toEqual({
              type: same[0]?.type,
              sequence: same[0]?.data.sequence,
              status: same[0]?.data.status,
            });
          }
        }
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'every stored change counts its version up by one for each of its events',
    () =>
      inEveryWorld((history) => {
        for (const writes of writesByOrder(history).values()) {
          let version = 0;
          for (const { events, previousVersion, order } of writes) {
            expect(previousVersion).toBe(version);
            expect(order.version).toBe(version + events.length);
            version = order.version;
          }
        }
      }),
    WORLDS_TIMEOUT_MS,
  );
});
