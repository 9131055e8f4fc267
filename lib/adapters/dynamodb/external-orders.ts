import * as z from 'zod/mini';
import type { ExternalOrders } from '../../application/ports.ts';
import { type ExternalOrder, withExternalOrders } from '../../domain/external-order.ts';
import type { BudgetTable } from './budget-table.ts';
import { isConditionRefused } from './documents.ts';
import { DamagedItemError } from './order-item.ts';

/** Tries of one record while others write the same item. */
const WRITES_MAX = 5;

const recordSchema = z.object({
  formatVersion: z.literal(1),
  version: z.number(),
  orders: z.array(
    z.object({
      exchangeOrderId: z.string(),
      clientOrderId: z.string(),
      origin: z.enum(['orphan', 'foreign']),
      symbol: z.string(),
      side: z.enum(['BUY', 'SELL']),
      statusText: z.string(),
      executedQuantity: z.string(),
      firstSeenAt: z.number(),
      lastSeenAt: z.number(),
    }),
  ),
});

/**
 * Keeps the external orders of each account in one item of the table of rate budgets: bounded, and
 * apart from the orders, whose stream would carry them out as ours.
 */
export function createExternalOrders(table: BudgetTable): ExternalOrders {
  return {
    async list(accountId) {
      return (await read(table, accountId)).orders;
    },

    async record(accountId, seen) {
      for (let write = 0; write < WRITES_MAX; write += 1) {
        const { orders: recorded, version } = await read(table, accountId);
        const { orders, added } = withExternalOrders(recorded, seen);
        if (await written(table, { accountId, orders, version })) return added;
      }
      throw new Error(`the external orders of ${accountId} kept changing; the next pass records`);
    },
  };
}

async function read({ client, tableName }: BudgetTable, accountId: string) {
  const item = await client.get({ tableName, key: { id: idOf(accountId) } });
  if (item === undefined) return { version: 0, orders: [] };
  const parsed = recordSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new DamagedItemError(
    `The external orders of account ${accountId} cannot be read; delete the item ${idOf(accountId)}.`,
  );
}

async function written(
  { client, tableName }: BudgetTable,
  record: {
    readonly accountId: string;
    readonly orders: readonly ExternalOrder[];
    readonly version: number;
  },
): Promise<boolean> {
  const { accountId, orders, version } = record;
  const write = {
    TableName: tableName,
    Item: { id: idOf(accountId), formatVersion: 1, version: version + 1, orders },
    ConditionExpression: version === 0 ? 'attribute_not_exists(id)' : '#version = :expected',
    ...(version > 0 && {
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':expected': version },
    }),
  };
  try {
    await client.put(write);
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

function idOf(accountId: string): string {
  return `external#${accountId}`;
}
