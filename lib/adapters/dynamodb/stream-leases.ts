import * as z from 'zod/mini';
import type { StreamLeases } from '../../application/user-stream.ts';
import type { StreamLease } from '../../domain/stream-lease.ts';
import type { BudgetTable } from './budget-table.ts';
import { isConditionRefused } from './documents.ts';
import { DamagedItemError } from './order-item.ts';

/** Tries of one change while others write the same item. */
const WRITES_MAX = 5;

const leaseSchema = z.object({
  holder: z.string(),
  heldUntil: z.number(),
  handoverAt: z.number(),
  live: z.exactOptional(z.object({ holder: z.string(), since: z.number(), until: z.number() })),
  polledAt: z.exactOptional(z.number()),
});
const itemSchema = z.object({
  formatVersion: z.literal(1),
  version: z.number(),
  lease: leaseSchema,
});

/**
 * Keeps the lease of each account's stream in the table of rate budgets. Never a listen key:
 * whoever has one hears everything.
 */
export function createStreamLeases(table: BudgetTable): StreamLeases {
  return {
    async get(accountId) {
      return (await read(table, accountId)).lease;
    },

    async change(accountId, decide) {
      for (let write = 0; write < WRITES_MAX; write += 1) {
        const { lease: before, version } = await read(table, accountId);
        const lease = decide(before);
        if (lease === undefined) return undefined;
        if (await written(table, { accountId, lease, version })) return lease;
      }
      throw new Error(`the lease of the stream of ${accountId} kept changing`);
    },
  };
}

async function read(
  { client, tableName }: BudgetTable,
  accountId: string,
): Promise<{ readonly version: number; readonly lease: StreamLease | undefined }> {
  const item = await client.get({ tableName, key: { id: idOf(accountId) } });
  if (item === undefined) return { version: 0, lease: undefined };
  const parsed = itemSchema.safeParse(item);
  if (parsed.success) return parsed.data;
  throw new DamagedItemError(
    `The lease of the stream of account ${accountId} cannot be read; delete the item ${idOf(accountId)}.`,
  );
}

async function written(
  { client, tableName }: BudgetTable,
  change: { readonly accountId: string; readonly lease: StreamLease; readonly version: number },
): Promise<boolean> {
  const { accountId, lease, version } = change;
  const write = {
    TableName: tableName,
    Item: { id: idOf(accountId), formatVersion: 1, version: version + 1, lease },
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
  return `stream#${accountId}`;
}
