import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../lib/adapters/memory/clock.ts';
import { createMemoryEventPublisher } from '../../lib/adapters/memory/event-publisher.ts';
import { createRecordingLog } from '../../lib/adapters/memory/log.ts';
import { createRecordingMetrics } from '../../lib/adapters/memory/metrics.ts';
import { createMemoryOrderQueue } from '../../lib/adapters/memory/order-queue.ts';
import { haltAccount, parseHalt, viewAccount } from '../../lib/application/control-account.ts';
import {
  integrationEvents,
  type OrderChange,
  publishEvents,
} from '../../lib/application/publish-events.ts';
import { findOrder, listOrders } from '../../lib/application/read-orders.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import type { Order } from '../../lib/domain/order.ts';
import { createOrderDesk, request } from '../support/order-desk.ts';
import { NOON } from '../support/order-events.ts';
import { orderIn, WAY_TO } from '../support/order-stories.ts';

/** Orders of these tests have no producer. */
const NO_RESULTS = {
  results: createMemoryOrderQueue(createVirtualClock(NOON)),
  log: createRecordingLog(),
};

/** The stream of an order whose every event was a write of its own. */
function changesOf(events: (typeof WAY_TO)['NEW']): readonly OrderChange[] {
  let order: Order | undefined;
  return events.map((event, index) => {
    order = evolve(order, event);
    return { sequenceNumber: `s${index + 1}`, previousVersion: index, order };
  });
}

function createBus() {
  return { metrics: createRecordingMetrics(), publisher: createMemoryEventPublisher() };
}

describe('changes of orders', () => {
  const changes = changesOf(WAY_TO.NEVER_PLACED);

  it('are published one by one, in order and without a gap', async () => {
    const { metrics, publisher } = createBus();
    expect(await publishEvents({ metrics, publisher, ...NO_RESULTS }, changes)).toBeUndefined();
    expect(publisher.published.map(({ id, type }) => [id, type])).toEqual([
      ['desk-1/order-1/1', 'order.received'],
      ['desk-1/order-1/2', 'order.sending'],
      ['desk-1/order-1/3', 'order.in-doubt'],
      ['desk-1/order-1/4', 'order.never-placed'],
    ]);
    expect(publisher.published.map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4]);
  });

  it.each([0, 1, 2, 3])('go on from the first that is not published: %d', async (taken) => {
    const { metrics, publisher } = createBus();
    publisher.refuseAfter(taken);
    const from = await publishEvents({ metrics, publisher, ...NO_RESULTS }, changes);
    expect(from).toBe(`s${taken + 1}`);
    publisher.refuseAfter(undefined);
    const rest = changes.slice(changes.findIndex(({ sequenceNumber }) => sequenceNumber === from));
    expect(await publishEvents({ metrics, publisher, ...NO_RESULTS }, rest)).toBeUndefined();
    expect(publisher.published.map(({ data }) => data.sequence)).toEqual([1, 2, 3, 4]);
  });

  it('of one write go again together when only the first of them is published', async () => {
    const { metrics, publisher } = createBus();
    publisher.refuseAfter(1);
    const write = { sequenceNumber: 's1', previousVersion: 0, order: orderIn('NEW') };
    expect(await publishEvents({ metrics, publisher, ...NO_RESULTS }, [write])).toBe('s1');
  });

  it('that a person has to hear of are counted, though their writer died (seed 3249)', async () => {
    const { metrics, publisher } = createBus();
    await publishEvents({ metrics, publisher, ...NO_RESULTS }, changesOf(WAY_TO.HELD));
    expect(metrics.total('OrderHeld')).toBe(1);
    const [, , , held] = changesOf(WAY_TO.HELD);
    expect(NO_RESULTS.log.lines.map(({ fields }) => fields)).toContainEqual({
      orderId: 'desk-1/order-1',
      change: 'OrderHeld',
      reason: held?.order.reason,
    });
    await publishEvents({ metrics, publisher, ...NO_RESULTS }, changes);
    expect(metrics.measurements).toHaveLength(1);
  });

  it('that changed nothing have no event', async () => {
    const postponed = { sequenceNumber: 's', previousVersion: 3, order: orderIn('NEW') };
    expect(integrationEvents(postponed)).toEqual([]);
    const { metrics, publisher } = createBus();
    expect(await publishEvents({ metrics, publisher, ...NO_RESULTS }, [postponed])).toBeUndefined();
  });

  it('are never told with a gap', () => {
    const { history, ...rest } = orderIn('NEW');
    const order = { ...rest, history: history.slice(1) };
    expect(() => integrationEvents({ sequenceNumber: 's', previousVersion: 0, order })).toThrow(
      InvariantError,
    );
  });

  it('carry the order as callers see it, without attempts and history', () => {
    const [event] = integrationEvents({
      sequenceNumber: 's',
      previousVersion: 2,
      order: orderIn('NEW'),
    });
    expect(event).toMatchObject({
      schemaVersion: 1,
      orderId: 'desk-1/order-1',
      data: { status: 'NEW', order: { status: 'NEW', symbol: 'BTCUSD' } },
    });
    expect(event?.data.order).not.toHaveProperty('attempts');
    expect(event?.data.order).not.toHaveProperty('history');
  });
});

