import * as z from 'zod/mini';
import type { Halts } from '../../application/ports.ts';
import type { BudgetTable } from './budget-table.ts';
import { DamagedItemError } from './order-item.ts';

const haltSchema = z.object({
  formatVersion: z.literal(1),
  halted: z.boolean(),
  reason: z.exactOptional(z.string()),
  changedAt: z.exactOptional(z.number()),
});

/** Keeps the kill switch of each account in the table of rate budgets. */
export function createHalts({ client, tableName }: BudgetTable): Halts {
  return {
    async get(accountId) {
      const item = await client.get({ tableName, key: { id: idOf(accountId) } });
      if (item === undefined) return { halted: false };
      const parsed = haltSchema.safeParse(item);
      if (!parsed.success) {
        throw new DamagedItemError(
          `The stored halt of account ${accountId} cannot be read; set it again.`,
        );
      }
      const { formatVersion: _, ...halt } = parsed.data;
      return halt;
    },

    async set(accountId, halt) {
      const item = { ...halt, id: idOf(accountId), formatVersion: 1 };
      await client.put({ TableName: tableName, Item: item });
    },
  };
}

function idOf(accountId: string): string {
  return `halt#${accountId}`;
}
