import * as z from 'zod/mini';
import type { Order, OrderKey } from '../../domain/order.ts';
import { MINUTE_MS, type UnixMs } from '../../domain/time.ts';
import type { OrderMessage } from '../ports.ts';

const KEY_SHAPE = {
  accountId: z.string().check(z.regex(/^[a-z0-9-]{1,32}$/)),
  clientOrderId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,36}$/)),
};
const messageSchema = z.object(KEY_SHAPE);
/** Among letters of all kinds: an order request names these two fields as well, and more. */
const letterSchema = z.strictObject(KEY_SHAPE);

/**
 * Builds the queue message that asks for the cancel of an order. Every order is a group of its own:
 * cancels wait for none but their own order.
 *
 * Messages of one state of the order within a minute are one, for the queue drops repeats of a
 * deduplication id. A message too many does no harm.
 */
export function cancelMessage(order: Order, now: UnixMs): OrderMessage {
  const { accountId, clientOrderId, version } = order;
  const minute = Math.floor(now / MINUTE_MS);
  return {
    body: { accountId, clientOrderId },
    messageGroupId: `${accountId}#${clientOrderId}`,
    deduplicationId: `${accountId}.${clientOrderId}.cancel.${version}.${minute}`,
  };
}

/** Reads a message of the cancels queue; undefined when it is none. */
export function parseCancelMessage(text: string): OrderKey | undefined {
  const parsed = messageSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

/** Reads a message that was put aside; undefined when it is no cancel and nothing but a cancel. */
export function parseCancelLetter(text: string): OrderKey | undefined {
  const parsed = letterSchema.safeParse(jsonOf(text));
  return parsed.success ? parsed.data : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: no cancel either, which the schema says.
    return undefined;
  }
}
