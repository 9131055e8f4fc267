import {
  type EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import type { IntegrationEvent } from '../../application/integration-event.ts';
import type { EventPublisher } from '../../application/ports.ts';
import { chunksOf } from './event-chunks.ts';

/** What an event publisher stands on. */
export interface EventPublisherOptions {
  /** Made with `clientSettings`, so that no call waits without limit. */
  readonly client: EventBridgeClient;
  readonly eventBusName: string;
}

/**
 * Publishes events on an EventBridge bus, in their order and at least once.
 *
 * When one event of a call fails, those after it in the same call may be published already and are
 * published again with the rest; receivers drop repeats by id.
 *
 * @throws from the first call only: later on it is known how many are published
 */
export function createEventPublisher(options: EventPublisherOptions): EventPublisher {
  return {
    async publish(events) {
      let published = 0;
      for (const entries of chunksOf(events.map((event) => entryOf(options, event)))) {
        const leading = await put(options.client, entries, published > 0);
        published += leading;
        if (leading < entries.length) return published;
      }
      return published;
    },
  };
}

/** Gives how many of the first entries are published. */
async function put(
  client: EventBridgeClient,
  entries: readonly PutEventsRequestEntry[],
  someArePublished: boolean,
): Promise<number> {
  try {
    const answer = await client.send(new PutEventsCommand({ Entries: [...entries] }));
    if (answer.FailedEntryCount === 0) return entries.length;
    const failed = (answer.Entries ?? []).findIndex(({ EventId }) => EventId === undefined);
    return Math.max(0, failed);
  } catch (error) {
    if (someArePublished) return 0;
    throw error;
  }
}

function entryOf(options: EventPublisherOptions, event: IntegrationEvent): PutEventsRequestEntry {
  const { id, orderId, type, schemaVersion, data } = event;
  return {
    EventBusName: options.eventBusName,
    Source: 'hashkey-orders',
    DetailType: type,
    Detail: JSON.stringify({ ...data, id, orderId, schemaVersion }),
  };
}
