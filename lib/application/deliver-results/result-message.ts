import * as z from 'zod/mini';
import type { HandedEvent } from '../integration-event.ts';
import { laneOf } from '../message.ts';
import type { OrderMessage } from '../ports.ts';

/** An event for the producer of its order. */
export interface Result {
  readonly producerId: string;
  readonly event: HandedEvent;
}

/** What is on the queue of results: an event, or the word that waiting ones are due. */
export type ResultMessage =
  | { readonly kind: 'event'; readonly result: Result }
  | { readonly kind: 'due'; readonly producerId: string; readonly orderId: string };

/**
 * Message groups of one producer. A group is one consumer at a time, so a receiver that hangs holds
 * at most so many of them; the orders inside a batch of a group go concurrently.
 */
export const RESULT_LANES = 2;

// Open on purpose: what the publisher wrote goes out as it is, also a newer one's.
const eventSchema = z.looseObject({
  id: z.string(),
  orderId: z.string(),
  type: z.string(),
  schemaVersion: z.literal(1),
  data: z.looseObject({ sequence: z.int(), at: z.int() }),
});
const messageSchema = z.union([
  z.object({ producerId: z.string(), event: eventSchema }),
  z.object({ producerId: z.string(), due: z.string() }),
]);

/** Builds the message of an event. */
export function resultMessage({ event, producerId }: Result): OrderMessage {
  return {
    body: { producerId, event },
    messageGroupId: resultGroupOf(producerId, event.orderId),
    deduplicationId: event.id,
  };
}

/**
 * Builds the word that an order's waiting results are due.
 *
 * @param round - another one for every time it is said; the queue drops what it heard
 */
export function dueMessage(line: {
  readonly producerId: string;
  readonly orderId: string;
  readonly round: number;
}): OrderMessage {
  const { orderId, producerId, round } = line;
  return {
    body: { producerId, due: orderId },
    messageGroupId: resultGroupOf(producerId, orderId),
    deduplicationId: `${orderId}/due/${round}`,
  };
}

/** Reads a message of the queue of results; undefined when it is none. */
export function parseResultMessage(body: string): ResultMessage | undefined {
  const parsed = messageSchema.safeParse(jsonOrUndefined(body));
  if (!parsed.success) return undefined;
  const { data } = parsed;
  return 'due' in data
    ? { kind: 'due', producerId: data.producerId, orderId: data.due }
    : { kind: 'event', result: { producerId: data.producerId, event: data.event } };
}

/** Reads an event that was kept as text; undefined when it is none. */
export function parseEvent(text: string): HandedEvent | undefined {
  const parsed = eventSchema.safeParse(jsonOrUndefined(text));
  return parsed.success ? parsed.data : undefined;
}

function resultGroupOf(producerId: string, orderId: string): string {
  return `${producerId}#${laneOf(orderId, RESULT_LANES)}`;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told apart by the caller, which puts it aside.
    return undefined;
  }
}
