import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
  type TableProps,
} from 'aws-cdk-lib/aws-dynamodb';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { fixLogicalId } from './fixed-id.ts';

/** Names of the indexes of the orders table. */
export const INDEXES = { due: 'due', byTime: 'by-time' } as const;

const STRING = AttributeType.STRING;

/**
 * One item per order. The stream carries every change out, so that storing an order and telling
 * of it are one write.
 */
export function buildOrdersTable(scope: Construct, stage: Stage, key?: Key): Table {
  const table = new Table(scope, 'OrdersTable', {
    ...protection(stage, key),
    tableName: `${stage.prefix}orders`,
    partitionKey: { name: 'accountId', type: STRING },
    sortKey: { name: 'clientOrderId', type: STRING },
    stream: StreamViewType.NEW_AND_OLD_IMAGES,
    ...(stage.orderRetentionDays !== undefined && { timeToLiveAttribute: 'expiresAt' }),
  });

  // Sparse: only orders that need attention carry the attribute. Sharded, so that one partition
  // does not bear every write of a busy service.
  table.addGlobalSecondaryIndex({
    indexName: INDEXES.due,
    partitionKey: { name: 'dueShard', type: STRING },
    sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
    projectionType: ProjectionType.KEYS_ONLY,
  });
  table.addGlobalSecondaryIndex({
    indexName: INDEXES.byTime,
    partitionKey: { name: 'accountId', type: STRING },
    sortKey: { name: 'listKey', type: STRING },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['status'],
  });

  fixLogicalId(table, 'OrdersTable');
  return table;
}

/** One item per budget, gate and kill switch. */
export function buildRateBudgetsTable(scope: Construct, stage: Stage, key?: Key): Table {
  const table = new Table(scope, 'RateBudgetsTable', {
    ...protection(stage, key),
    tableName: `${stage.prefix}rate-budgets`,
    partitionKey: { name: 'id', type: STRING },
  });
  fixLogicalId(table, 'RateBudgetsTable');
  return table;
}

/**
 * The waiting room of results: one item per event that its receiver did not take yet, and one per
 * order that says when to go on. The index is sparse: events are not in it.
 */
export function buildResultsTable(scope: Construct, stage: Stage, key?: Key): Table {
  const table = new Table(scope, 'ResultsTable', {
    ...protection(stage, key),
    tableName: `${stage.prefix}results`,
    partitionKey: { name: 'orderId', type: STRING },
    sortKey: { name: 'place', type: STRING },
  });
  table.addGlobalSecondaryIndex({
    indexName: INDEXES.due,
    partitionKey: { name: 'dueShard', type: STRING },
    sortKey: { name: 'dueAt', type: AttributeType.NUMBER },
    projectionType: ProjectionType.INCLUDE,
    nonKeyAttributes: ['producerId', 'attempts', 'since'],
  });
  fixLogicalId(table, 'ResultsTable');
  return table;
}

function protection(stage: Stage, key: Key | undefined) {
  return {
    billingMode: BillingMode.PAY_PER_REQUEST,
    ...(key && { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key }),
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: stage.keepsState,
    removalPolicy: stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  } satisfies Partial<TableProps>;
}
