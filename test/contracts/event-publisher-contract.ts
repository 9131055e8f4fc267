import { describe, expect, it } from '@jest/globals';
import type { IntegrationEvent } from '../../lib/application/integration-event.ts';
import type { EventPublisher } from '../../lib/application/ports.ts';

/** An event of an order, the same for the same number. */
export function eventOf(sequence: number, text = ''): IntegrationEvent {
  return {
    id: `desk-1/order-1/${sequence}`,
    orderId: 'desk-1/order-1',
    type: 'order.received',
    schemaVersion: 1,
    data: {
      accountId: 'desk-1',
      clientOrderId: 'order-1',
      sequence,
      at: 1_800_000_000_000,
      status: 'RECEIVED',
      detail: {},
      order: { text },
    },
  };
}

/** An event publisher with the other end of it. */
export interface PublisherUnderTest {
  readonly publisher: EventPublisher;
  /** Ids of what the bus took, in order, repeats included. */
  readonly taken: () => readonly string[];
  /** Makes the bus refuse the event of this id, and in any case all after it in other calls. */
  readonly refuse: (id: string) => void;
}

/** What every event publisher does. `open` gives one with an empty bus. */
export function describeEventPublisher(
  name: string,
  open: () => Promise<PublisherUnderTest>,
): void {
  describe(`${name}: publishing events`, () => {
    const events = Array.from({ length: 23 }, (_, index) => eventOf(index + 1));
    const ids = events.map(({ id }) => id);

    it('takes them in their order, however many', async () => {
      const { publisher, taken } = await open();

      expect(await publisher.publish(events)).toBe(23);
      expect(taken()).toEqual(ids);
    });

    it('takes none when there are none', async () => {
      expect(await (await open()).publisher.publish([])).toBe(0);
    });

    it('says how many of the first are surely published when one is refused', async () => {
      const { publisher, taken, refuse } = await open();
      refuse('desk-1/order-1/14');

      expect(await publisher.publish(events)).toBe(13);
      expect(taken().slice(0, 13)).toEqual(ids.slice(0, 13));
      expect(taken()).not.toContain('desk-1/order-1/21');
    });
  });
}
