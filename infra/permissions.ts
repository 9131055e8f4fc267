import { ArnFormat } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { INDEXES } from './constructs/tables.ts';
import type { FunctionName, FunctionRow } from './functions.ts';
import { NETWORK, networkStatements } from './network-permissions.ts';
import { type Stage, secretsPrefixOf } from './stages.ts';
import type { State } from './state-stack.ts';

/** Something a function may do, and to what. */
interface Grant {
  readonly actions: readonly string[];
  readonly on: string;
  /** Only items whose partition key looks like one of these. */
  readonly itemsLike?: readonly string[];
  /** Only through these services. */
  readonly via?: readonly string[];
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
/** Who follows which account's stream. */
const STREAM_ITEMS = ['stream#*'];

/** Gives what one function may do, in full: nothing is added to its role elsewhere. */
export function permissionsOf(row: FunctionRow, state: State, stage: Stage): Permissions {
  const { name } = row;
  const own = grantsOf(name, state, stage);
  const grants = [...own, ...useKey(own, state)];
  const network = row.callsExchange && stage.egress === 'static';
  return {
    statements: [...grants.map(statementOf), ...(network ? networkStatements(name, stage) : [])],
    wildcards: [...grants.flatMap(({ wildcard }) => wildcard ?? []), ...(network ? [NETWORK] : [])],
  };
}

function statementOf({ actions, on, itemsLike, via }: Grant): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [on],
    conditions: {
      ...(itemsLike && { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': itemsLike } }),
      ...(via && { StringEquals: { 'kms:ViaService': via } }),
    },
  });
}

function grantsOf(name: FunctionName, state: State, stage: Stage): readonly Grant[] {
  const { ordersTable, rateBudgetsTable, eventBus } = state;
  const { ordersQueue, cancelsQueue, deadLetterQueue } = state;
  const { resultsDeadLetterQueue, resultsQueue, resultsTable } = state;
  const accounts = readSecrets(state, stage, 'accounts');
  const send = (queueArn: string): Grant => ({ actions: ['sqs:SendMessage'], on: queueArn });
  // Whoever sends can never lift a halt, and whoever halts can never reopen a gate or mint slots.
  const useBudgets = (itemsLike: readonly string[]): readonly Grant[] => [
    { actions: ['GetItem', 'BatchGetItem'].map(dynamodb), on: rateBudgetsTable.tableArn },
    { actions: ['PutItem', 'UpdateItem'].map(dynamodb), on: rateBudgetsTable.tableArn, itemsLike },
  ];
  // Reads of the same moment go out as one: whoever reads items may also read them together.
  const onOrders = (...actions: readonly string[]): Grant => ({
    actions: actions.map(dynamodb),
    on: ordersTable.tableArn,
  });

  switch (name) {
    case 'receive-order':
      return [
        onOrders('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
        send(ordersQueue.queueArn),
        send(cancelsQueue.queueArn),
        accounts,
        readSecrets(state, stage, 'producers'),
      ];
    case 'submit-order':
      return [
        onOrders('GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
        ...useBudgets(BUDGET_ITEMS),
        consume(ordersQueue.queueArn),
        send(deadLetterQueue.queueArn),
        accounts,
      ];
    case 'cancel-order':
      return [
        onOrders('GetItem', 'BatchGetItem', 'UpdateItem'),
        ...useBudgets(BUDGET_ITEMS),
        consume(cancelsQueue.queueArn),
        send(deadLetterQueue.queueArn),
        accounts,
      ];
    case 'reconcile-orders':
      return [
        onOrders('GetItem', 'BatchGetItem', 'UpdateItem'),
        queryIndex(ordersTable.tableArn, INDEXES.due),
        ...useBudgets([...BUDGET_ITEMS, ...EXTERNAL_ITEMS, ...STREAM_ITEMS]),
        send(ordersQueue.queueArn),
        send(cancelsQueue.queueArn),
        accounts,
      ];
    case 'stream-orders':
      return [
        onOrders('GetItem', 'BatchGetItem', 'UpdateItem'),
        queryIndex(ordersTable.tableArn, INDEXES.due),
        ...useBudgets([...BUDGET_ITEMS, ...EXTERNAL_ITEMS, ...STREAM_ITEMS]),
        send(ordersQueue.queueArn),
        send(cancelsQueue.queueArn),
        accounts,
        listSecretNames(),
      ];
    case 'publish-events':
      return [
        ...readStream(ordersTable.tableStreamArn),
        { actions: ['events:PutEvents'], on: eventBus.eventBusArn },
        send(resultsQueue.queueArn),
      ];
    case 'deliver-results':
      return [
        {
          actions: ['GetItem', 'BatchGetItem', 'PutItem', 'DeleteItem', 'Query'].map(dynamodb),
          on: resultsTable.tableArn,
        },
        consume(resultsQueue.queueArn),
        send(resultsDeadLetterQueue.queueArn),
        readSecrets(state, stage, 'producers'),
      ];
    case 'retry-results':
      return [
        { actions: [dynamodb('UpdateItem')], on: resultsTable.tableArn },
        queryIndex(resultsTable.tableArn, INDEXES.due),
        send(resultsQueue.queueArn),
      ];
    case 'read-orders':
      return [
        onOrders('GetItem', 'BatchGetItem'),
        queryIndex(ordersTable.tableArn, INDEXES.byTime),
      ];
    case 'control-account':
      return [...useBudgets(HALT_ITEMS), accounts];
    case 'check-egress':
      return [];
  }
}

/** Services that encrypt with the customer's key what a function reads and writes there. */
const ENCRYPTING = ['dynamodb', 'sqs', 'secretsmanager'];

/** Lets a function use the customer's key, if there is one, through the services it uses anyway. */
function useKey(grants: readonly Grant[], { key, stack }: State): readonly Grant[] {
  const used = new Set(grants.flatMap(({ actions }) => actions.map((a) => a.split(':')[0])));
  const via = ENCRYPTING.filter((service) => used.has(service)).map(
    (service) => `${service}.${stack.region}.amazonaws.com`,
  );
  if (key === undefined || via.length === 0) return [];
  return [{ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], on: key.keyArn, via }];
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

/** Names only: reading a secret is allowed for accounts alone. */
function listSecretNames(): Grant {
  return {
    actions: ['secretsmanager:ListSecrets'],
    on: '*',
    wildcard: {
      finding: 'AwsSolutions-IAM5[Resource::*]',
      why: 'secretsmanager:ListSecrets takes no resource; it tells which accounts there are, and reading is allowed below one prefix only.',
    },
  };
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
