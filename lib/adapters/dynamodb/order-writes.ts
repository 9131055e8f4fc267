import { isDeepStrictEqual } from 'node:util';
import type { PutCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { DueAt } from '../../application/ports.ts';
import { isFinal, type Order, type OrderKey } from '../../domain/order.ts';
import { SECOND_MS } from '../../domain/time.ts';
import { dueAttributes, type Item, orderItem } from './order-item.ts';

/** Where orders are stored. */
export interface OrderTable {
  readonly tableName: string;
  /** See `due-shard.ts`. It may grow; orders of a shard that is gone would not be looked at. */
  readonly dueShards: number;
  /** Final orders are deleted so long after their last change; absent: never. */
  readonly retentionMs?: number;
}

/** The primary key never changes. */
const KEY_ATTRIBUTES: ReadonlySet<string> = new Set(['accountId', 'clientOrderId']);

/** Builds the write of a new order, which fails when its key is taken. */
export function createInput(table: OrderTable, order: Order, dueAt: DueAt): PutCommandInput {
  return {
    TableName: table.tableName,
    Item: { ...orderItem(order), ...lifeAttributes(table, order, dueAt) },
    ConditionExpression: 'attribute_not_exists(accountId)',
  };
}

/**
 * Builds the one write that takes an order from one state to the next, and fails when the stored
 * order is not the first of them any more. Sets only what changed.
 */
export function appendInput(
  table: OrderTable,
  change: { readonly before: Order; readonly after: Order; readonly dueAt: DueAt },
): UpdateCommandInput {
  const { before, after, dueAt } = change;
  return updateInput(table, before, {
    ...changedAttributes(orderItem(before), orderItem(after)),
    ...lifeAttributes(table, after, dueAt),
  });
}

/** Builds the write that only moves the time of the next look, or ends the looks. */
export function postponeInput(table: OrderTable, order: Order, dueAt: DueAt): UpdateCommandInput {
  return updateInput(table, order, lifeAttributes(table, order, dueAt));
}

/**
 * When the order is looked at next, and when it may go. Nothing unsettled ever goes: only what is
 * final and will not be looked at again gets a time, in seconds as DynamoDB wants it, and loses it
 * when late evidence moves the order on.
 */
function lifeAttributes({ dueShards, retentionMs }: OrderTable, order: Order, dueAt: DueAt): Item {
  const due = dueAttributes(order.accountId, dueAt, dueShards);
  if (retentionMs === undefined) return due;
  const isSettled = isFinal(order.status) && dueAt === undefined;
  const expiresAt = Math.ceil((order.updatedAt + retentionMs) / SECOND_MS);
  return { ...due, expiresAt: isSettled ? expiresAt : undefined };
}

/** Says whether two orders are the same once absent fields and fields of `undefined` are alike. */
export function sameOrder(one: Order, other: Order): boolean {
  return isDeepStrictEqual(plain(one), plain(other));
}

/** Picks the key out of an order. */
export function keyOf({ accountId, clientOrderId }: OrderKey): OrderKey & Record<string, string> {
  return { accountId, clientOrderId };
}

/** Attributes that differ, with `undefined` for those that are gone. */
function changedAttributes(before: Item, after: Item): Item {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...names].filter(
    (name) =>
      !KEY_ATTRIBUTES.has(name) &&
      // Most of an order is the same object as before.
      before[name] !== after[name] &&
      !isDeepStrictEqual(plain(before[name]), plain(after[name])),
  );
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

function updateInput(table: OrderTable, stored: Order, attributes: Item): UpdateCommandInput {
  const names = Object.keys(attributes);
  const set = names.filter((name) => attributes[name] !== undefined);
  const remove = names.filter((name) => attributes[name] === undefined);
  const clauses = [
    set.length > 0 && `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
    remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(', ')}`,
  ];
  return {
    TableName: table.tableName,
    Key: keyOf(stored),
    UpdateExpression: clauses.filter(Boolean).join(' '),
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: {
      '#version': 'version',
      ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ':expected': stored.version,
      ...Object.fromEntries(set.map((name) => [`:${name}`, attributes[name]])),
    },
  };
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
