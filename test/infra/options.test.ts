import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { functionsOf } from '../../infra/functions.ts';
import { STAGES } from '../../infra/stages.ts';
import { synthesized } from './synthesized.ts';

const STAGE = { ...STAGES.production, egress: 'static' } as const;
const KEY = { 'Fn::GetAtt': ['OrdersKey', 'Arn'] };
const IMPORTED = { 'Fn::ImportValue': Match.stringLikeRegexp('OrdersKey') };

let state: Template;
let service: Template;
let plainState: Template;
let plainService: Template;
beforeAll(() => {
  ({ state, service } = synthesized('production', {
    ...{ egress: 'static', encryption: 'customer', BUDGET_GUARD_MS: '80' },
  }));
  ({ state: plainState, service: plainService } = synthesized('production'));
});

describe('static egress', () => {
  it('is not there, and costs nothing, unless it is asked for', () => {
    for (const type of ['VPC', 'NatGateway', 'VPCEndpoint', 'EIP']) {
      plainService.resourceCountIs(`AWS::EC2::${type}`, 0);
    }
    plainService.allResourcesProperties('AWS::Lambda::Function', { VpcConfig: Match.absent() });
  });

  it('keeps its two addresses with the state, whatever happens to the stacks', () => {
    expect(Object.keys(state.findResources('AWS::EC2::EIP'))).toEqual([
      'EgressAddress1',
      'EgressAddress2',
    ]);
    state.allResources('AWS::EC2::EIP', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
    });
  });

  it('tells the addresses that keys are bound to', () => {
    const { Value } = state.findOutputs('EgressAddresses').EgressAddresses ?? {};
    expect(JSON.stringify(Value)).toMatch(/EgressAddress1.*PublicIp.*EgressAddress2.*PublicIp/);
  });

  it('leaves through a gateway with a fixed address in each zone', () => {
    const gateways = Object.values(service.findResources('AWS::EC2::NatGateway'));
    const addresses = gateways.map(({ Properties }) => JSON.stringify(Properties.AllocationId));
    expect(new Set(addresses).size).toBe(2);
    for (const address of addresses) expect(address).toMatch(/EgressAddress[12]AllocationId/);
    const subnets = gateways.map(({ Properties }) => JSON.stringify(Properties.SubnetId));
    expect(new Set(subnets).size).toBe(2);
  });

  it.each(functionsOf(STAGE))('$name is inside if it talks to the exchange, only then', (row) => {
    service.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: `hashkey-orders-production-${row.name}`,
      VpcConfig: row.callsExchange
        ? { SubnetIds: [Match.anyValue(), Match.anyValue()], SecurityGroupIds: [Match.anyValue()] }
        : Match.absent(),
    });
  });

  it('puts no function into a subnet of the gateways', () => {
    const { gateways, functions } = subnets();
    expect([...gateways, ...functions]).toHaveLength(4);
    for (const { Properties } of Object.values(service.findResources('AWS::Lambda::Function'))) {
      const ids: readonly { Ref: string }[] = Properties.VpcConfig?.SubnetIds ?? [];
      for (const { Ref } of ids) expect(functions).toContain(Ref);
    }
  });

  it('lets nothing in, and out over HTTPS only', () => {
    const groups = Object.values(service.findResources('AWS::EC2::SecurityGroup'));
    expect(groups).toHaveLength(2);
    for (const { Properties } of groups) expect(Properties.SecurityGroupIngress).toBeUndefined();
    const out = groups.flatMap(({ Properties }) => Properties.SecurityGroupEgress);
    expect(out).toContainEqual(expect.objectContaining({ FromPort: 443, ToPort: 443 }));
    for (const rule of out) expect([443, 86]).toContain(rule.ToPort);
    service.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1);
  });

  it('reaches AWS without the gateways', () => {
    const endpoints = Object.values(service.findResources('AWS::EC2::VPCEndpoint'));
    const kinds = endpoints.map(({ Properties }) => [
      Properties.VpcEndpointType,
      /(dynamodb|sqs|secretsmanager)/.exec(JSON.stringify(Properties.ServiceName))?.[1],
    ]);
    expect(kinds.toSorted()).toEqual([
      ['Gateway', 'dynamodb'],
      ['Interface', 'secretsmanager'],
      ['Interface', 'sqs'],
    ]);
  });

  it('lets Lambda make network interfaces, and code of functions none', () => {
    const roles = Object.entries(service.findResources('AWS::IAM::Role'));
    const [, role] = roles.find(([id]) => id.startsWith('SubmitOrderRole')) ?? [];
    const statements = role?.Properties.Policies[0].PolicyDocument.Statement;
    expect(statements).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Action: expect.arrayContaining(['ec2:CreateNetworkInterface']),
        Condition: {
          ArnLike: {
            'lambda:SourceFunctionArn':
              'arn:aws:lambda:*:*:function:hashkey-orders-production-submit-order',
          },
        },
      }),
    );
  });

  it('looks every five minutes whether the address is still one of them', () => {
    service.hasResourceProperties('AWS::Events::Rule', {
      Name: 'hashkey-orders-production-check-egress',
      ScheduleExpression: 'rate(5 minutes)',
    });
    const checks = Object.values(service.findResources('AWS::Lambda::Function')).filter(
      ({ Properties }) => String(Properties.FunctionName).endsWith('check-egress'),
    );
    const variables = JSON.stringify(checks[0]?.Properties.Environment.Variables);
    expect(variables).toMatch(/EgressAddress1PublicIp.*EgressAddress2PublicIp/);
  });

  it.each(['egress-address-changed', 'egress-unchecked'])('has the alarm %s', (id) => {
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `hashkey-orders-production-${id}`,
      Dimensions: [{ Name: 'service', Value: 'hashkey-orders-production-check-egress' }],
    });
  });
});

