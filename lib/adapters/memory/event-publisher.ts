import type { IntegrationEvent } from '../../application/integration-event.ts';
import type { EventPublisher } from '../../application/ports.ts';

/** An event bus in memory. */
export interface MemoryEventPublisher extends EventPublisher {
  /** Everything published, repeats included. */
  readonly published: readonly IntegrationEvent[];
  /** Lets the bus take only so many more events; undefined lifts it. */
  refuseAfter(events: number | undefined): void;
}

/** Makes an empty event bus. */
export function createMemoryEventPublisher(): MemoryEventPublisher {
  const published: IntegrationEvent[] = [];
  let room: number | undefined;

  return {
    published,
    refuseAfter(events) {
      room = events;
    },
    async publish(events) {
      const taken = events.slice(0, room ?? events.length);
      published.push(...structuredClone(taken));
      if (room !== undefined) room -= taken.length;
      return taken.length;
    },
  };
}
