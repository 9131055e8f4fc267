import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DAY_MS, HOUR_MS } from '../../../lib/domain/time.ts';
import type { PortFault } from '../../support/intercepted-port.ts';
import { type Behaviour, createResultDesk, OK, producer } from '../../support/result-desk.ts';
import { resultEvent } from '../../support/result-events.ts';

const ORDERS = ['desk-1/a', 'desk-1/b', 'desk-1/c', 'desk-1/d', 'desk-1/e'];
const PRODUCERS = ['one', 'two'];

/** What a receiver may do with a call, good and bad. */
const BEHAVIOURS: readonly Behaviour[] = [
  OK,
  OK,
  { says: { kind: 'failed', why: 'answered 500' }, takes: false },
  // Kept, but the answer is lost: the same result comes again.
  { says: { kind: 'failed', why: 'reset' }, takes: true },
  { says: { kind: 'failed', why: 'no answer within 5000 ms' }, takes: false, tookMs: 5_000 },
  { says: { kind: 'failed', why: 'no answer within 5000 ms' }, takes: true, tookMs: 5_000 },
  { says: { kind: 'delivered' }, takes: true, tookMs: 4_900 },
];
const FAULTS: readonly (PortFault | undefined)[] = [undefined, 'refused', 'answer-lost'];

const world = fc.record({
  behaviours: fc.array(fc.nat(BEHAVIOURS.length - 1), { minLength: 1, maxLength: 60 }),
  faults: fc.array(fc.nat(FAULTS.length - 1), { minLength: 1, maxLength: 40 }),
  /** Which order changes next, how long after the one before, and whether it is told twice. */
  changes: fc.array(
    fc.record({
      order: fc.nat(ORDERS.length - 1),
      waitMs: fc.constantFrom(0, 0, 100, 20_000, 600_000, 3_600_000),
      isRepeated: fc.boolean(),
    }),
    { minLength: 1, maxLength: 25 },
  ),
});

describe('results through receivers and stores that fail, hang and repeat', () => {
  it('are lost never, and come first in order per order, with one text per id', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ behaviours, changes, faults }) => {
        const desk = createResultDesk(PRODUCERS.map((id) => producer(id)));
        const bad = cycle(
          behaviours.map((index) => BEHAVIOURS[index] ?? OK),
          OK,
        );
        const fault = cycle(
          faults.map((index) => FAULTS[index]),
          undefined,
        );
        desk.desk.behave = () => bad();
        desk.desk.fault = () => fault();
        const sent = await tell(desk, changes);
        await desk.run(HOUR_MS);
        desk.desk.behave = () => OK;
        desk.desk.fault = () => undefined;
        await desk.run(DAY_MS);

        const got = firstOfEach(desk.idsOf(desk.kept));
        expect(got.toSorted()).toEqual(sent.toSorted());
        for (const order of ORDERS) {
          const sequences = got.filter((id) => id.startsWith(`${order}/`)).map(sequenceOf);
          expect(sequences).toEqual(sequences.toSorted((one, other) => one - other));
        }
        const texts = Map.groupBy(desk.posts, ({ id }) => id);
        for (const posts of texts.values()) {
          expect(new Set(posts.map(({ body }) => body)).size).toBe(1);
        }
        expect(desk.queue.aside).toEqual([]);
        expect(desk.waiting.count()).toBe(0);
        expect(desk.queue.waiting()).toEqual([]);
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});

type Desk = ReturnType<typeof createResultDesk>;
type Change = { readonly order: number; readonly waitMs: number; readonly isRepeated: boolean };

async function tell(desk: Desk, changes: readonly Change[]): Promise<readonly string[]> {
  const sequences = new Map<string, number>();
  const sent: string[] = [];
  for (const { isRepeated, order: index, waitMs } of changes) {
    const orderId = ORDERS[index] ?? '';
    const sequence = (sequences.get(orderId) ?? 0) + 1;
    sequences.set(orderId, sequence);
    const event = resultEvent(orderId, sequence);
    sent.push(event.id);
    const producerId = PRODUCERS[index % PRODUCERS.length];
    await desk.publish([event], producerId);
    if (waitMs > 0) await desk.run(waitMs);
    // The stream was read again: the queue drops it for five minutes and takes it after that.
    if (isRepeated) await desk.publish([event], producerId);
  }
  return sent;
}

function cycle<Value>(values: readonly Value[], usual: Value): () => Value {
  let next = -1;
  return () => {
    next = (next + 1) % values.length;
    return values[next] ?? usual;
  };
}

function firstOfEach(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

function sequenceOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('/') + 1));
}
