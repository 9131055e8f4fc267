import * as z from 'zod/mini';
import { EVERY_ACCOUNT } from '../../application/account-share.ts';
import type { Appended, DueOrder, OrderStore } from '../../application/ports.ts';
import { evolve } from '../../domain/evolve.ts';
import { InvariantError, invariant } from '../../domain/invariant.ts';
import type { Order, OrderKey } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Documents, isConditionRefused } from './documents.ts';
import { DUE_SHARDS_MAX, dueShardOf, dueShardsOf } from './due-shard.ts';
import { type Item, parseOrderItem } from './order-item.ts';
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
/** Pages of a shard read for one account: of a megabyte each, so half a million due orders. */
const DUE_PAGES_MAX = 50;

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

    async listDue(now, limit, { share = EVERY_ACCOUNT, isThorough = false } = {}) {
      const own = dueShardsOf(dueShards, share);
      const shards = isThorough ? dueShardsOf(DUE_SHARDS_MAX, share) : own;
      const read = shards.map((shard) =>
        readDue(options, { shard, now, limit: Math.min(limit, DUE_ORDERS_MAX) }),
      );
      const due = (await Promise.all(read)).flat();
      return due.sort((one, other) => one.dueAt - other.dueAt).slice(0, limit);
    },

    async listDueOf(accountId, now, limit) {
      const shard = dueShardOf(accountId, dueShards);
      const most = Math.min(limit, DUE_ORDERS_MAX);
      const due: DueOrder[] = [];
      let from: Item | undefined;
      for (let page = 0; page < DUE_PAGES_MAX && due.length < most; page += 1) {
        const read = await queryDue(options, { shard, now, accountId, ...(from && { from }) });
        due.push(...read.due);
        from = read.next;
        if (from === undefined) break;
      }
      return due.slice(0, most);
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
  options: OrderStoreOptions,
  query: { readonly shard: string; readonly now: UnixMs; readonly limit: number },
): Promise<readonly DueOrder[]> {
  return (await queryDue(options, query)).due;
}

/** Reads one page of a shard of the index, of one account alone where one is named. */
async function queryDue(
  { client, tableName }: OrderStoreOptions,
  query: {
    readonly shard: string;
    readonly now: UnixMs;
    readonly limit?: number;
    readonly accountId?: string;
    readonly from?: Item;
  },
): Promise<{ readonly due: readonly DueOrder[]; readonly next: Item | undefined }> {
  const { accountId, from, limit, now, shard } = query;
  const { items, lastEvaluatedKey: next } = await client.query({
    TableName: tableName,
    IndexName: 'due',
    KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
    ...(accountId !== undefined && { FilterExpression: 'accountId = :accountId' }),
    ExpressionAttributeValues: {
      ':shard': shard,
      ':now': now,
      ...(accountId !== undefined && { ':accountId': accountId }),
    },
    ...(limit !== undefined && { Limit: limit }),
    ...(from && { ExclusiveStartKey: from }),
  });
  return { due: z.parse(z.array(dueSchema), items), next };
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
