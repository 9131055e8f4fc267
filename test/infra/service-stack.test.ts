import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { FUNCTIONS, type FunctionName } from '../../infra/functions.ts';
import { RESULT_QUEUE_SETTINGS } from '../../infra/queue-settings.ts';
import { STAGES } from '../../infra/stages.ts';
import { RESULT_LANES } from '../../lib/application/deliver-results/result-message.ts';
import { synthesized } from './synthesized.ts';

const COMMON = ['STAGE', 'LOG_LEVEL', 'POWERTOOLS_METRICS_NAMESPACE', 'POWERTOOLS_SERVICE_NAME'];

let service: Template;
let local: Template;
beforeAll(() => {
  service = synthesized('sandbox').service;
  local = synthesized('local').service;
});

describe('every function', () => {
  it('runs on Node 24 and arm64, and starts at the handler of its bundle', () => {
    service.resourceCountIs('AWS::Lambda::Function', FUNCTIONS.length);
    service.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
    });
  });

  it('has code, a role and a log group of its own', () => {
    const functions = Object.values(service.findResources('AWS::Lambda::Function'));
    const codes = functions.map(({ Properties }) => JSON.stringify(Properties.Code));
    expect(new Set(codes).size).toBe(FUNCTIONS.length);
    const roles = functions.map(({ Properties }) => JSON.stringify(Properties.Role));
    const logs = functions.map(({ Properties }) => JSON.stringify(Properties.LoggingConfig));
    expect(new Set(roles).size).toBe(FUNCTIONS.length);
    expect(new Set(logs).size).toBe(FUNCTIONS.length);
  });

  it('counts under its own name, stage included', () => {
    const names = Object.values(service.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => [
        Properties.FunctionName,
        Properties.Environment.Variables.POWERTOOLS_SERVICE_NAME,
      ],
    );
    for (const [functionName, serviceName] of names) expect(serviceName).toBe(functionName);
    expect(environmentOf(local, 'submit-order').POWERTOOLS_SERVICE_NAME).toBe('submit-order');
  });

  it.each([
    ['receive-order', 10],
    ['submit-order', 20],
    ['reconcile-orders', 60],
    ['cancel-order', 20],
    ['publish-events', 30],
    ['deliver-results', 30],
    ['retry-results', 60],
    ['read-orders', 10],
    ['control-account', 10],
  ])('%s stops after %i s', (name, Timeout) => {
    local.hasResourceProperties('AWS::Lambda::Function', { FunctionName: name, Timeout });
  });

  it.each<[FunctionName, string[]]>([
    [
      'receive-order',
      ['SECRETS_PREFIX', 'ORDERS_TABLE', 'ORDERS_QUEUE_URL', 'CANCELS_QUEUE_URL', 'DUE_SHARDS'],
    ],
    [
      'cancel-order',
      [
        'SECRETS_PREFIX',
        'ORDERS_TABLE',
        'RATE_BUDGETS_TABLE',
        'CANCELS_QUEUE_URL',
        'DEAD_LETTER_QUEUE_URL',
        'ABSENCE_HORIZON_MS',
        'DUE_SHARDS',
        'ORDER_RETENTION_DAYS',
      ],
    ],
    [
      'submit-order',
      [
        'SECRETS_PREFIX',
        'ORDERS_TABLE',
        'RATE_BUDGETS_TABLE',
        'ORDERS_QUEUE_URL',
        'DEAD_LETTER_QUEUE_URL',
        'ABSENCE_HORIZON_MS',
        'DUE_SHARDS',
        'ORDER_RETENTION_DAYS',
      ],
    ],
    [
      'reconcile-orders',
      [
        'SECRETS_PREFIX',
        'ORDERS_TABLE',
        'RATE_BUDGETS_TABLE',
        'ORDERS_QUEUE_URL',
        'CANCELS_QUEUE_URL',
        'ABSENCE_HORIZON_MS',
        'DUE_SHARDS',
        'ORDER_RETENTION_DAYS',
        'RECONCILE_WATCHES',
      ],
    ],
    ['publish-events', ['EVENT_BUS_NAME', 'RESULTS_QUEUE_URL']],
    [
      'deliver-results',
      [
        'SECRETS_PREFIX',
        'RESULTS_TABLE',
        'RESULTS_QUEUE_URL',
        'RESULTS_DEAD_LETTER_QUEUE_URL',
        'RESULTS_TO_LOOPBACK',
      ],
    ],
    ['retry-results', ['RESULTS_TABLE', 'RESULTS_QUEUE_URL', 'RESULTS_WATCH']],
    ['read-orders', ['ORDERS_TABLE']],
    ['control-account', ['SECRETS_PREFIX', 'RATE_BUDGETS_TABLE']],
  ])('%s is told what it uses and no more', (name, settings) => {
    const told = Object.keys(environmentOf(local, name));
    expect(told.toSorted()).toEqual([...COMMON, 'NODE_OPTIONS', ...settings].toSorted());
  });

  it('finds secrets of its own stage only', () => {
    expect(environmentOf(service, 'submit-order').SECRETS_PREFIX).toBe('hashkey-orders/sandbox');
    expect(environmentOf(local, 'submit-order').SECRETS_PREFIX).toBe('hashkey-orders/local');
  });
});

