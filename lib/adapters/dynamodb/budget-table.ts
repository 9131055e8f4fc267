import type { GateReason } from '../../application/rate-budget.ts';
import type { Gate } from '../../domain/gate.ts';
import type { KeyBudget } from '../../domain/key-budget.ts';
import {
  budgetAttributes,
  GATE_ATTRIBUTES,
  parseBudgetItem,
  parseGate,
  type StoredBudget,
} from './budget-item.ts';
import { type Documents, isConditionRefused } from './documents.ts';

/** Where budgets, gates and halts are stored. */
export interface BudgetTable {
  readonly client: Documents;
  readonly tableName: string;
}

/** Reads one budget, strongly consistent. */
export async function readBudget(table: BudgetTable, id: string): Promise<StoredBudget> {
  const { client, tableName } = table;
  return parseBudgetItem(id, await client.get({ tableName, key: { id } }));
}

/** Reads two budgets with one call, strongly consistent each. */
export async function readBudgets(
  table: BudgetTable,
  [one, other]: readonly [string, string],
): Promise<readonly [StoredBudget, StoredBudget]> {
  return Promise.all([readBudget(table, one), readBudget(table, other)]);
}

/** Reads two gates with one call, strongly consistent each. */
export async function readGates(
  { client, tableName }: BudgetTable,
  [one, other]: readonly [string, string],
): Promise<readonly [Gate<GateReason>, Gate<GateReason>]> {
  const read = async (id: string) =>
    parseGate(id, await client.get({ tableName, key: { id } }, GATE_ATTRIBUTES));
  return Promise.all([read(one), read(other)]);
}

/**
 * Stores a budget if nobody has since it was read.
 *
 * A write whose answer was lost looks like somebody else's: its slots are then lost, never used
 * twice.
 *
 * @returns the stored budget; undefined when somebody else's newer state stands
 */
export async function writeBudget(
  { client, tableName }: BudgetTable,
  read: StoredBudget,
  budget: KeyBudget<GateReason>,
): Promise<StoredBudget | undefined> {
  const version = read.version + 1;
  const attributes = Object.entries(budgetAttributes(budget, version));
  const write = {
    TableName: tableName,
    Key: { id: read.id },
    UpdateExpression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: read.version === 0 ? 'attribute_not_exists(id)' : '#version = :expected',
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ...(read.version > 0 && { ':expected': read.version }),
    },
  };

  try {
    await client.update(write);
    return { id: read.id, version, budget };
  } catch (error) {
    if (isConditionRefused(error)) return undefined;
    throw error;
  }
}
