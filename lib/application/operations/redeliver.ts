import type { OrderKey } from '../../domain/order.ts';
import type { WaitingResults } from '../deliver-results/ports.ts';
import {
  parseResultMessage,
  type Result,
  resultMessage,
} from '../deliver-results/result-message.ts';
import type { Clock, OrderQueue, OrderStore } from '../ports.ts';
import { integrationEvents } from '../publish-events.ts';
import type { DeadLetter, DeadLetters } from './redrive.ts';

/** What delivering results again needs. */
export interface RedeliverDependencies {
  /** Of the queue of results. */
  readonly deadLetters: DeadLetters;
  readonly queue: Pick<OrderQueue, 'enqueue'>;
  readonly waiting: Pick<WaitingResults, 'setGone'>;
  readonly orders: Pick<OrderStore, 'get'>;
  readonly clock: Pick<Clock, 'now'>;
}

/** One result and what became of it. */
export interface Redelivered {
  /** Of the event, or of the message where it is none. */
  readonly id: string;
  readonly fate: 'back' | 'stays' | 'waste';
  readonly why: string;
}

/** Letters of one run; the rest waits for the next one. */
const LETTERS_MAX = 10_000;

/**
 * Gives results that were put aside back to their queue, oldest first, with their old ids. A
 * receiver that had answered 410 is asked again.
 *
 * @param apply - false only says what would be done, and lays the letters back
 */
export async function redeliverLetters(
  dependencies: RedeliverDependencies,
  { apply }: { readonly apply: boolean },
): Promise<readonly Redelivered[]> {
  const { deadLetters } = dependencies;
  const all: Redelivered[] = [];
  const looked: DeadLetter[] = [];
  while (all.length < LETTERS_MAX) {
    const letters = await deadLetters.receive();
    if (letters.length === 0) break;
    if (!apply) looked.push(...letters);
    for (const letter of letters) {
      const message = parseResultMessage(letter.body);
      if (message === undefined) {
        all.push({ id: letter.messageId, fate: 'stays', why: 'is no result' });
        continue;
      }
      const isEvent = message.kind === 'event';
      if (apply && isEvent) await giveBack(dependencies, message.result);
      if (apply) await deadLetters.remove(letter);
      all.push(
        isEvent
          ? {
              id: message.result.event.id,
              fate: 'back',
              why: letter.reason ?? 'received too often',
            }
          : { id: letter.messageId, fate: 'waste', why: 'only said that others were due' },
      );
    }
  }
  // Not before the end: letters that are in sight again would be received without end.
  for (const letter of looked) await deadLetters.release(letter);
  return all;
}

/**
 * Sends events of one order again, from the newest changes that the order itself holds. Each says
 * how the order stands now, not how it stood then.
 *
 * @param range - sequences, both included
 * @returns undefined when there is no such order
 * @throws RangeError when no signed webhook of a producer placed it, so that nobody gets results
 */
export async function redeliverOrder(
  dependencies: RedeliverDependencies,
  key: OrderKey,
  { apply, from, to }: { readonly apply: boolean; readonly from: number; readonly to: number },
): Promise<readonly Redelivered[] | undefined> {
  const order = await dependencies.orders.get(key);
  if (order === undefined) return undefined;
  const { producerId } = order;
  if (producerId === undefined) {
    throw new RangeError(`${key.accountId}/${key.clientOrderId} has no producer to tell.`);
  }
  const previousVersion = order.version - order.history.length;
  const events = integrationEvents({ sequenceNumber: '', previousVersion, order }).filter(
    ({ data }) => data.sequence >= from && data.sequence <= to,
  );
  for (const event of apply ? events : []) await giveBack(dependencies, { producerId, event });
  return events.map(({ id, type }) => ({ id, fate: 'back', why: type }));
}

async function giveBack(
  { clock, queue, waiting }: RedeliverDependencies,
  result: Result,
): Promise<void> {
  await waiting.setGone(result.producerId, undefined);
  const message = resultMessage(result);
  // The queue drops an id that it heard within five minutes.
  const deduplicationId = `${message.deduplicationId}/again/${clock.now()}`;
  await queue.enqueue({ ...message, deduplicationId });
}
