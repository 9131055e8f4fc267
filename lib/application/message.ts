import { createHash } from 'node:crypto';
import type { Order, OrderKey } from '../domain/order.ts';
import type { Account } from './account.ts';
import type { OrderMessage } from './ports.ts';

/**
 * Gives the lane of an ordering key: one consumer handles a lane at a time, and every lane has a
 * key of its own where the account has enough of them.
 */
export function laneOf(orderingKey: string, lanes: number): number {
  return createHash('sha256').update(orderingKey).digest().readUInt32BE(0) % lanes;
}

/**
 * Gives the place, among an account's keys, of the key that usually sends an ordering key's orders.
 *
 * Where there are fewer lanes than keys, each lane has several: they share its ordering keys.
 */
export function keyIndexOf(orderingKey: string, lanes: number, keys: number): number {
  const lane = laneOf(orderingKey, lanes);
  if (lanes >= keys) return lane % keys;
  const ofLane = Math.ceil((keys - lane) / lanes);
  return lane + lanes * laneOf(`${orderingKey}#key`, ofLane);
}

/** Gives the message group of an order: `accountId#lane`. */
export function messageGroupOf(account: Account, orderingKey: string): string {
  return `${account.accountId}#${laneOf(orderingKey, account.lanes)}`;
}

/**
 * Builds the queue message of a stored order.
 *
 * @param round - 0 at intake; a sweep counts up, because the queue silently drops a repeated
 *   deduplication id for five minutes
 */
export function orderMessage(order: Order, account: Account, round: number): OrderMessage {
  return {
    body: order.request,
    messageGroupId: messageGroupOf(account, order.terms.orderingKey),
    deduplicationId: deduplicationIdOf(order, round),
  };
}

function deduplicationIdOf(key: OrderKey, round: number): string {
  const base = `${key.accountId}.${key.clientOrderId}`;
  return round === 0 ? base : `${base}.${round}`;
}
