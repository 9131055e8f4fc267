import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  type DynamoDBDocumentClient,
  GetCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { GateReason } from '../../application/rate-budget.ts';
import type { KeyBudget } from '../../domain/key-budget.ts';
import { budgetAttributes, parseBudgetItem, type StoredBudget } from './budget-item.ts';

/** Tries of one batch read whose rest DynamoDB puts off. */
const BATCH_READS_MAX = 3;

/** Where budgets, gates and halts are stored. */
export interface BudgetTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

/** Reads one budget, strongly consistent. */
export async function readBudget(table: BudgetTable, id: string): Promise<StoredBudget> {
  const { client, tableName } = table;
  const { Item } = await client.send(
    new GetCommand({ TableName: tableName, Key: { id }, ConsistentRead: true }),
  );
  return parseBudgetItem(id, Item);
}

/** Reads two budgets with one call, strongly consistent each. */
export async function readBudgets(
  { client, tableName }: BudgetTable,
  ids: readonly [string, string],
): Promise<readonly [StoredBudget, StoredBudget]> {
  const items = new Map<unknown, unknown>();
  let wanted: BatchGetCommandInput['RequestItems'] = {
    [tableName]: { Keys: ids.map((id) => ({ id })), ConsistentRead: true },
  };

  for (let reads = 0; Object.keys(wanted ?? {}).length > 0; reads += 1) {
    if (reads === BATCH_READS_MAX) {
      throw new Error(
        `DynamoDB put off reading ${ids.join(' and ')} ${reads} times; send nothing.`,
      );
    }
    const answer: BatchGetCommandOutput = await client.send(
      new BatchGetCommand({ RequestItems: wanted }),
    );
    for (const item of answer.Responses?.[tableName] ?? []) items.set(item.id, item);
    wanted = answer.UnprocessedKeys;
  }
  const [one, other] = ids;
  return [parseBudgetItem(one, items.get(one)), parseBudgetItem(other, items.get(other))];
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
  const write = new UpdateCommand({
    TableName: tableName,
    Key: { id: read.id },
    UpdateExpression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: read.version === 0 ? 'attribute_not_exists(id)' : '#version = :expected',
    ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      ...(read.version > 0 && { ':expected': read.version }),
    },
  });

  try {
    await client.send(write);
    return { id: read.id, version, budget };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