describe('every log', () => {
  it('is forgotten after the time its stage says', () => {
    service.resourceCountIs('AWS::Logs::LogGroup', FUNCTIONS.length + 1);
    service.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
    local.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 7 });
  });

  it('outlives the stack where state is kept, without blocking a second first deployment', () => {
    service.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'RetainExceptOnCreate' });
  });
});

describe('the mapping of the orders queue', () => {
  it('takes ten messages, bounds concurrency and lets single messages fail', () => {
    service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^SubmitOrder') },
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: Match.absent(),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });
});

describe('the mapping of the cancels queue', () => {
  it('is of its own, so that a cancel never stands behind orders', () => {
    service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^CancelOrder') },
      EventSourceArn: { 'Fn::ImportValue': Match.stringLikeRegexp('CancelsQueue') },
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 10 },
    });
  });
});

describe('the mapping of the queue of results', () => {
  it('bounds who delivers, whatever the stage, and lets single messages fail', () => {
    for (const template of [service, local]) {
      template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
        FunctionName: { Ref: Match.stringLikeRegexp('^DeliverResults') },
        EventSourceArn: { 'Fn::ImportValue': Match.stringLikeRegexp('ResultsQueue') },
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 20 },
      });
    }
  });

  it('serves at least ten producers whose receivers hang', () => {
    expect(RESULT_QUEUE_SETTINGS.concurrencyMax / RESULT_LANES).toBeGreaterThanOrEqual(10);
  });

  it('shows no message again while its function may still run', () => {
    const deliver = FUNCTIONS.find(({ name }) => name === 'deliver-results');
    expect(RESULT_QUEUE_SETTINGS.visibilityTimeoutS).toBeGreaterThan(deliver?.timeoutS ?? 900);
  });

  it('goes to this machine on the local stage only', () => {
    expect(environmentOf(local, 'deliver-results').RESULTS_TO_LOOPBACK).toBe('yes');
    for (const stage of ['development', 'sandbox', 'production'] as const) {
      expect(STAGES[stage].resultsToLoopback).toBe(false);
    }
    expect(environmentOf(service, 'deliver-results').RESULTS_TO_LOOPBACK).toBe('no');
  });
});

describe('the mapping of the stream of orders', () => {
  it('tries a change again for as long as the stream has it', () => {
    service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: Match.stringLikeRegexp('^PublishEvents') },
      BatchSize: 100,
      StartingPosition: 'TRIM_HORIZON',
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: Match.absent(),
      MaximumRecordAgeInSeconds: Match.absent(),
    });
  });

  it('keeps the changes of an order in order', () => {
    service.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      ParallelizationFactor: Match.absent(),
    });
  });
});

describe('the reconciler', () => {
  it('starts every minute', () => {
    service.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        Match.objectLike({
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        }),
      ],
    });
  });

  it('runs alone where the account has concurrency to reserve', () => {
    service.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'hashkey-orders-sandbox-reconcile-orders',
      ReservedConcurrentExecutions: 1,
    });
    local.allResourcesProperties('AWS::Lambda::Function', {
      ReservedConcurrentExecutions: Match.absent(),
    });
  });

  it('does not make up for starts that it missed', () => {
    service.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^ReconcileOrders') },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

function environmentOf(template: Template, name: FunctionName): Record<string, unknown> {
  const [found] = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => String(Properties.FunctionName).endsWith(name),
  );
  return found?.Properties.Environment.Variables ?? {};
}
