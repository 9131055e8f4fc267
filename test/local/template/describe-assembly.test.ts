import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeAssembly } from '../../../local/template/describe-assembly.ts';
import { tableDefinition } from '../../../local/template/table-definition.ts';
import { serviceStack, stateStack, variable } from './example-stacks.ts';
import { type TestStack, writeAssembly, writeStages } from './write-assembly.ts';

const surroundings = {
  region: 'eu-west-1',
  accountId: '000000000000',
  partition: 'aws',
  queueUrl: (name: string) => `http://127.0.0.1:4566/000000000000/${name}`,
};

function read(directory: string, stage?: string) {
  return describeAssembly({ ...surroundings, directory, ...(stage !== undefined && { stage }) });
}

const readExample = () => read(writeAssembly({ state: stateStack, service: serviceStack }));

describe('queues of a template', () => {
  it('have the attributes CreateQueue takes and the name of their dead-letter queue', () => {
    const { queues } = readExample();
    const deadLetterTargetArn = 'arn:aws:sqs:eu-west-1:000000000000:state-Dead.fifo';
    expect(queues.find(({ name }) => name === 'orders.fifo')).toEqual({
      logicalId: 'Orders',
      name: 'orders.fifo',
      arn: 'arn:aws:sqs:eu-west-1:000000000000:orders.fifo',
      url: 'http://127.0.0.1:4566/000000000000/orders.fifo',
      fifo: true,
      visibilityTimeoutMs: 30_000,
      attributes: {
        FifoQueue: 'true',
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
        VisibilityTimeout: '30',
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1000 }),
      },
      redrive: { deadLetterQueueName: 'state-Dead.fifo', maxReceiveCount: 1000 },
    });
  });
});

