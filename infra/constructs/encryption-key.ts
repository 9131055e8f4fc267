import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Stage } from '../stages.ts';
import { fixLogicalId } from './fixed-id.ts';

/** Builds the customer's own key: rotated every year, and used by nobody outside this account. */
export function buildKey(scope: Construct, stage: Stage): Key {
  const key = new Key(scope, 'OrdersKey', {
    alias: `alias/${stage.prefix}orders`,
    description: `HashKey orders ${stage.name}: tables, queues, bus, topics and logs.`,
    enableKeyRotation: true,
    // Whoever deletes the key deletes everything that it encrypts.
    removalPolicy: stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  const { account, region } = Stack.of(scope);

  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsReachTopics',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'LogsAreEncrypted',
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*'],
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      resources: ['*'],
      conditions: {
        ArnLike: {
          'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${region}:${account}:log-group:*${stage.prefix}*`,
        },
      },
    }),
  );

  fixLogicalId(key, 'OrdersKey');
  return key;
}
