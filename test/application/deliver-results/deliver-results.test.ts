import { describe, expect, it } from '@jest/globals';
import { METRICS } from '../../../lib/application/metrics.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../lib/domain/time.ts';
import { NOON } from '../../support/order-events.ts';
import { createResultDesk, FAILS, OK, producer } from '../../support/result-desk.ts';
import { resultEvent } from '../../support/result-events.ts';

const A = 'desk-1/a';
const B = 'desk-1/b';
const events = (orderId: string, ...sequences: readonly number[]) =>
  sequences.map((sequence) => resultEvent(orderId, sequence));

describe('results of a producer', () => {
  it('are posted in order, as what is published, with the id of the event', async () => {
    const desk = createResultDesk();
    await desk.publish(events(A, 1, 2));
    await desk.publish(events(B, 1));
    await desk.deliver();
    await desk.deliver();
    expect(desk.idsOf(desk.kept).toSorted()).toEqual([`${A}/1`, `${A}/2`, `${B}/1`]);
    const [first] = desk.posts;
    expect(first?.url).toBe('https://demo.example/hook');
    expect(JSON.parse(first?.body ?? '')).toEqual({
      type: 'order.reported',
      timestamp: '2027-01-15T08:00:00.001Z',
      data: {
        id: `${A}/1`,
        orderId: A,
        schemaVersion: 1,
        accountId: 'desk-1',
        clientOrderId: 'a',
        sequence: 1,
        at: 1_800_000_000_001,
        status: 'NEW',
        order: {},
      },
    });
    expect(desk.queue.waiting()).toEqual([]);
    expect(desk.metrics.total(METRICS.resultDelivered)).toBe(3);
  });

  it('go nowhere when it wants none, and nobody knows it', async () => {
    const desk = createResultDesk([producer('demo', 'none')]);
    await desk.publish(events(A, 1));
    await desk.publish(events(B, 1), 'nobody');
    await desk.run(MINUTE_MS);
    expect(desk.posts).toEqual([]);
    expect(desk.queue.aside).toEqual([]);
    expect(desk.queue.waiting()).toEqual([]);
  });

  it('are only those of the types that it names', async () => {
    const desk = createResultDesk([producer('demo', { events: ['order.received'] })]);
    const [one, two] = events(A, 1, 2);
    if (one === undefined || two === undefined) throw new Error('two');
    await desk.publish([{ ...one, type: 'order.received' }, two]);
    await desk.run(MINUTE_MS);
    expect(desk.idsOf(desk.posts)).toEqual([`${A}/1`]);
    expect(desk.queue.waiting()).toEqual([]);
  });
});

