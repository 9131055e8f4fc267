import { beforeAll, describe, expect, it } from '@jest/globals';
import type { App } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { synthesized } from './synthesized.ts';

/** Renaming one of these replaces the resource and leaves what it holds behind. */
const STATEFUL = {
  OrdersTable: 'AWS::DynamoDB::Table',
  RateBudgetsTable: 'AWS::DynamoDB::Table',
  OrdersQueue: 'AWS::SQS::Queue',
  CancelsQueue: 'AWS::SQS::Queue',
  DeadLetterQueue: 'AWS::SQS::Queue',
  ResultsTable: 'AWS::DynamoDB::Table',
  ResultsQueue: 'AWS::SQS::Queue',
  ResultsDeadLetterQueue: 'AWS::SQS::Queue',
  OrdersBus: 'AWS::Events::EventBus',
};

let production: Template;
let local: Template;
let productionApp: App;
let localApp: App;
beforeAll(() => {
  ({ state: production, app: productionApp } = synthesized('production'));
  ({ state: local, app: localApp } = synthesized('local'));
});

describe('the state of any stage', () => {
  it('keeps the logical ids of everything that remembers', () => {
    for (const template of [production, local]) {
      const { Resources } = template.toJSON();
      for (const [id, type] of Object.entries(STATEFUL)) expect(Resources[id]?.Type).toBe(type);
    }
  });

  it('holds nothing else but queue policies', () => {
    const types = Object.values<{ Type: string }>(production.toJSON().Resources)
      .map(({ Type }) => Type)
      .filter((type) => type !== 'AWS::SQS::QueuePolicy');
    expect(types.toSorted()).toEqual(Object.values(STATEFUL).toSorted());
  });

  it('finds orders by account and id, by due time and by account and time', () => {
    production.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: keys('accountId', 'clientOrderId'),
      AttributeDefinitions: Match.arrayWith([{ AttributeName: 'dueAt', AttributeType: 'N' }]),
      BillingMode: 'PAY_PER_REQUEST',
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: keys('dueShard', 'dueAt'),
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'by-time',
          KeySchema: keys('accountId', 'listKey'),
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
        },
      ],
    });
  });

  it('streams every change of an order with the item before and after it', () => {
    production.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'hashkey-orders-production-orders',
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  it('can restore each table to any second', () => {
    production.allResourcesProperties('AWS::DynamoDB::Table', {
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('gives no item a time to live', () => {
    production.allResourcesProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: Match.absent(),
    });
  });

  it('lets lanes of the orders queue go on beside each other', () => {
    production.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'hashkey-orders-production-orders.fifo',
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
    });
  });

  it('shows the messages of a crash again after 30 seconds', () => {
    production.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 30 });
  });

  it('never puts a message aside for having waited', () => {
    production.hasResourceProperties('AWS::SQS::Queue', {
      RedrivePolicy: {
        maxReceiveCount: 1000,
        deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetterQueue', 'Arn'] },
      },
    });
  });

  it('has a FIFO queue for dead letters', () => {
    production.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'hashkey-orders-production-orders-dead-letter.fifo',
      FifoQueue: true,
    });
  });

  it('keeps results that wait in a table, found by order and by due time', () => {
    production.hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'hashkey-orders-production-results',
      KeySchema: keys('orderId', 'place'),
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: keys('dueShard', 'dueAt'),
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['producerId', 'attempts', 'since'],
          },
        },
      ],
    });
  });

  it('lets lanes of results go on beside each other, with dead letters of their own', () => {
    production.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: 'hashkey-orders-production-results.fifo',
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      VisibilityTimeout: 60,
      RedrivePolicy: {
        maxReceiveCount: 100,
        deadLetterTargetArn: { 'Fn::GetAtt': ['ResultsDeadLetterQueue', 'Arn'] },
      },
    });
  });

  it('keeps messages for 14 days, encrypted', () => {
    production.allResourcesProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 14 * 24 * 60 * 60,
      SqsManagedSseEnabled: true,
    });
  });

  it('refuses messages that do not come over TLS', () => {
    production.resourceCountIs('AWS::SQS::QueuePolicy', 5);
    production.allResourcesProperties('AWS::SQS::QueuePolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
        ],
      },
    });
  });
});

describe('a stage that keeps its state', () => {
  it('leaves tables, queues and the bus behind when the stack goes', () => {
    for (const [id, type] of Object.entries(STATEFUL)) {
      expect(production.findResources(type)[id]).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
    }
  });

  it('refuses to delete its tables and its stacks', () => {
    production.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    expect(terminationProtection(productionApp)).toEqual([true, true]);
  });
});

describe('a stage to throw away', () => {
  it('goes without a trace', () => {
    local.allResourcesProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
    local.allResources('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
    expect(terminationProtection(localApp)).toEqual([false, false]);
  });
});

describe('names on one machine', () => {
  it('are bare', () => {
    const names = Object.values<{ Properties: Record<string, string> }>(local.toJSON().Resources)
      .map(({ Properties: { TableName, QueueName, Name } }) => TableName ?? QueueName ?? Name ?? '')
      .filter((name) => name !== '');
    expect(names.toSorted()).toEqual([
      'cancels.fifo',
      'orders',
      'orders',
      'orders-dead-letter.fifo',
      'orders.fifo',
      'rate-budgets',
      'results',
      'results-dead-letter.fifo',
      'results.fifo',
    ]);
  });
});

function keys(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: 'HASH' },
    { AttributeName: sort, KeyType: 'RANGE' },
  ];
}

function terminationProtection(app: App): readonly (boolean | undefined)[] {
  return app.synth().stacks.map((stack) => stack.terminationProtection);
}
