import * as z from 'zod/mini';
import { AwsError } from '../aws-endpoint/aws-service.ts';
import type { TableOperations } from './table-operations.ts';
import { STREAM_VIEW_TYPES } from './table-settings.ts';
import {
  type IndexDefinition,
  shapeDifferences,
  type TableDefinition,
  type TableShape,
} from './table-shape.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.string() }));
const indexes = z.optional(
  z.array(
    z.object({
      IndexName: z.string(),
      KeySchema: keySchema,
      Projection: z.object({
        ProjectionType: z.optional(z.string()),
        NonKeyAttributes: z.optional(z.array(z.string())),
      }),
    }),
  ),
);
const description = z.object({
  Table: z.object({
    AttributeDefinitions: z.array(
      z.object({ AttributeName: z.string(), AttributeType: z.string() }),
    ),
    KeySchema: keySchema,
    GlobalSecondaryIndexes: indexes,
    LocalSecondaryIndexes: indexes,
    StreamSpecification: z.optional(z.object({ StreamViewType: z.enum(STREAM_VIEW_TYPES) })),
  }),
});

/**
 * Makes sure that a table exists as defined. A table of the same shape is kept with its items.
 *
 * @throws Error when a table of this name has another shape; it says what differs and what to do
 */
export async function ensureTable(
  operations: TableOperations,
  definition: TableDefinition,
): Promise<void> {
  const { TableName } = definition;
  const call = (operation: string, body: object) =>
    callTable(operations, operation, { TableName, ...body });

  const existing = await findShape(operations, TableName);
  if (existing === undefined) await call('CreateTable', creationOf(definition));
  else refuseOtherShape(existing, definition);

  const expiry = definition.TimeToLiveSpecification;
  if (expiry?.AttributeName !== undefined) {
    await call('UpdateTimeToLive', { TimeToLiveSpecification: expiry });
  }
  const recovery = definition.PointInTimeRecoverySpecification;
  const PointInTimeRecoveryEnabled = recovery?.PointInTimeRecoveryEnabled ?? false;
  await call('UpdateContinuousBackups', {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled },
  });
}

function refuseOtherShape(existing: TableShape, definition: TableDefinition): void {
  const differences = shapeDifferences(existing, definition);
  if (differences.length === 0) return;
  throw new Error(
    `Table ${definition.TableName} exists with another shape: ${differences.join('; ')}. ` +
      'A table cannot be changed here: choose a new --data-dir, or delete this one.',
  );
}

/** Capacity is not modeled: every table is on-demand. */
function creationOf(definition: TableDefinition): object {
  const plain = ({ IndexName, KeySchema, Projection }: IndexDefinition) => ({
    IndexName,
    KeySchema,
    Projection,
  });
  const viewType = definition.StreamSpecification?.StreamViewType;
  return {
    AttributeDefinitions: definition.AttributeDefinitions,
    KeySchema: definition.KeySchema,
    BillingMode: 'PAY_PER_REQUEST',
    GlobalSecondaryIndexes: definition.GlobalSecondaryIndexes?.map(plain),
    LocalSecondaryIndexes: definition.LocalSecondaryIndexes?.map(plain),
    StreamSpecification: viewType && { StreamEnabled: true, StreamViewType: viewType },
    Tags: definition.Tags,
  };
}

async function findShape(
  operations: TableOperations,
  TableName: string,
): Promise<TableShape | undefined> {
  try {
    const body = await callTable(operations, 'DescribeTable', { TableName });
    return description.parse(body).Table;
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

async function callTable(
  operations: TableOperations,
  operation: string,
  body: object,
): Promise<unknown> {
  const run = operations.get(operation);
  if (run === undefined) throw new Error(`There is no table operation ${operation}.`);
  const answer = await run(JSON.stringify(body));
  if (answer.status === 200) return JSON.parse(answer.body);
  throw new Error(`${operation} was refused: ${answer.body} (request ${JSON.stringify(body)}).`);
}