describe('a receiver that fails', () => {
  it('holds up its order and no other one', async () => {
    const desk = createResultDesk();
    desk.desk.behave = ({ id }) => (id === `${A}/1` ? FAILS : OK);
    await desk.publish([...events(A, 1), ...events(B, 1), ...events(A, 2), ...events(B, 2)]);
    await desk.run(4_000);
    expect(desk.idsOf(desk.kept)).toEqual([`${B}/1`, `${B}/2`]);
    // Later results of the order wait behind it without being tried.
    await desk.publish(events(A, 3));
    await desk.run(1_000);
    expect(desk.idsOf(desk.posts)).not.toContain(`${A}/3`);
    expect(desk.queue.waiting()).toEqual([]);
    desk.desk.behave = () => OK;
    await desk.run(MINUTE_MS);
    expect(desk.idsOf(desk.kept)).toEqual([`${B}/1`, `${B}/2`, `${A}/1`, `${A}/2`, `${A}/3`]);
    expect(desk.waiting.lines()).toEqual([]);
    expect(desk.waiting.count()).toBe(0);
  });

  it('is tried ever more slowly, with the same text each time', async () => {
    const desk = createResultDesk();
    desk.desk.behave = () => FAILS;
    await desk.publish(events(A, 1));
    await desk.run(5 * HOUR_MS);
    const waits = desk.posts.slice(1).map(({ at }, index) => at - (desk.posts[index]?.at ?? 0));
    expect(waits.length).toBeGreaterThanOrEqual(6);
    for (const [index, ms] of [5_000, 30_000, 120_000, 600_000, 3_600_000].entries()) {
      expect(waits[index]).toBeGreaterThanOrEqual(ms * 0.8);
      // Nobody looks more often than a pass does.
      expect(waits[index]).toBeLessThanOrEqual(ms * 1.2 + 8_000);
    }
    expect(new Set(desk.posts.map(({ body }) => body)).size).toBe(1);
  });

  it('gets nothing more after a day: all that waits is put aside in order', async () => {
    const desk = createResultDesk();
    desk.desk.behave = () => FAILS;
    await desk.publish(events(A, 1, 2));
    await desk.run(HOUR_MS);
    await desk.publish(events(A, 3));
    await desk.run(DAY_MS + HOUR_MS);
    expect(desk.queue.aside.map(({ body }) => JSON.parse(body).event.id)).toEqual([
      `${A}/1`,
      `${A}/2`,
      `${A}/3`,
    ]);
    expect(desk.queue.aside.map(({ messageGroupId }) => messageGroupId)).toEqual([A, A, A]);
    expect(desk.queue.aside[0]?.reason).toContain('answered 500');
    expect(desk.waiting.lines()).toEqual([]);
    expect(desk.metrics.total(METRICS.resultFailed)).toBe(3);
    const last = desk.posts.at(-1)?.at ?? 0;
    expect(last - (desk.posts[0]?.at ?? 0)).toBeGreaterThanOrEqual(DAY_MS);
    // What comes later is tried anew.
    desk.desk.behave = () => OK;
    await desk.publish(events(A, 4));
    await desk.run(MINUTE_MS);
    expect(desk.idsOf(desk.kept)).toEqual([`${A}/4`]);
  });

  it('with 410 gets nothing more at this address, and again at another one', async () => {
    const desk = createResultDesk();
    desk.desk.behave = () => ({ says: { kind: 'gone' }, takes: false });
    await desk.publish(events(A, 1));
    await desk.run(MINUTE_MS);
    desk.desk.behave = () => OK;
    await desk.publish(events(B, 1));
    await desk.run(MINUTE_MS);
    expect(desk.idsOf(desk.posts)).toEqual([`${A}/1`]);
    expect(desk.queue.aside).toHaveLength(2);
    desk.configured.now = [producer('demo', { url: 'https://new.example/' })];
    await desk.publish(events(B, 2));
    await desk.run(MINUTE_MS);
    expect(desk.idsOf(desk.kept)).toEqual([`${B}/2`]);
  });

  it('of a producer that wants none any more leaves its waiting results to a person', async () => {
    const desk = createResultDesk();
    desk.desk.behave = () => FAILS;
    await desk.publish(events(A, 1));
    await desk.run(2_000);
    desk.configured.now = [producer('demo', 'none')];
    await desk.run(MINUTE_MS);
    expect(desk.queue.aside).toMatchObject([
      { reason: expect.stringContaining('wants no results') },
    ]);
    expect(desk.waiting.count()).toBe(0);
  });
});

describe('a receiver that hangs', () => {
  const hangs = { ...FAILS, tookMs: 5_000 };
  const many = (count: number, name: string) =>
    Array.from({ length: count }, (_, index) => resultEvent(`desk-1/${name}-${index}`, 1));

  it('holds at most two consumers, and others are served meanwhile', async () => {
    const desk = createResultDesk([producer('slow'), producer('quick')]);
    desk.desk.behave = ({ url }) => (url.includes('slow') ? hangs : OK);
    await desk.publish(many(100, 's'), 'slow');
    await desk.publish(many(10, 'q'), 'quick');
    // One batch locks both groups of the slow producer; the next consumer finds the other one's.
    await Promise.all([desk.deliver(), desk.deliver(), desk.deliver()]);
    const quick = desk.kept.filter(({ url }) => url.includes('quick'));
    expect(quick).toHaveLength(10);
    for (const { at } of quick) expect(at - NOON).toBeLessThan(1_000);
    expect(desk.posts.filter(({ url }) => url.includes('slow'))).toHaveLength(10);
  });

  it('never leaves more than a minute of its backlog in the queue', async () => {
    const desk = createResultDesk();
    desk.desk.behave = () => hangs;
    await desk.publish(many(300, 's'));
    await desk.clock.advance(61_000);
    const before = desk.clock.now();
    for (let call = 0; call < 60; call += 1) await desk.deliver();
    expect(desk.queue.waiting()).toEqual([]);
    expect(desk.clock.now() - before).toBeLessThan(1_000);
    expect(desk.waiting.lines()).toHaveLength(300);
    desk.desk.behave = () => OK;
    await desk.run(10 * MINUTE_MS);
    expect(desk.kept).toHaveLength(300);
  });
});

describe('a message that is no result', () => {
  it('is put aside and blocks nothing', async () => {
    const desk = createResultDesk();
    const group = { messageGroupId: 'demo#0' };
    await desk.queue.enqueue({ body: { nonsense: 1 }, ...group, deduplicationId: 'x' });
    await desk.run(MINUTE_MS);
    expect(desk.queue.aside).toMatchObject([{ body: '{"nonsense":1}' }]);
    expect(desk.queue.waiting()).toEqual([]);
  });
});
