import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createMemoryEventPublisher } from '../../lib/adapters/memory/event-publisher.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { type OrderChange, publishEvents } from '../../lib/application/publish-events.ts';
import { receiveOrder } from '../../lib/application/receive-order.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import { createOrderDesk, request } from '../support/order-desk.ts';
import { NOON, received } from '../support/order-events.ts';
import { WAY_TO } from '../support/order-stories.ts';

/** The stream of an order of a producer, each event a write of its own. */
function changes(clientOrderId: string, producerId?: string): readonly OrderChange[] {
  let order: Order | undefined;
  return WAY_TO.SENDING.map((event, index) => {
    order =
      event.type === 'OrderReceived'
        ? evolve(undefined, { ...received(), clientOrderId, ...(producerId && { producerId }) })
        : evolve(order, event);
    return { sequenceNumber: `${clientOrderId}-${index + 1}`, previousVersion: index, order };
  });
}

function publishing() {
  const publisher = createMemoryEventPublisher();
  const results = createMemoryOrderQueue(createVirtualClock(NOON));
  let refused = (_id: string) => false;
  const dependencies = {
    publisher,
    log: createRecordingLog(),
    metrics: createRecordingMetrics(),
    results: {
      async enqueue(message: Parameters<typeof results.enqueue>[0]) {
        if (refused(message.deduplicationId)) throw new Error('refused');
        await results.enqueue(message);
      },
    },
  };
  const ids = () => results.waiting().map(({ deduplicationId }) => deduplicationId);
  const refuse = (id?: string) => {
    refused = (one) => one === id;
  };
  return { dependencies, publisher, results, ids, refuse };
}

describe('the order of a producer', () => {
  it('is known by it, and shown without it', async () => {
    const desk = createOrderDesk();
    const webhook = { body: request(), origin: 'webhook', producerId: 'demo' } as const;
    await receiveOrder(desk.dependencies, webhook);
    expect(desk.order().producerId).toBe('demo');
    expect(JSON.stringify(desk.order().history)).not.toContain('demo');
  });

  it('has its events queued as results, one group for all of them', async () => {
    const { dependencies, ids, results } = publishing();
    expect(await publishEvents(dependencies, changes('order-1', 'demo'))).toBeUndefined();
    expect(ids()).toEqual(['desk-1/order-1/1', 'desk-1/order-1/2']);
    const [first, second] = results.waiting();
    expect(first?.messageGroupId).toMatch(/^demo#[01]$/);
    expect(second?.messageGroupId).toBe(first?.messageGroupId);
    expect(first?.body).toMatchObject({ producerId: 'demo', event: { id: 'desk-1/order-1/1' } });
  });

  it('is the only kind that has results', async () => {
    const { dependencies, ids, publisher } = publishing();
    expect(await publishEvents(dependencies, changes('order-1'))).toBeUndefined();
    expect(publisher.published).toHaveLength(2);
    expect(ids()).toEqual([]);
  });
});

describe('a stream whose results cannot be queued', () => {
  const both = [...changes('order-1', 'demo'), ...changes('order-2', 'demo')];

  it.each([
    ['desk-1/order-1/1', 'order-1-1'],
    ['desk-1/order-1/2', 'order-1-2'],
    ['desk-1/order-2/1', 'order-2-1'],
    ['desk-1/order-2/2', 'order-2-2'],
  ])('goes on from the change that failed: %s', async (id, from) => {
    const { dependencies, ids, refuse } = publishing();
    refuse(id);
    const again = await publishEvents(dependencies, both);
    const positionOf = (name?: string) =>
      both.findIndex(({ sequenceNumber }) => sequenceNumber === name);
    // Sends that had not begun by then are read again too.
    expect(positionOf(again)).toBeGreaterThanOrEqual(0);
    expect(positionOf(again)).toBeLessThanOrEqual(positionOf(from));
    // Nothing later of the same order stands before what failed.
    const order = id.slice(0, id.lastIndexOf('/'));
    expect(ids().filter((one) => one.startsWith(`${order}/`) && one >= id)).toEqual([]);
    refuse();
    const rest = both.slice(positionOf(again));
    expect(await publishEvents(dependencies, rest)).toBeUndefined();
    for (const name of ['order-1', 'order-2']) {
      const ofOrder = ids().filter((one) => one.includes(name));
      expect(ofOrder).toEqual([`desk-1/${name}/1`, `desk-1/${name}/2`]);
    }
  });

  it('queues no result of an event that is not published', async () => {
    const { dependencies, ids, publisher } = publishing();
    publisher.refuseAfter(1);
    expect(await publishEvents(dependencies, both)).toBe('order-1-2');
    expect(ids()).toEqual(['desk-1/order-1/1']);
  });
});
