import * as z from 'zod/mini';
import type { WaitingLine, WaitingResults } from '../../application/deliver-results/ports.ts';
import { parseEvent } from '../../application/deliver-results/result-message.ts';
import type { HandedEvent } from '../../application/integration-event.ts';
import { type Documents, isConditionRefused } from './documents.ts';
import { DamagedItemError, type Item } from './order-item.ts';

/** Digits of a place, so that text sorts as numbers do. */
const PLACE_DIGITS = 12;
/** A line's own item stands before its events, whose sequences begin at 1. */
const LINE = placeOf(0);
/** One partition of the index takes about 1,000 writes a second, which are 1,000 failed attempts. */
const DUE_SHARD = '0';
const DUE_INDEX = 'due';

const lineSchema = z.object({
  orderId: z.string(),
  producerId: z.string(),
  attempts: z.number(),
  since: z.number(),
  dueAt: z.number(),
});

/**
 * Keeps the waiting room of results in a table of its own: one item per event, and one per order
 * that says how its line stands. Lines stand in a sparse index by the time at which they are due.
 */
export function createWaitingResults(table: {
  readonly client: Documents;
  readonly tableName: string;
}): WaitingResults {
  const { client, tableName } = table;
  const named = (orderId: string, place: string) => ({ orderId, place });

  return {
    async get(orderId) {
      const item = await client.get({ tableName, key: named(orderId, LINE) });
      return item === undefined ? undefined : lineIn(item);
    },

    async set(line) {
      await client.put({ TableName: tableName, Item: lineItem(line) });
    },

    async claim(line, dueAt) {
      try {
        await client.update({
          TableName: tableName,
          Key: named(line.orderId, LINE),
          UpdateExpression: 'SET dueAt = :dueAt',
          ConditionExpression: 'dueAt = :before',
          ExpressionAttributeValues: { ':dueAt': dueAt, ':before': line.dueAt },
        });
        return true;
      } catch (error) {
        if (isConditionRefused(error)) return false;
        throw error;
      }
    },

    async end(orderId) {
      await client.remove({ tableName, key: named(orderId, LINE) });
    },

    async add(events) {
      for (const event of events) {
        await client.put({ TableName: tableName, Item: eventItem(event) });
      }
    },

    async remove({ data, orderId }) {
      await client.remove({ tableName, key: named(orderId, placeOf(data.sequence)) });
    },

    async events(orderId, limit) {
      const { items } = await client.query({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'orderId = :orderId AND place > :line',
        ExpressionAttributeValues: { ':orderId': orderId, ':line': LINE },
        Limit: limit,
      });
      return items.map(eventIn);
    },

    async listDue(now, limit) {
      const { items } = await client.query({
        TableName: tableName,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
        ExpressionAttributeValues: { ':shard': DUE_SHARD, ':now': now },
        Limit: limit,
      });
      return items.map(lineIn);
    },

    async goneUrl(producerId) {
      const item = await client.get({ tableName, key: named(receiverOf(producerId), LINE) });
      return typeof item?.goneUrl === 'string' ? item.goneUrl : undefined;
    },

    async setGone(producerId, url) {
      const key = named(receiverOf(producerId), LINE);
      if (url === undefined) await client.remove({ tableName, key });
      else await client.put({ TableName: tableName, Item: { ...key, goneUrl: url } });
    },
  };
}

/** No id of an order: those have a slash. */
function receiverOf(producerId: string): string {
  return `receiver#${producerId}`;
}

function lineItem({ attempts, dueAt, orderId, producerId, since }: WaitingLine): Item {
  const line = { orderId, producerId, attempts, since, dueAt };
  return { ...line, place: LINE, dueShard: DUE_SHARD };
}

/** As text: what goes out later is exactly what came in. */
function eventItem(event: HandedEvent): Item {
  const { data, orderId } = event;
  return { orderId, place: placeOf(data.sequence), event: JSON.stringify(event) };
}

function lineIn(item: Item): WaitingLine {
  const parsed = lineSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new DamagedItemError(`The line of waiting results ${nameOf(item)} cannot be read.`);
}

function eventIn(item: Item): HandedEvent {
  const event = typeof item.event === 'string' ? parseEvent(item.event) : undefined;
  if (event !== undefined) return event;
  throw new DamagedItemError(`The waiting result ${nameOf(item)} cannot be read.`);
}

function placeOf(sequence: number): string {
  return String(sequence).padStart(PLACE_DIGITS, '0');
}

function nameOf({ orderId, place }: Item): string {
  return `${String(orderId)}/${String(place)}`;
}
