import { ArnFormat } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { INDEXES } from './constructs/tables.ts';
import type { FunctionName } from './functions.ts';
import { type Stage, secretsPrefixOf } from './stages.ts';
import type { State } from './state-stack.ts';

/** Something a function may do, and to what. */
interface Grant {
  readonly actions: readonly string[];
  readonly on: string;
  /** Only items whose partition key looks like one of these. */
  readonly itemsLike?: readonly string[];
  /** Why `on` ends in a wildcard, and what cdk-nag calls that. */
  readonly wildcard?: Wildcard;
}

/** A wildcard among the resources of a statement. Without its reason no template is accepted. */
export interface Wildcard {
  readonly finding: string;
  readonly why: string;
}

/** What a function's role allows besides writing its own logs. */
export interface Permissions {
  readonly statements: readonly PolicyStatement[];
  readonly wildcards: readonly Wildcard[];
}

/** Ids in the table of rate budgets: those of keys and of the shared address, and kill switches. */
const BUDGET_ITEMS = ['key#*', 'egress'];
const HALT_ITEMS = ['halt#*'];
/** Orders of other origin at the exchange. */
const EXTERNAL_ITEMS = ['external#*'];

/** Gives what one function may do, in full: nothing is added to its role elsewhere. */
export function permissionsOf(name: FunctionName, state: State, stage: Stage): Permissions {
  const grants = grantsOf(name, state, stage);
  return {
    statements: grants.map(statementOf),
    wildcards: grants.flatMap(({ wildcard }) => wildcard ?? []),
  };
}

function statementOf({ actions, on, itemsLike }: Grant): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [on],
    ...(itemsLike === undefined
      ? {}
      : { conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': itemsLike } } }),
  });
}

function grantsOf(name: FunctionName, state: State, stage: Stage): readonly Grant[] {
  const { ordersTable, rateBudgetsTable, ordersQueue, deadLetterQueue, eventBus } = state;
  const accounts = readSecrets(state, stage, 'accounts');
  const send = (queueArn: string): Grant => ({ actions: ['sqs:SendMessage'], on: queueArn });
  // Whoever sends can never lift a halt, and whoever halts can never reopen a gate or mint slots.
  const useBudgets = (itemsLike: readonly string[]): readonly Grant[] => [
    { actions: ['GetItem', 'BatchGetItem'].map(dynamodb), on: rateBudgetsTable.tableArn },
    { actions: ['PutItem', 'UpdateItem'].map(dynamodb), on: rateBudgetsTable.tableArn, itemsLike },
  ];
  const onOrders = (...actions: readonly string[]): Grant => ({
    actions: actions.map(dynamodb),
    on: ordersTable.tableArn,
  });

  switch (name) {
    case 'receive-order':
      return [
        onOrders('GetItem', 'PutItem', 'UpdateItem'),
        send(ordersQueue.queueArn),
        accounts,
        readSecrets(state, stage, 'producers'),
      ];
    case 'submit-order':
      return [
        onOrders('GetItem', 'PutItem', 'UpdateItem'),
        ...useBudgets(BUDGET_ITEMS),
        consume(ordersQueue.queueArn),
        send(deadLetterQueue.queueArn),
        accounts,
      ];
    case 'reconcile-orders':
      return [
        onOrders('GetItem', 'UpdateItem'),
        queryIndex(ordersTable.tableArn, INDEXES.due),
        ...useBudgets([...BUDGET_ITEMS, ...EXTERNAL_ITEMS]),
        send(ordersQueue.queueArn),
        accounts,
      ];
    case 'publish-events':
      return [
        ...readStream(ordersTable.tableStreamArn),
        { actions: ['events:PutEvents'], on: eventBus.eventBusArn },
      ];
    case 'read-orders':
      return [
        onOrders('GetItem', 'BatchGetItem'),
        queryIndex(ordersTable.tableArn, INDEXES.byTime),
      ];
    case 'control-account':
      return [...useBudgets(HALT_ITEMS), accounts];
  }
}

function dynamodb(action: string): string {
  return `dynamodb:${action}`;
}

function queryIndex(tableArn: string, index: string): Grant {
  return { actions: ['dynamodb:Query'], on: `${tableArn}/index/${index}` };
}

/** Pollers act with the function's role; the function itself gives messages back by visibility. */
function consume(queueArn: string): Grant {
  return {
    actions: [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ChangeMessageVisibility',
    ],
    on: queueArn,
  };
}

function readStream(streamArn: string | undefined): readonly Grant[] {
  if (streamArn === undefined) throw new TypeError('The orders table has no stream: set one.');
  return [
    {
      actions: ['DescribeStream', 'GetRecords', 'GetShardIterator'].map(dynamodb),
      on: streamArn,
    },
    {
      actions: ['dynamodb:ListStreams'],
      on: '*',
      wildcard: {
        finding: 'AwsSolutions-IAM5[Resource::*]',
        why: 'dynamodb:ListStreams takes no resource, and Lambda refuses a stream mapping whose role lacks it; reading is allowed on the one stream only.',
      },
    },
  ];
}

function readSecrets(state: State, stage: Stage, kind: 'accounts' | 'producers'): Grant {
  const names = `${secretsPrefixOf(stage)}/${kind}/*`;
  const arn = state.stack.formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: names,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const shown = 'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:';
  return {
    actions: ['secretsmanager:GetSecretValue'],
    on: arn,
    wildcard: {
      finding: `AwsSolutions-IAM5[Resource::${shown}${names}]`,
      why: `People create one secret for each of the ${kind}, so its name is not known here, and AWS ends its ARN with six characters of its own; the prefix bounds it to this stage and to ${kind}.`,
    },
  };
}
