import { Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, StorageClass } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { ARCHIVE_EVERY_DAYS } from '../queue-settings.ts';
import type { Stage } from '../stages.ts';
import { fixLogicalId } from './fixed-id.ts';

/** Archives are rarely read; after so long they move to where that is cheapest. */
const COLD_AFTER_DAYS = 90;
const PREFIX = 'orders';

/** Builds the bucket of archives: private, encrypted, over TLS only, and kept. */
export function buildArchive(scope: Construct, stage: Stage, key: Key | undefined): Bucket {
  const bucket = new Bucket(scope, 'OrdersArchive', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    versioned: true,
    ...(key === undefined
      ? { encryption: BucketEncryption.S3_MANAGED }
      : { encryption: BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
    lifecycleRules: [
      {
        transitions: [
          {
            storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL,
            transitionAfter: Duration.days(COLD_AFTER_DAYS),
          },
        ],
      },
    ],
    removalPolicy: stage.keepsState ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(bucket).acknowledge({
    id: 'AwsSolutions-S1',
    reason:
      'Nobody reads archives in daily work, and a bucket of access logs would need logs of its own; CloudTrail data events tell who read one where that is wanted.',
  });
  fixLogicalId(bucket, 'OrdersArchive');
  return bucket;
}

/**
 * Has DynamoDB write the whole orders table to the bucket every month, from its own continuous
 * backup: no code of ours stands between an order and its archive, and the table does not feel it.
 */
export function archiveOnSchedule(
  scope: Construct,
  stage: Stage,
  input: { readonly table: Table; readonly bucket: Bucket; readonly key: Key | undefined },
): void {
  const { bucket, key, table } = input;
  const group = new Construct(scope, 'Archive');
  const role = new Role(group, 'Role', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    description: `What the monthly archive of ${stage.name} may do.`,
    inlinePolicies: {
      permissions: new PolicyDocument({
        statements: [
          allowed(['dynamodb:ExportTableToPointInTime'], table.tableArn),
          allowed(['s3:PutObject', 's3:AbortMultipartUpload'], bucket.arnForObjects(`${PREFIX}/*`)),
          ...(key === undefined
            ? []
            : [allowed(['kms:Decrypt', 'kms:GenerateDataKey'], key.keyArn)]),
        ],
      }),
    },
  });
  const exported = `hashkey-orders-${stage.name}-state:ExportsOutputFnGetAttOrdersArchiveArn739079C3`;
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::${exported}/${PREFIX}/*]`,
    reason:
      'DynamoDB names the objects of an export itself; the prefix bounds them to archives of orders in this one bucket.',
  });
  new CfnSchedule(group, 'Schedule', {
    name: `${stage.prefix}archive-orders`,
    description: 'Writes the orders table to its archive.',
    scheduleExpression: `rate(${ARCHIVE_EVERY_DAYS} days)`,
    flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 60 },
    target: {
      arn: 'arn:aws:scheduler:::aws-sdk:dynamodb:exportTableToPointInTime',
      roleArn: role.roleArn,
      input: Stack.of(scope).toJsonString({
        TableArn: table.tableArn,
        S3Bucket: bucket.bucketName,
        S3Prefix: PREFIX,
        ExportFormat: 'DYNAMODB_JSON',
      }),
    },
  });
}

function allowed(actions: readonly string[], on: string): PolicyStatement {
  return new PolicyStatement({ actions: [...actions], resources: [on] });
}
