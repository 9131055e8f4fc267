import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { buildArchive } from './constructs/archive.ts';
import { buildEgressAddresses, type EgressAddress } from './constructs/egress-addresses.ts';
import { buildKey } from './constructs/encryption-key.ts';
import { fixLogicalId } from './constructs/fixed-id.ts';
import { buildQueues } from './constructs/queues.ts';
import { buildOrdersTable, buildRateBudgetsTable, buildResultsTable } from './constructs/tables.ts';
import { QUEUE_SETTINGS } from './queue-settings.ts';
import type { Stage } from './stages.ts';

/** What must survive every deployment, and what others outside the service connect to. */
export interface State {
  readonly stack: Stack;
  readonly ordersTable: Table;
  readonly rateBudgetsTable: Table;
  readonly ordersQueue: Queue;
  readonly cancelsQueue: Queue;
  readonly deadLetterQueue: Queue;
  readonly resultsTable: Table;
  readonly resultsQueue: Queue;
  readonly resultsDeadLetterQueue: Queue;
  readonly eventBus: EventBus;
  /** The customer's key; absent where AWS's own keys encrypt. */
  readonly key: Key | undefined;
  /** Fixed addresses to bind keys of the exchange to; none where egress is shared. */
  readonly egressAddresses: readonly EgressAddress[];
  /** Where the archive of orders lies, if there is one. */
  readonly archive: Bucket | undefined;
}

/** Builds the stack of everything that remembers. */
export function buildStateStack(app: App, stage: Stage): State {
  const stack = new Stack(app, 'State', {
    stackName: `hashkey-orders-${stage.name}-state`,
    description: 'HashKey order service: tables, queues and the event bus.',
    terminationProtection: stage.keepsState,
  });

  const key = stage.encryption === 'customer' ? buildKey(stack, stage) : undefined;
  const ordersTable = buildOrdersTable(stack, stage, key);
  const rateBudgetsTable = buildRateBudgetsTable(stack, stage, key);
  const resultsTable = buildResultsTable(stack, stage, key);
  const queues = buildQueues(stack, stage, { ...QUEUE_SETTINGS, key });

  const eventBus = new EventBus(stack, 'OrdersBus', {
    eventBusName: `${stage.prefix}orders`,
    description: 'Every change of an order, published at least once and in order per order.',
    ...(key && { kmsKey: key }),
  });
  eventBus.applyRemovalPolicy(stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
  fixLogicalId(eventBus, 'OrdersBus');

  new CfnOutput(stack, 'OrdersQueueUrl', {
    value: queues.orders.queueUrl,
    description: 'Where AWS producers send order requests.',
  });
  new CfnOutput(stack, 'EventBusName', {
    value: eventBus.eventBusName,
    description: 'Where consumers put their rules.',
  });

  return {
    stack,
    ordersTable,
    rateBudgetsTable,
    ordersQueue: queues.orders,
    cancelsQueue: queues.cancels,
    deadLetterQueue: queues.deadLetter,
    resultsTable,
    resultsQueue: queues.results,
    resultsDeadLetterQueue: queues.resultsDeadLetter,
    eventBus,
    key,
    archive: stage.archive ? buildArchive(stack, stage, key) : undefined,
    egressAddresses: stage.egress === 'static' ? buildEgressAddresses(stack, stage) : [],
  };
}
