import * as z from 'zod/mini';
import type {
  EventBusDescription,
  IndexDescription,
  KeyDescription,
  QueueDescription,
  TableDescription,
} from './description.ts';
import { readResources } from './read-resources.ts';
import { TemplateError } from './template-error.ts';

type Source = Parameters<typeof readResources>[0];

const scalar = z.union([z.string(), z.number(), z.boolean()]);

const queueSchema = z.object({
  FifoQueue: z.optional(z.union([z.boolean(), z.literal('true'), z.literal('false')])),
  ContentBasedDeduplication: z.optional(scalar),
  DeduplicationScope: z.optional(z.string()),
  FifoThroughputLimit: z.optional(z.string()),
  VisibilityTimeout: z.optional(z.coerce.number()),
  MessageRetentionPeriod: z.optional(scalar),
  DelaySeconds: z.optional(scalar),
  ReceiveMessageWaitTimeSeconds: z.optional(scalar),
  MaximumMessageSize: z.optional(scalar),
  RedrivePolicy: z.optional(
    z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() }),
  ),
});

/** SQS's own default. */
const VISIBILITY_TIMEOUT_DEFAULT_SECONDS = 30;

/** Answers which queues there are, each redrive policy with the name of the queue it points at. */
export function readQueues(source: Source): QueueDescription[] {
  const found = readResources(source, ['AWS::SQS::Queue'], queueSchema);
  const names = new Map(
    found.map(({ identity }) => [identity.attributes.Arn, identity.attributes.QueueName]),
  );

  return found.map(({ logicalId, stack, identity, properties }) => {
    const { RedrivePolicy: policy, FifoQueue: fifo, ...rest } = properties;
    const isFifo = String(fifo) === 'true';
    const name = String(identity.attributes.QueueName);
    const deadLetterQueueName = names.get(policy?.deadLetterTargetArn);
    const place = { stackName: stack.stackName, logicalId, property: 'RedrivePolicy' };
    if (policy !== undefined && deadLetterQueueName === undefined) {
      throw new TemplateError(place, `no queue here has the ARN ${policy.deadLetterTargetArn}`);
    }
    if (name.endsWith('.fifo') !== isFifo) {
      const problem = `${name}: names of FIFO queues, and only those, end in .fifo`;
      throw new TemplateError({ ...place, property: 'QueueName' }, problem);
    }

    const all = { ...rest, ...(isFifo && { FifoQueue: true }) };
    const attributes = Object.fromEntries(
      Object.entries(all).map(([attribute, value]) => [attribute, String(value)]),
    );
    const seconds = properties.VisibilityTimeout ?? VISIBILITY_TIMEOUT_DEFAULT_SECONDS;
    return {
      logicalId,
      name,
      arn: String(identity.attributes.Arn),
      url: identity.ref,
      fifo: isFifo,
      visibilityTimeoutMs: seconds * 1000,
      attributes: { ...attributes, ...(policy && { RedrivePolicy: JSON.stringify(policy) }) },
      ...(policy !== undefined &&
        deadLetterQueueName !== undefined && {
          redrive: { deadLetterQueueName, maxReceiveCount: policy.maxReceiveCount },
        }),
    };
  });
}

const keySchema = z.array(
  z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }),
);

const recoverySchema = z.optional(
  z.object({ PointInTimeRecoveryEnabled: z.optional(z.boolean()) }),
);

const tableSchema = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  GlobalSecondaryIndexes: z.optional(
    z.array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({
          ProjectionType: z.optional(z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE'])),
          NonKeyAttributes: z.optional(z.array(z.string())),
        }),
      }),
    ),
  ),
  StreamSpecification: z.optional(
    z.object({
      StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']),
    }),
  ),
  TimeToLiveSpecification: z.optional(
    z.object({ AttributeName: z.optional(z.string()), Enabled: z.boolean() }),
  ),
  PointInTimeRecoverySpecification: recoverySchema,
  // A global table has it per replica; here there is one.
  Replicas: z.optional(z.array(z.object({ PointInTimeRecoverySpecification: recoverySchema }))),
});

/** Answers which tables there are, with their keys, indexes and streams. */
export function readTables(source: Source): TableDescription[] {
  const types = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'];
  return readResources(source, types, tableSchema).map(({ logicalId, identity, properties }) => {
    const viewType = properties.StreamSpecification?.StreamViewType;
    const timeToLive = properties.TimeToLiveSpecification;
    const recovery = [properties, ...(properties.Replicas ?? [])].some(
      (place) => place.PointInTimeRecoverySpecification?.PointInTimeRecoveryEnabled === true,
    );
    return {
      logicalId,
      name: identity.ref,
      arn: String(identity.attributes.Arn),
      ...readKeys(properties.KeySchema),
      attributes: properties.AttributeDefinitions.map((definition) => ({
        name: definition.AttributeName,
        type: definition.AttributeType,
      })),
      globalSecondaryIndexes: (properties.GlobalSecondaryIndexes ?? []).map(
        (index): IndexDescription => ({
          name: index.IndexName,
          ...readKeys(index.KeySchema),
          projection: index.Projection.ProjectionType ?? 'ALL',
          nonKeyAttributes: index.Projection.NonKeyAttributes ?? [],
        }),
      ),
      pointInTimeRecovery: recovery,
      ...(timeToLive?.Enabled === true &&
        timeToLive.AttributeName !== undefined && {
          timeToLiveAttribute: timeToLive.AttributeName,
        }),
      ...(viewType !== undefined && {
        stream: { viewType, arn: String(identity.attributes.StreamArn) },
      }),
    };
  });
}

function readKeys(schema: z.infer<typeof keySchema>): KeyDescription {
  const partition = schema.find((element) => element.KeyType === 'HASH');
  const sort = schema.find((element) => element.KeyType === 'RANGE');
  return {
    partitionKey: partition?.AttributeName ?? '',
    ...(sort !== undefined && { sortKey: sort.AttributeName }),
  };
}

/** Answers which event buses there are, besides the default one. */
export function readEventBuses(source: Source): EventBusDescription[] {
  return readResources(source, ['AWS::Events::EventBus'], z.object({})).map(
    ({ logicalId, identity }) => ({
      logicalId,
      name: identity.ref,
      arn: String(identity.attributes.Arn),
    }),
  );
}
