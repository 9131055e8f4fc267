import type { TestStack } from './write-assembly.ts';

/** Writes the placeholder of a variable as Fn::Sub reads it. */
export const variable = (name: string) => `\${${name}}`;

const SUBSTITUTED = `${variable('Name')}@${variable('AWS::Region')} ${variable('!Literal')}`;

// Two stacks as the CDK writes them: what keeps state, and what works on it.
export const stateStack: TestStack = {
  Resources: {
    Dead: {
      Type: 'AWS::SQS::Queue',
      Properties: { FifoQueue: true, MessageRetentionPeriod: 1_209_600 },
    },
    Orders: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: 'orders.fifo',
        FifoQueue: true,
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: 30,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] },
          maxReceiveCount: 1000,
        },
      },
    },
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        AttributeDefinitions: [
          { AttributeName: 'accountId', AttributeType: 'S' },
          { AttributeName: 'clientOrderId', AttributeType: 'S' },
          { AttributeName: 'dueAt', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'accountId', KeyType: 'HASH' },
          { AttributeName: 'clientOrderId', KeyType: 'RANGE' },
        ],
        GlobalSecondaryIndexes: [
          {
            IndexName: 'due',
            KeySchema: [
              { AttributeName: 'accountId', KeyType: 'HASH' },
              { AttributeName: 'dueAt', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['status'] },
          },
        ],
        Replicas: [
          {
            Region: { Ref: 'AWS::Region' },
            PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          },
        ],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      },
    },
    Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'orders' } },
  },
  Outputs: {
    QueueArn: {
      Value: { 'Fn::GetAtt': ['Orders', 'Arn'] },
      Export: { Name: 'state:QueueArn' },
    },
    QueueUrl: { Value: { Ref: 'Orders' }, Export: { Name: 'state:QueueUrl' } },
    TableName: { Value: { Ref: 'Table' }, Export: { Name: 'state:TableName' } },
    StreamArn: {
      Value: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      Export: { Name: { 'Fn::Sub': `${variable('AWS::StackName')}:StreamArn` } },
    },
  },
  Parameters: {
    BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/version' },
  },
};

export const serviceStack: TestStack = {
  Resources: {
    Submit: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: 'submit-order',
        Code: {
          S3Bucket: { 'Fn::Sub': `assets-${variable('AWS::AccountId')}` },
          S3Key: 'code.zip',
        },
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': ['SomeRole', 'Arn'] },
        Timeout: 20,
        MemorySize: 512,
        ReservedConcurrentExecutions: 5,
        Environment: {
          Variables: {
            QUEUE_URL: { 'Fn::ImportValue': 'state:QueueUrl' },
            TABLE_NAME: { 'Fn::GetStackOutput': { StackName: 'state', OutputName: 'TableName' } },
            SECRETS: {
              'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':', { Ref: 'AWS::Region' }]],
            },
            QUEUE_NAME: {
              'Fn::Select': [5, { 'Fn::Split': [':', { 'Fn::ImportValue': 'state:QueueArn' }] }],
            },
            LABEL: { 'Fn::Sub': [SUBSTITUTED, { Name: 'desk' }] },
            STAGE: { Ref: 'Stage' },
          },
        },
      },
    },
    QueueMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::ImportValue': 'state:QueueArn' },
        FunctionName: { Ref: 'Submit' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 4 },
      },
    },
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: { 'Fn::ImportValue': 'state:StreamArn' },
        FunctionName: { 'Fn::GetAtt': ['Submit', 'Arn'] },
        BatchSize: 50,
        StartingPosition: 'TRIM_HORIZON',
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: -1,
        ParallelizationFactor: 2,
      },
    },
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'Orders', ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Api' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Submit', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /v1/orders',
        AuthorizationType: 'AWS_IAM',
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'Integration' }]] },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        State: 'ENABLED',
        Targets: [{ Arn: { 'Fn::GetAtt': ['Submit', 'Arn'] }, Id: 'T', Input: '{"shard":0}' }],
      },
    },
    Pattern: {
      Type: 'AWS::Events::Rule',
      Properties: { EventPattern: { source: ['orders'] }, Targets: [{ Arn: 'arn:x', Id: 'T' }] },
    },
    Nightly: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(0 3 * * ? *)',
        State: 'DISABLED',
        Target: { Arn: { 'Fn::GetAtt': ['Submit', 'Arn'] }, RoleArn: 'arn:role' },
      },
    },
  },
  Parameters: {
    Stage: { Type: 'String', Default: 'local' },
    Version: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/some/name' },
  },
};
