import * as z from 'zod/mini';
import type { Appended, DueOrder, OrderStore } from '../../application/ports.ts';
import { evolve } from '../../domain/evolve.ts';
import { InvariantError, invariant } from '../../domain/invariant.ts';
import type { Order, OrderKey } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Documents, isConditionRefused } from './documents.ts';
import { allDueShards, DUE_SHARDS_MAX } from './due-shard.ts';
import { parseOrderItem } from './order-item.ts';
import { readOrderPage } from './order-pages.ts';
import {
  appendInput,
  createInput,
  keyOf,
  type OrderTable,
  postponeInput,
  sameOrder,
} from './order-writes.ts';

/** Due orders read at once, whatever is asked. */
const DUE_ORDERS_MAX = 1_000;

const dueSchema = z.object({
  accountId: z.string(),
  clientOrderId: z.string(),
  dueAt: z.number(),
});

/** What an order store stands on. */
export interface OrderStoreOptions extends OrderTable {
  readonly client: Documents;
}

/** Keeps orders in a DynamoDB table: one item per order, one conditional write per change. */
export function createOrderStore(options: OrderStoreOptions): OrderStore {
  const { client, dueShards } = options;
  invariant(dueShards >= 1 && dueShards <= DUE_SHARDS_MAX, `dueShards is 1 to ${DUE_SHARDS_MAX}`);
  const get = (key: OrderKey) => readOrder(options, key);

  return {
    get,

    async create(received, dueAt) {
      const order = evolve(undefined, received);
      const write = createInput(options, order, dueAt);
      if (await written(() => client.put(write))) return { kind: 'stored', order };
      return { kind: 'conflict', order: existing(await get(order), order) };
    },

    async append(order, events, dueAt): Promise<Appended> {
      invariant(events.length > 0, 'an append has at least one event');
      const after = events.reduce(evolve, order);
      const write = appendInput(options, { before: order, after, dueAt });
      if (await written(() => client.update(write))) return { kind: 'stored', order: after };

      //  we       ── write ──► stored, answer lost
      //  a repeat ── the same write again ──► refused: the version is ours already
      //
      // So a refusal proves nothing before the stored order was looked at.
      const stored = existing(await get(order), order);
      return { kind: sameOrder(stored, after) ? 'stored' : 'conflict', order: stored };
    },

    async postpone(order, dueAt) {
      const write = postponeInput(options, order, dueAt);
      await written(() => client.update(write));
    },

    async listDue(now, limit) {
      const shards = allDueShards(dueShards).map((shard) =>
        readDue(options, { shard, now, limit: Math.min(limit, DUE_ORDERS_MAX) }),
      );
      const due = (await Promise.all(shards)).flat();
      return due.sort((one, other) => one.dueAt - other.dueAt).slice(0, limit);
    },

    list: (filter) => readOrderPage(client, options, filter),
  };
}

async function readOrder(
  { client, tableName }: OrderStoreOptions,
  key: OrderKey,
): Promise<Order | undefined> {
  const item = await client.get({ tableName, key: keyOf(key) });
  return item === undefined ? undefined : parseOrderItem(item);
}

async function readDue(
  { client, tableName }: OrderStoreOptions,
  query: { readonly shard: string; readonly now: UnixMs; readonly limit: number },
): Promise<readonly DueOrder[]> {
  const { items } = await client.query({
    TableName: tableName,
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
    ExpressionAttributeValues: { ':shard': query.shard, ':now': query.now },
    Limit: query.limit,
  });
  return z.parse(z.array(dueSchema), items);
}

/** Says whether a conditional write took place; false when its condition does not hold. */
async function written(send: () => Promise<unknown>): Promise<boolean> {
  try {
    await send();
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

function existing(order: Order | undefined, { accountId, clientOrderId }: OrderKey): Order {
  if (order !== undefined) return order;
  throw new InvariantError(`the order ${accountId}/${clientOrderId} is stored before it changes`);
}