describe('a retention of final orders', () => {
  let short: Template;
  let archived: Template;
  beforeAll(() => {
    const options = { retention: '365', archive: 'monthly' };
    ({ state: short, service: archived } = synthesized('production', options));
  });

  it('is for ever, and the table deletes nothing, unless it is asked for', () => {
    plainState.allResourcesProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: Match.absent(),
    });
    plainState.resourceCountIs('AWS::S3::Bucket', 0);
  });

  it('lets the orders table delete what says so itself, and no other table', () => {
    const timeToLive = Object.values(short.findResources('AWS::DynamoDB::Table')).map(
      ({ Properties }) => [Properties.TableName, Properties.TimeToLiveSpecification],
    );
    expect(timeToLive.toSorted()).toEqual([
      ['hashkey-orders-production-orders', { AttributeName: 'expiresAt', Enabled: true }],
      ['hashkey-orders-production-rate-budgets', undefined],
      ['hashkey-orders-production-results', undefined],
    ]);
  });

  it('is told to the functions that end orders', () => {
    for (const name of ['submit-order', 'reconcile-orders']) {
      archived.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: `hashkey-orders-production-${name}`,
        Environment: { Variables: Match.objectLike({ ORDER_RETENTION_DAYS: '365' }) },
      });
    }
  });

  it('can keep every order in a private bucket, by DynamoDB itself, every month', () => {
    short.hasResourceProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      VersioningConfiguration: { Status: 'Enabled' },
    });
    archived.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(30 days)',
      Target: {
        Arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime',
        Input: Match.anyValue(),
      },
    });
  });
});

describe('a number of the settings', () => {
  it('is told to every function, and to none unless it is asked for', () => {
    service.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ BUDGET_GUARD_MS: '80' }) },
    });
    plainService.allResourcesProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ BUDGET_GUARD_MS: Match.absent() }) },
    });
  });
});

describe('a key of the customer', () => {
  it('is not there, and costs nothing, unless it is asked for', () => {
    plainState.resourceCountIs('AWS::KMS::Key', 0);
  });

  it('is rotated, and outlives its stack like everything that it encrypts', () => {
    expect(state.findResources('AWS::KMS::Key').OrdersKey).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { EnableKeyRotation: true },
    });
  });

  it('encrypts tables, queues and the bus', () => {
    state.allResourcesProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
    state.allResourcesProperties('AWS::SQS::Queue', {
      KmsMasterKeyId: KEY,
      SqsManagedSseEnabled: Match.absent(),
    });
    state.allResourcesProperties('AWS::Events::EventBus', { KmsKeyIdentifier: KEY });
  });

  it('encrypts logs and topics', () => {
    service.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: IMPORTED });
    service.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: IMPORTED });
  });

  it('lets CloudWatch reach the topics, or alarms would be silent', () => {
    state.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });

  it.each([
    ['SubmitOrder', ['dynamodb', 'sqs', 'secretsmanager']],
    ['ReceiveOrder', ['dynamodb', 'sqs', 'secretsmanager']],
    ['ReadOrders', ['dynamodb']],
    ['PublishEvents', ['dynamodb', 'sqs']],
    ['DeliverResults', ['dynamodb', 'sqs', 'secretsmanager']],
    ['RetryResults', ['dynamodb', 'sqs']],
  ])('is used by %s only through the services that it uses anyway', (id, services) => {
    const roles = Object.entries(service.findResources('AWS::IAM::Role'));
    const [, role] = roles.find(([key]) => key.startsWith(`${id}Role`)) ?? [];
    const statements: readonly { readonly Action: unknown; readonly Condition?: object }[] =
      role?.Properties.Policies[0].PolicyDocument.Statement;
    const onKey = statements.filter(({ Action }) => String(Action).includes('kms:'));
    expect(onKey).toHaveLength(1);
    expect(onKey[0]?.Action).toEqual(['kms:Decrypt', 'kms:GenerateDataKey']);
    const via = JSON.stringify(onKey[0]?.Condition);
    for (const one of ['dynamodb', 'sqs', 'secretsmanager']) {
      expect(via.includes(`"${one}.`)).toBe(services.includes(one));
    }
  });
});

function subnets() {
  const all = Object.keys(service.findResources('AWS::EC2::Subnet'));
  return {
    gateways: all.filter((id) => id.includes('gateways')),
    functions: all.filter((id) => id.includes('functions')),
  };
}
