import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { OrderFilter, OrderPage } from '../../application/ports.ts';
import type { Order } from '../../domain/order.ts';
import type { Documents } from './documents.ts';
import { cursorAfter, listKeyFrom } from './list-cursor.ts';
import { listKeyOf, parseOrderItem } from './order-item.ts';
import { keyOf, type OrderTable } from './order-writes.ts';

/** Orders of one page: as many as one batch read takes. */
const PAGE_ORDERS_MAX = 100;
/** Index entries read at a time while looking for a status. */
const FILTERED_ENTRIES = 500;
/** Reads of the index for one page; then the page is short and its cursor leads on. */
const INDEX_READS_MAX = 5;

const entrySchema = z.object({ clientOrderId: z.string(), listKey: z.string() });
type Entry = z.infer<typeof entrySchema>;

/**
 * Reads one page of an account's orders, newest first.
 *
 * The index may lag behind the orders by a moment, so a status is looked at again in the order
 * itself.
 */
export async function readOrderPage(
  client: Documents,
  table: OrderTable,
  filter: OrderFilter,
): Promise<OrderPage> {
  const limit = Math.max(1, Math.min(filter.limit, PAGE_ORDERS_MAX));
  const { entries, resumeAt } = await readEntries(client, table, { ...filter, limit });
  const page = entries.slice(0, limit);
  const stored = await readOrders(client, table, { accountId: filter.accountId, entries: page });
  const orders = stored.filter(({ status }) => (filter.status ?? status) === status);

  const next = entries.length > limit ? page.at(-1)?.listKey : resumeAt;
  if (next === undefined) return { orders };
  return { orders, cursor: cursorAfter(filter.accountId, next) };
}

/** Reads one entry more than asked for, to know whether anything follows. */
async function readEntries(
  client: Documents,
  table: OrderTable,
  filter: OrderFilter,
): Promise<{ readonly entries: readonly Entry[]; readonly resumeAt?: string }> {
  const entries: Entry[] = [];
  let after =
    filter.cursor === undefined ? undefined : listKeyFrom(filter.accountId, filter.cursor);

  for (let reads = 0; reads < INDEX_READS_MAX; reads += 1) {
    const { items, lastEvaluatedKey } = await client.query(entriesInput(table, filter, after));
    entries.push(...z.parse(z.array(entrySchema), items));
    if (lastEvaluatedKey === undefined) return { entries };
    after = z.parse(entrySchema, lastEvaluatedKey).listKey;
    if (entries.length > filter.limit) return { entries, resumeAt: after };
  }
  return after === undefined ? { entries } : { entries, resumeAt: after };
}

function entriesInput(
  table: OrderTable,
  { accountId, status, limit }: OrderFilter,
  after: string | undefined,
): QueryCommandInput {
  return {
    TableName: table.tableName,
    IndexName: 'by-time',
    KeyConditionExpression: 'accountId = :account',
    ScanIndexForward: false,
    Limit: status === undefined ? limit + 1 : FILTERED_ENTRIES,
    ExpressionAttributeValues: {
      ':account': accountId,
      ...(status !== undefined && { ':status': status }),
    },
    ...(status !== undefined && {
      FilterExpression: '#status = :status',
      ExpressionAttributeNames: { '#status': 'status' },
    }),
    ...(after !== undefined && {
      ExclusiveStartKey: { accountId, listKey: after, clientOrderId: after.split('#')[1] },
    }),
  };
}

async function readOrders(
  client: Documents,
  table: OrderTable,
  page: { readonly accountId: string; readonly entries: readonly Entry[] },
): Promise<readonly Order[]> {
  const keys = page.entries.map(({ clientOrderId }) =>
    keyOf({ accountId: page.accountId, clientOrderId }),
  );
  const orders = (await client.getMany(table.tableName, keys)).map(parseOrderItem);
  return orders.sort((one, other) => (listKeyOf(one) < listKeyOf(other) ? 1 : -1));
}
