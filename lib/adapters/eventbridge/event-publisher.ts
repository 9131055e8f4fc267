import * as z from 'zod/mini';
import { type IntegrationEvent, publishedForm } from '../../application/integration-event.ts';
import type { EventPublisher } from '../../application/ports.ts';
import type { AwsClient } from '../aws/aws-client.ts';
import { chunksOf, type EventEntry } from './event-chunks.ts';

/** What an event publisher stands on. */
export interface EventPublisherOptions {
  /** Of EventBridge. */
  readonly client: AwsClient;
  readonly eventBusName: string;
}

/** An entry without an id is one that was not taken. */
const putAnswer = z.object({
  FailedEntryCount: z.int(),
  Entries: z.array(z.object({ EventId: z.nullish(z.string()) })),
});

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
  client: AwsClient,
  entries: readonly EventEntry[],
  someArePublished: boolean,
): Promise<number> {
  try {
    const answer = putAnswer.parse(await client.call('PutEvents', { Entries: entries }));
    if (answer.FailedEntryCount === 0) return entries.length;
    const failed = answer.Entries.findIndex(({ EventId }) => typeof EventId !== 'string');
    return Math.max(0, failed);
  } catch (error) {
    if (someArePublished) return 0;
    throw error;
  }
}

function entryOf(options: EventPublisherOptions, event: IntegrationEvent): EventEntry {
  return {
    EventBusName: options.eventBusName,
    Source: 'hashkey-orders',
    DetailType: event.type,
    Detail: JSON.stringify(publishedForm(event)),
  };
}
