import { beforeAll, describe, expect, it } from '@jest/globals';
import { App } from 'aws-cdk-lib';
import { buildStage } from '../../infra/build-app.ts';
import { STAGES, type Stage } from '../../infra/stages.ts';

/**
 * Everything of production that cannot be made again: its logical id, its type, its name and its
 * keys. CloudFormation replaces a resource when one of these changes, and what it held is gone.
 * This list is changed only together with a plan for moving what the resource holds.
 */
const REMEMBERED = [
  'CancelsQueue AWS::SQS::Queue hashkey-orders-production-cancels.fifo',
  'DeadLetterQueue AWS::SQS::Queue hashkey-orders-production-orders-dead-letter.fifo',
  'EgressAddress1 AWS::EC2::EIP',
  'EgressAddress2 AWS::EC2::EIP',
  'OrdersArchive AWS::S3::Bucket',
  'OrdersBus AWS::Events::EventBus hashkey-orders-production-orders',
  'OrdersKey AWS::KMS::Key',
  'OrdersQueue AWS::SQS::Queue hashkey-orders-production-orders.fifo',
  'OrdersTable AWS::DynamoDB::Table hashkey-orders-production-orders accountId+clientOrderId',
  'RateBudgetsTable AWS::DynamoDB::Table hashkey-orders-production-rate-budgets id',
  'ResultsDeadLetterQueue AWS::SQS::Queue hashkey-orders-production-results-dead-letter.fifo',
  'ResultsQueue AWS::SQS::Queue hashkey-orders-production-results.fifo',
  'ResultsTable AWS::DynamoDB::Table hashkey-orders-production-results orderId+place',
];

/** Types that hold something. A new one among them needs a line above and a removal policy. */
const HOLDING =
  /^AWS::(?:DynamoDB|SQS::Queue$|Events::EventBus|S3::Bucket$|KMS::Key$|EC2::EIP|RDS|SecretsManager|Kinesis)/;

const FULL: Stage = {
  ...STAGES.production,
  egress: 'static',
  encryption: 'customer',
  orderRetentionDays: 365,
  archive: true,
};

type Resources = Readonly<Record<string, Resource>>;
interface Resource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

let built: Resources;
beforeAll(() => {
  built = resourcesOf(FULL);
});

describe('what cannot be made again', () => {
  it('is neither renamed nor forgotten', () => {
    expect(holding(built).map(described).toSorted()).toEqual(REMEMBERED);
  });

  it('stays when its stack, or its line in the template, goes', () => {
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of holding(built)) {
      expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
    }
  });
});

describe('a harmless change', () => {
  it.each<[string, Partial<Stage>, string]>([
    ['the log level', { logLevel: 'DEBUG' }, 'AWS::Lambda::Function'],
    ['how long logs stay', { logRetentionDays: 90 }, 'AWS::Logs::LogGroup'],
    ['submitters at once', { submitConcurrencyMax: 20 }, 'AWS::Lambda::EventSourceMapping'],
    ['requests a second', { apiRequestsPerSecond: 120 }, 'AWS::ApiGatewayV2::Stage'],
  ])('of %s touches nothing else', (_, change, type) => {
    const changed = resourcesOf({ ...FULL, ...change });
    expect(Object.keys(changed)).toEqual(Object.keys(built));
    const touched = Object.entries(changed).filter(
      ([id, resource]) => JSON.stringify(resource) !== JSON.stringify(built[id]),
    );
    expect(touched.length).toBeGreaterThan(0);
    expect(new Set(touched.map(([, { Type }]) => Type))).toEqual(new Set([type]));
  });

  it('is none at all when nothing changed', () => {
    expect(resourcesOf(FULL)).toEqual(built);
  });
});

function holding(resources: Resources): readonly [string, Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => HOLDING.test(Type));
}

function described([id, { Type, Properties = {} }]: readonly [string, Resource]): string {
  const { TableName, QueueName, Name, KeySchema } = Properties;
  const keys = Array.isArray(KeySchema)
    ? KeySchema.map(({ AttributeName }) => AttributeName).join('+')
    : undefined;
  return [id, Type, TableName ?? QueueName ?? Name, keys].filter(Boolean).join(' ');
}

function resourcesOf(stage: Stage): Resources {
  const context = { 'aws:cdk:bundling-stacks': [] };
  const assembly = buildStage(new App({ context }), stage).synth();
  return Object.assign({}, ...assembly.stacks.map(({ template }) => template.Resources));
}
