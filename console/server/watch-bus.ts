import * as z from 'zod/mini';
import type { ConsoleEvent } from '../model/events.ts';

/** Gives what is new since the last call; at first the newest few. Throws when it cannot be asked. */
export type NextEvents = () => Promise<readonly ConsoleEvent[]>;

/** Shown when the page opens. */
const FIRST_EVENTS = 50;
/** Of one look; what comes in faster is read in the next. */
const EVENTS_MAX = 500;
const TIMEOUT_MS = 5_000;

const pageSchema = z.object({
  events: z.array(
    z.object({
      event: z.object({
        'detail-type': z.string(),
        detail: z.looseObject({}),
      }),
    }),
  ),
  next: z.number(),
});

const detailSchema = z.object({
  id: z.string(),
  accountId: z.string(),
  clientOrderId: z.string(),
  sequence: z.number(),
  at: z.number(),
  status: z.string(),
});

/** Follows the event bus of the local stack, which shows its newest events as a page. */
export function watchBus(awsEndpoint: string): NextEvents {
  let query = `newest=${FIRST_EVENTS}`;
  return async () => {
    const answer = await fetch(`${awsEndpoint}/_local/events?${query}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) throw new Error(`the event bus answers ${answer.status}`);
    const { events, next } = pageSchema.parse(await answer.json());
    query = `after=${next}&limit=${EVENTS_MAX}`;
    // Others may put events of their own on the bus.
    return events.flatMap(({ event: { 'detail-type': type, detail } }) => {
      const parsed = detailSchema.safeParse(detail);
      return parsed.success ? [{ ...parsed.data, type }] : [];
    });
  };
}
