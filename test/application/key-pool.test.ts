import { describe, expect, it } from '@jest/globals';
import { laneOf } from '../../lib/application/message.ts';
import { account, apiKey, createOrderDesk, request } from '../support/order-desk.ts';

describe('a pool of keys', () => {
  const pool = (lanes: number, keys: number) =>
    account({
      lanes,
      keys: Array.from({ length: keys }, (_, index) => apiKey(`key-${index + 1}`)),
    });
  const receive = async (desk: ReturnType<typeof createOrderDesk>, orders: number) => {
    for (let number = 1; number <= orders; number += 1) {
      await desk.receive(request(`order-${number}`, { orderingKey: `key-${number}` }));
    }
  };
  const keysUsed = (desk: ReturnType<typeof createOrderDesk>) =>
    new Set(desk.exchange.arrivals.map(({ keyId }) => keyId));

  it('sends each lane with a key of its own', async () => {
    const two = account({ lanes: 2, keys: [apiKey('key-1'), apiKey('key-2')] });
    const desk = createOrderDesk([two]);
    for (const orderingKey of ['A', 'B', 'C', 'D', 'E', 'F']) {
      await desk.receive(request(`order-${orderingKey}`, { orderingKey }));
    }
    await desk.consume();
    for (const { clientOrderId, keyId } of desk.exchange.arrivals) {
      const lane = laneOf(clientOrderId.slice(-1), 2);
      expect(keyId).toBe(`key-${lane + 1}`);
    }
    expect(new Set(desk.exchange.arrivals.map(({ keyId }) => keyId)).size).toBe(2);
  });

  it('is used as a whole by fewer lanes than keys', async () => {
    const desk = createOrderDesk([pool(1, 3)]);
    await receive(desk, 20);
    await desk.consumeFor(10_000);
    expect(keysUsed(desk)).toEqual(new Set(['key-1', 'key-2', 'key-3']));
  });

  it('sends with the other keys while the gate of one is closed', async () => {
    const desk = createOrderDesk([pool(2, 2)]);
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    await desk.budget.closeGate({ gate, until: now + 60_000, reason: 'throttled', now });
    await receive(desk, 10);
    await desk.consumeFor(5_000);

    expect(new Set(desk.statuses())).toEqual(new Set(['NEW']));
    expect(keysUsed(desk)).toEqual(new Set(['key-2']));
    expect(desk.order().attempts).toMatchObject([{ keyId: 'key-2' }]);
  });

  it('F29 sends an order that one key was refused for with another, at once', async () => {
    const desk = createOrderDesk([pool(1, 2)]);
    desk.exchange.submits('throttled');
    await desk.place('order-1', 'order-2');
    await desk.consumeFor(5_000);

    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
    const keys = desk.exchange.arrivals.map(({ keyId }) => keyId);
    expect(new Set(keys.slice(1))).not.toContain(keys[0]);
  });

  it('goes on without a key that the exchange does not know', async () => {
    const desk = createOrderDesk([pool(1, 2)]);
    desk.exchange.submits('bad-key');
    await desk.place('order-1', 'order-2');
    await desk.consumeFor(5_000);

    expect(desk.statuses()).toEqual(['NEW', 'NEW']);
    expect(desk.exchange.arrivals).toHaveLength(3);
  });

  it('stops as a whole when the address is blocked', async () => {
    const desk = createOrderDesk([pool(2, 2)]);
    desk.exchange.submits('banned');
    await receive(desk, 10);
    await desk.consumeFor(20_000);

    // Each key may have had one on its way at that moment.
    expect(desk.exchange.arrivals.length).toBeLessThanOrEqual(2);
  });

  it('gives a slowed key the help of an idle one', async () => {
    const desk = createOrderDesk([pool(2, 2)]);
    const now = desk.clock.now();
    const gate = { keyId: 'key-1' };
    const refused = { limitPerSecond: 10, sentAt: now };
    await desk.budget.closeGate({ gate, until: now + 1, reason: 'throttled', now, refused });
    const ofFirstLane = Array.from({ length: 60 }, (_, index) => `of-${index}`).filter(
      (name) => laneOf(name, 2) === 0,
    );
    for (const [index, orderingKey] of ofFirstLane.slice(0, 20).entries()) {
      await desk.receive(request(`order-${index + 1}`, { orderingKey }));
    }
    await desk.clock.advance(10);
    await desk.consumeFor(4_000);

    expect(keysUsed(desk)).toEqual(new Set(['key-1', 'key-2']));
  });
});
