import * as z from 'zod/mini';
import type { DueAt } from '../../application/ports.ts';
import type { Order, OrderKey } from '../../domain/order.ts';
import { dueShardOf } from './due-shard.ts';
import { orderItemSchema } from './order-schema.ts';

/** An item as the document client takes and gives it. */
export type Item = Readonly<Record<string, unknown>>;

/** Digits of a creation time in a sort key: enough until the year 5138, so that text sorts. */
const TIME_DIGITS = 14;

/** A stored item is not what this code, or any older one, writes. */
export class DamagedItemError extends Error {
  override readonly name = 'DamagedItemError';
}

/** Gives the sort key that lists an account's orders by time. */
export function listKeyOf(order: Pick<Order, 'createdAt' | 'clientOrderId'>): string {
  return `${String(order.createdAt).padStart(TIME_DIGITS, '0')}#${order.clientOrderId}`;
}

/** Gives the attributes of the index of due orders; both absent while nothing is due. */
export function dueAttributes(accountId: string, dueAt: DueAt, shards: number): Item {
  if (dueAt === undefined) return { dueShard: undefined, dueAt: undefined };
  return { dueShard: dueShardOf(accountId, shards), dueAt };
}

/**
 * Gives the attributes of an order, without those of the index of due orders.
 *
 * The caller's request is kept as text: it comes back exactly as it was, whatever numbers and
 * depths it holds.
 */
export function orderItem(order: Order): Item {
  return {
    formatVersion: 1,
    ...order,
    request: JSON.stringify(order.request),
    listKey: listKeyOf(order),
  };
}

/**
 * Reads an order from its item, also from an image of the table's stream.
 *
 * @param item - plain values, as the document client or `unmarshall` give them
 * @throws DamagedItemError naming the order and the attribute
 */
export function parseOrderItem(item: unknown): Order {
  const parsed = orderItemSchema.safeParse(item);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => issue.path.join('.') || 'the whole item');
    throw new DamagedItemError(
      `The stored order ${nameOf(item)} cannot be read: wrong or missing ${faults.join(', ')}.`,
    );
  }
  const { formatVersion: _, request, ...order } = parsed.data;
  return { ...order, request: parseRequest(request, order) };
}

function parseRequest(text: string, key: OrderKey): Readonly<Record<string, unknown>> {
  const request = z.record(z.string(), z.unknown()).safeParse(jsonOrUndefined(text));
  if (request.success) return request.data;
  throw new DamagedItemError(
    `The stored order ${nameOf(key)} cannot be read: its request is not a JSON object.`,
  );
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Told apart by the caller, which knows the order's name.
    return undefined;
  }
}

function nameOf(item: unknown): string {
  const key = z.object({ accountId: z.string(), clientOrderId: z.string() }).safeParse(item);
  return key.success ? `${key.data.accountId}/${key.data.clientOrderId}` : 'without a key';
}
