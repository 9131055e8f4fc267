import { type App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { EventSourceMapping, type IFunction, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { QueueName } from './alarm-row.ts';
import { alarmsOf } from './alarms.ts';
import { buildAlarms } from './constructs/alarms.ts';
import { archiveOnSchedule } from './constructs/archive.ts';
import { buildDashboard } from './constructs/dashboard.ts';
import { buildExchangeNetwork } from './constructs/exchange-network.ts';
import { buildHttpApi } from './constructs/http-api.ts';
import { buildOrderFunction } from './constructs/order-function.ts';
import { DASHBOARD } from './dashboard.ts';
import { environmentOf } from './environment.ts';
import { type FunctionName, functionsOf } from './functions.ts';
import { type Look, type MetricSources, metricsOf } from './metric-sources.ts';
import { permissionsOf } from './permissions.ts';
import {
  CHECK_EGRESS_EVERY_S,
  QUEUE_SETTINGS,
  RECONCILE_EVERY_S,
  RESULT_QUEUE_SETTINGS,
  STREAM_BATCH_SIZE,
} from './queue-settings.ts';
import { reconcilersReserved, ticksOf } from './shards.ts';
import type { Stage } from './stages.ts';
import type { State } from './state-stack.ts';

type Functions = ReadonlyMap<FunctionName, IFunction>;

interface Consumed {
  readonly id: string;
  readonly from: Queue;
  readonly concurrencyMax: number;
}

/** Builds the stack of everything that can be replaced: functions, API, schedule and alarms. */
export function buildServiceStack(app: App, stage: Stage, state: State): Stack {
  const stack = new Stack(app, 'Service', {
    stackName: `hashkey-orders-${stage.name}-service`,
    description: 'HashKey order service: functions, API, schedule and alarms.',
    terminationProtection: stage.keepsState,
  });

  const functions = buildFunctions(stack, stage, state);
  const concurrencyMax = stage.submitConcurrencyMax;
  consumeQueue(
    stack,
    { id: 'OrdersMapping', from: state.ordersQueue, concurrencyMax },
    functionOf(functions, 'submit-order'),
  );
  consumeQueue(
    stack,
    { id: 'CancelsMapping', from: state.cancelsQueue, concurrencyMax },
    functionOf(functions, 'cancel-order'),
  );
  consumeQueue(
    stack,
    {
      id: 'ResultsMapping',
      from: state.resultsQueue,
      concurrencyMax: RESULT_QUEUE_SETTINGS.concurrencyMax,
    },
    functionOf(functions, 'deliver-results'),
  );
  consumeChanges(stack, state, functionOf(functions, 'publish-events'));
  startEveryMinute(stack, stage, functions, {
    name: 'reconcile-orders',
    id: 'ReconcileSchedule',
    description: 'Starts a pass of the reconciler.',
  });
  startEveryMinute(stack, stage, functions, {
    name: 'stream-orders',
    id: 'StreamSchedule',
    description: 'Starts whoever takes a stream over that is free or to be handed over.',
  });
  startEveryMinute(stack, stage, functions, {
    name: 'retry-results',
    id: 'RetrySchedule',
    description: 'Looks which results are to be tried again.',
  });
  if (stage.egress === 'static') {
    checkEgressOnSchedule(stack, stage, functionOf(functions, 'check-egress'));
  }

  const { archive: bucket, key, ordersTable: table } = state;
  if (bucket !== undefined) archiveOnSchedule(stack, stage, { table, bucket, key });

  const api = buildHttpApi(stack, stage, functions, state.key);
  const find = (look: Look) => metricsOf(look, sourcesOf(stage, state, api.apiId));
  const alarms = buildAlarms(stack, stage, alarmsOf(stage), { find, key: state.key });
  buildDashboard(stack, stage, DASHBOARD, { alarms, find });

  new CfnOutput(stack, 'ApiUrl', { value: api.apiEndpoint, description: 'Address of the API.' });
  return stack;
}

function sourcesOf(stage: Stage, state: State, apiId: string): MetricSources {
  return {
    queueName: (queue) => queueOf(state, queue).queueName,
    tableName: (table) =>
      (table === 'orders' ? state.ordersTable : state.rateBudgetsTable).tableName,
    functionName: (name) => `${stage.prefix}${name}`,
    apiId,
  };
}

function queueOf(state: State, name: QueueName): Queue {
  switch (name) {
    case 'orders':
      return state.ordersQueue;
    case 'dead-letter':
      return state.deadLetterQueue;
    case 'results':
      return state.resultsQueue;
    case 'results-dead-letter':
      return state.resultsDeadLetterQueue;
  }
}

function buildFunctions(stack: Stack, stage: Stage, state: State): Functions {
  const { egressAddresses: addresses, key } = state;
  const network =
    stage.egress === 'static' ? buildExchangeNetwork(stack, stage, { addresses, key }) : undefined;
  return new Map(
    functionsOf(stage).map((row) => [
      row.name,
      buildOrderFunction(stack, {
        stage,
        row,
        environment: environmentOf(row, stage, state),
        permissions: permissionsOf(row, state, stage),
        network: row.callsExchange ? network : undefined,
        key,
        reservedConcurrency:
          row.name === 'reconcile-orders' ? reconcilersReserved(stage) : undefined,
      }),
    ]),
  );
}

function functionOf(functions: Functions, name: FunctionName): IFunction {
  const found = functions.get(name);
  if (found === undefined) throw new TypeError(`There is no function ${name}: add its row.`);
  return found;
}

/** The mapping bounds concurrency, not the function: messages wait and are not thrown back. */
function consumeQueue(
  stack: Stack,
  { concurrencyMax, from, id }: Consumed,
  target: IFunction,
): void {
  new EventSourceMapping(stack, id, {
    target,
    eventSourceArn: from.queueArn,
    batchSize: QUEUE_SETTINGS.batchSize,
    reportBatchItemFailures: true,
    maxConcurrency: concurrencyMax,
  });
}

/**
 * Retries last until the record leaves the stream after a day: giving up earlier would lose an
 * event, and its alarm speaks long before.
 */
function consumeChanges(stack: Stack, state: State, target: IFunction): void {
  const { tableStreamArn } = state.ordersTable;
  if (tableStreamArn === undefined) throw new TypeError('The orders table has no stream: set one.');
  new EventSourceMapping(stack, 'ChangesMapping', {
    target,
    eventSourceArn: tableStreamArn,
    startingPosition: StartingPosition.TRIM_HORIZON,
    batchSize: STREAM_BATCH_SIZE,
    reportBatchItemFailures: true,
    bisectBatchOnError: true,
  });
}

/** A start that could not happen is not made up for: the next one comes within the minute. */
function startEveryMinute(
  stack: Stack,
  stage: Stage,
  functions: Functions,
  start: { readonly name: FunctionName; readonly id: string; readonly description: string },
): void {
  const target = functionOf(functions, start.name);
  const every = Duration.seconds(RECONCILE_EVERY_S);
  for (const { suffix, share } of ticksOf(stage)) {
    const event = share && RuleTargetInput.fromObject(share);
    new Rule(stack, `${start.id}${suffix}`, {
      ruleName: `${stage.prefix}${start.name}${suffix && `-${suffix}`}`,
      description: start.description,
      schedule: Schedule.rate(every),
      targets: [
        new LambdaFunction(target, {
          retryAttempts: 0,
          maxEventAge: every,
          ...(event && { event }),
        }),
      ],
    });
  }
  target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: every });
}

function checkEgressOnSchedule(stack: Stack, stage: Stage, target: IFunction): void {
  new Rule(stack, 'CheckEgressSchedule', {
    ruleName: `${stage.prefix}check-egress`,
    description: 'Looks which address the exchange sees.',
    schedule: Schedule.rate(Duration.seconds(CHECK_EGRESS_EVERY_S)),
    targets: [new LambdaFunction(target, { retryAttempts: 0 })],
  });
}