describe('tables of a template', () => {
  it('have their keys, indexes and stream', () => {
    const [table] = readExample().tables;
    const arn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/state-Table';
    expect(table).toMatchObject({
      name: 'state-Table',
      partitionKey: 'accountId',
      sortKey: 'clientOrderId',
      timeToLiveAttribute: 'expiresAt',
      pointInTimeRecovery: true,
      stream: { viewType: 'NEW_AND_OLD_IMAGES', arn: expect.stringContaining(`${arn}/stream/`) },
    });
  });

  it('are made again as they are described', () => {
    const [table] = readExample().tables;
    const { Replicas: _one, ...properties } = Object(stateStack.Resources?.Table).Properties;
    expect(table && tableDefinition(table)).toEqual({
      TableName: 'state-Table',
      ...properties,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });
});

describe('functions of a template', () => {
  it('have their code, their limits and an environment without references', () => {
    const directory = writeAssembly({ state: stateStack, service: serviceStack });
    const { functions, eventBuses } = read(directory);
    expect(functions).toEqual([
      {
        logicalId: 'Submit',
        name: 'submit-order',
        arn: 'arn:aws:lambda:eu-west-1:000000000000:function:submit-order',
        handler: 'index.handler',
        codeDirectory: resolve(directory, '../asset.code'),
        timeoutMs: 20_000,
        memoryMb: 512,
        reservedConcurrency: 5,
        logGroupName: '/aws/lambda/submit-order',
        environment: {
          QUEUE_URL: 'http://127.0.0.1:4566/000000000000/orders.fifo',
          TABLE_NAME: 'state-Table',
          SECRETS: 'arn:aws:eu-west-1',
          QUEUE_NAME: 'orders.fifo',
          LABEL: `desk@eu-west-1 ${variable('Literal')}`,
          STAGE: 'local',
        },
      },
    ]);
    expect(eventBuses).toEqual([
      {
        logicalId: 'Bus',
        name: 'orders',
        arn: 'arn:aws:events:eu-west-1:000000000000:event-bus/orders',
      },
    ]);
  });
});

describe('what starts functions', () => {
  it('is a queue, with the limits that matter for its batches', () => {
    expect(readExample().sqsMappings).toEqual([
      {
        logicalId: 'QueueMapping',
        queueName: 'orders.fifo',
        queueArn: 'arn:aws:sqs:eu-west-1:000000000000:orders.fifo',
        visibilityTimeoutMs: 30_000,
        functionName: 'submit-order',
        functionTimeoutMs: 20_000,
        batchSize: 10,
        reportBatchItemFailures: true,
        maximumConcurrency: 4,
        enabled: true,
      },
    ]);
  });

  it('is a stream, where -1 means no limit', () => {
    expect(readExample().streamMappings).toEqual([
      {
        logicalId: 'StreamMapping',
        tableName: 'state-Table',
        streamArn: expect.stringContaining('table/state-Table/stream/'),
        functionName: 'submit-order',
        batchSize: 50,
        startingPosition: 'TRIM_HORIZON',
        reportBatchItemFailures: false,
        bisectOnError: true,
        maximumRetryAttempts: 10,
        parallelizationFactor: 2,
        enabled: true,
      },
    ]);
  });

  it('is a route of an HTTP API', () => {
    const [api] = readExample().httpApis;
    expect(api?.routes).toEqual([
      { routeKey: 'POST /v1/orders', functionName: 'submit-order', authorizationType: 'AWS_IAM' },
    ]);
  });

  it('is a route of its own API and of no other', () => {
    const { httpApis } = withService((resources) => {
      resources.Second = Object.assign({ Properties: {} }, { Type: 'AWS::ApiGatewayV2::Api' });
    })();
    expect(httpApis.map(({ routes }) => routes.length)).toEqual([1, 0]);
  });

  it('is a schedule; a rule with a pattern is none', () => {
    expect(readExample().schedules).toMatchObject([
      { source: 'aws.events', expression: 'rate(1 minute)', input: { shard: 0 }, enabled: true },
      { source: 'aws.scheduler', expression: 'cron(0 3 * * ? *)', enabled: false },
    ]);
  });
});

describe('an assembly made with stages', () => {
  it('is read where there is one stage', () => {
    expect(read(writeStages({ local: { state: stateStack } })).queues).toHaveLength(2);
  });

  it('needs the name of one where there are several', () => {
    const directory = writeStages({ dev: {}, local: { state: stateStack } });
    expect(() => read(directory)).toThrow('dev, local');
    expect(read(directory, 'local').queues).toHaveLength(2);
  });

  it('that is none is refused with what to do', () => {
    expect(() => read('/nowhere')).toThrow('Run the synthesis first');
  });
});

function withService(change: (resources: Record<string, { Properties: object }>) => void) {
  const service: TestStack & { Resources: Record<string, { Properties: object }> } = JSON.parse(
    JSON.stringify(serviceStack),
  );
  change(service.Resources);
  return () => read(writeAssembly({ state: stateStack, service }));
}

const submitWith = (variables: object) =>
  withService((resources) =>
    Object.assign(resources.Submit?.Properties ?? {}, { Environment: { Variables: variables } }),
  );

const mappingWith = (properties: object) =>
  withService((resources) => Object.assign(resources.QueueMapping?.Properties ?? {}, properties));

describe('a value that cannot be known here', () => {
  it.each([
    ['an export nobody has', { A: { 'Fn::ImportValue': 'x:y' } }, 'no stack'],
    ['a resource that is not there', { A: { Ref: 'Gone' } }, 'Gone is neither'],
    [
      'an attribute only the cloud knows',
      { A: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
      'ApiEndpoint',
    ],
    ['a function of the cloud', { A: { 'Fn::GetAZs': '' } }, 'Fn::GetAZs'],
    ['a dynamic reference', { A: '{{resolve:ssm:/x}}' }, 'dynamic references'],
    ['a parameter kept in the cloud', { A: { Ref: 'Version' } }, 'parameter Version'],
    ['a choice past the end', { A: { 'Fn::Select': [3, ['a']] } }, 'position 3'],
  ])('%s is refused with the resource and the property', (_name, variables, problem) => {
    const attempt = submitWith(variables);
    expect(attempt).toThrow('service: resource Submit, property Environment.Variables.A');
    expect(attempt).toThrow(problem);
  });

  it('is refused when a reference leads to itself', () => {
    const attempt = withService((resources) =>
      Object.assign(resources.Submit?.Properties ?? {}, { FunctionName: { Ref: 'Submit' } }),
    );
    expect(attempt).toThrow('leads to itself');
  });

  it('does not matter where nothing here needs it', () => {
    const attempt = withService((resources) =>
      Object.assign(resources.Submit?.Properties ?? {}, {
        Role: { 'Fn::GetAtt': ['Gone', 'Arn'] },
      }),
    );
    expect(attempt).not.toThrow();
  });
});

describe('a mapping the real service would refuse', () => {
  it.each([
    ['a batch above 10 on a FIFO queue', { BatchSize: 11 }, 'BatchSize'],
    ['a batching window on a FIFO queue', { MaximumBatchingWindowInSeconds: 1 }, 'Window'],
    ['a maximum concurrency below 2', { ScalingConfig: { MaximumConcurrency: 1 } }, 'least is 2'],
    ['a source that is none', { EventSourceArn: 'arn:other' }, 'arn:other'],
    ['a function that is none', { FunctionName: 'other' }, 'other is no function'],
    ['a filter, which is not built', { FilterCriteria: { Filters: [] } }, 'FilterCriteria'],
  ])('%s is refused', (_name, properties, problem) => {
    expect(mappingWith(properties)).toThrow('resource QueueMapping');
    expect(mappingWith(properties)).toThrow(problem);
  });

  it('a function that may run longer than its messages are invisible is refused', () => {
    const attempt = withService((resources) =>
      Object.assign(resources.Submit?.Properties ?? {}, { Timeout: 31 }),
    );
    expect(attempt).toThrow('above the visibility timeout');
  });
});