describe('reading orders', () => {
  const filled = async () => {
    const desk = createOrderDesk();
    for (const id of ['order-1', 'order-2', 'order-3']) {
      await desk.place(id);
      await desk.clock.advance(10);
    }
    await desk.consume(1);
    return { orders: desk.store };
  };
  const idsOf = (listed: Awaited<ReturnType<typeof listOrders>>) => {
    if (listed.kind === 'invalid') return listed.errors.map(({ field }) => field);
    const { orders } = listed.page;
    return Array.isArray(orders) ? orders.map((one) => one.clientOrderId) : [];
  };

  it('gives one order, or nothing', async () => {
    const reading = await filled();
    const key = { accountId: 'desk-1', clientOrderId: 'order-1' };
    expect(await findOrder(reading, key)).toMatchObject({ status: 'NEW', attempts: [{}] });
    expect(await findOrder(reading, { ...key, clientOrderId: 'x' })).toBeUndefined();
  });

  it('gives pages, newest first', async () => {
    const reading = await filled();
    const first = await listOrders(reading, { accountId: 'desk-1', limit: '2' });
    expect(idsOf(first)).toEqual(['order-3', 'order-2']);
    const cursor = first.kind === 'page' ? String(first.page.cursor) : '';
    expect(idsOf(await listOrders(reading, { accountId: 'desk-1', cursor }))).toEqual(['order-1']);
  });

  it('gives the orders of a status', async () => {
    const query = { accountId: 'desk-1', status: 'NEW' };
    expect(idsOf(await listOrders(await filled(), query))).toEqual(['order-1']);
  });

  it.each<[Record<string, string>, string]>([
    [{}, 'accountId'],
    [{ accountId: 'Desk' }, 'accountId'],
    [{ accountId: 'desk-1', status: 'OPEN' }, 'status'],
    [{ accountId: 'desk-1', limit: '0' }, 'limit'],
    [{ accountId: 'desk-1', limit: '201' }, 'limit'],
    [{ accountId: 'desk-1', limit: '1e2' }, 'limit'],
    [{ accountId: 'desk-1', cursor: 'nonsense' }, 'cursor'],
    [{ accountId: 'desk-1', cursor: 'x'.repeat(1_001) }, 'cursor'],
    [{ accountId: 'desk-1', page: '2' }, 'page'],
  ])('names a wrong parameter: %j', async (query, field) => {
    const listed = await listOrders(await filled(), query);
    expect(listed).toMatchObject({ kind: 'invalid', errors: [{ field }] });
  });
});

describe('an account', () => {
  it('shows halt, budgets and gates, never a key', async () => {
    const desk = createOrderDesk();
    await desk.place('order-1');
    await desk.consume();
    const view = await viewAccount(desk.dependencies, 'desk-1');
    expect(view).toMatchObject({
      accountId: 'desk-1',
      halted: false,
      keys: [
        {
          keyId: 'key-1',
          gate: { kind: 'open' },
          budgets: [{ latestSlotAt: expect.any(Number) }, {}],
        },
      ],
    });
    expect(JSON.stringify(view)).not.toMatch(/api-key|secret-of/);
  });

  it('stops and starts with its kill switch, and says when and why', async () => {
    const desk = createOrderDesk();
    const stop = { halted: true, reason: 'fat finger' };
    expect(await haltAccount(desk.dependencies, 'desk-1', stop)).toMatchObject({
      ...stop,
      changedAt: NOON,
    });
    await desk.receive(request());
    await desk.consume();
    expect(desk.order().status).toBe('DENIED');
    await haltAccount(desk.dependencies, 'desk-1', { halted: false });
    await desk.place('order-2');
    await desk.consume();
    expect(desk.order('order-2').status).toBe('NEW');
  });

  it('that is not configured is not there', async () => {
    const { dependencies } = createOrderDesk();
    expect(await viewAccount(dependencies, 'nobody')).toBeUndefined();
    expect(await haltAccount(dependencies, 'nobody', { halted: true })).toBeUndefined();
  });

  it.each<[unknown, string]>([
    [{}, 'halted'],
    [{ halted: 'true' }, 'halted'],
    [{ halted: 1 }, 'halted'],
    [{ halted: true, reason: 5 }, 'reason'],
    [{ halted: true, reason: 'x'.repeat(501) }, 'reason'],
    [{ halted: true, until: 5 }, 'until'],
    [undefined, 'body'],
  ])('is not halted by %j', (body, field) => {
    const parsed = parseHalt(body);
    expect(parsed).toMatchObject({ kind: 'invalid', errors: [{ field }] });
    expect(JSON.stringify(parsed)).not.toContain('Invalid input');
  });
});
