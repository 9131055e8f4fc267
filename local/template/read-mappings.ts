import * as z from 'zod/mini';
import type {
  FunctionDescription,
  QueueDescription,
  SqsMappingDescription,
  StreamMappingDescription,
  TableDescription,
} from './description.ts';
import { type Found, readResources } from './read-resources.ts';
import { findFunction } from './read-triggers.ts';
import { TemplateError } from './template-error.ts';

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  BatchSize: z.optional(z.coerce.number()),
  Enabled: z.optional(z.boolean()),
  FunctionResponseTypes: z.optional(z.array(z.string())),
  ScalingConfig: z.optional(z.object({ MaximumConcurrency: z.optional(z.coerce.number()) })),
  MaximumBatchingWindowInSeconds: z.optional(z.coerce.number()),
  StartingPosition: z.optional(z.string()),
  BisectBatchOnFunctionError: z.optional(z.boolean()),
  MaximumRetryAttempts: z.optional(z.coerce.number()),
  MaximumRecordAgeInSeconds: z.optional(z.coerce.number()),
  ParallelizationFactor: z.optional(z.coerce.number()),
  DestinationConfig: z.optional(
    z.object({ OnFailure: z.optional(z.object({ Destination: z.string() })) }),
  ),
  FilterCriteria: z.optional(z.unknown()),
});

type Mapping = Found<z.infer<typeof mappingSchema>>;

type Source = Parameters<typeof readResources>[0] & {
  readonly functions: readonly FunctionDescription[];
  readonly queues: readonly QueueDescription[];
  readonly tables: readonly TableDescription[];
};

/** Lambda's own defaults and limits. */
const QUEUE_BATCH_DEFAULT = 10;
const FIFO_BATCH_MAX = 10;
const STREAM_BATCH_DEFAULT = 100;

/**
 * Answers which queues and streams feed which functions.
 *
 * @throws TemplateError for what the real service would refuse to create, too
 */
export function readMappings(source: Source): {
  sqs: SqsMappingDescription[];
  streams: StreamMappingDescription[];
} {
  const sqs: SqsMappingDescription[] = [];
  const streams: StreamMappingDescription[] = [];
  for (const mapping of readResources(source, ['AWS::Lambda::EventSourceMapping'], mappingSchema)) {
    const { EventSourceArn: arn, FunctionName: reference, FilterCriteria } = mapping.properties;
    if (FilterCriteria !== undefined) refuse(mapping, 'FilterCriteria', 'is not supported here');
    const target = findFunction(reference, source.functions);
    const queue = source.queues.find((candidate) => candidate.arn === arn);
    const table = source.tables.find((candidate) => candidate.stream?.arn === arn);
    if (target === undefined) {
      refuse(mapping, 'FunctionName', `${reference} is no function of this assembly`);
    } else if (queue !== undefined) {
      sqs.push(describeSqs(mapping, queue, target));
    } else if (table !== undefined) {
      streams.push(describeStream(mapping, table, target));
    } else {
      refuse(mapping, 'EventSourceArn', `${arn} is no queue and no table stream of this assembly`);
    }
  }
  return { sqs, streams };
}

function describeSqs(
  mapping: Mapping,
  queue: QueueDescription,
  target: FunctionDescription,
): SqsMappingDescription {
  const { properties } = mapping;
  const batchSize = properties.BatchSize ?? QUEUE_BATCH_DEFAULT;
  const maximumConcurrency = properties.ScalingConfig?.MaximumConcurrency;
  if (queue.fifo && batchSize > FIFO_BATCH_MAX) {
    refuse(
      mapping,
      'BatchSize',
      `${batchSize} is above ${FIFO_BATCH_MAX}, the most a FIFO queue has`,
    );
  }
  if (queue.fifo && (properties.MaximumBatchingWindowInSeconds ?? 0) > 0) {
    refuse(mapping, 'MaximumBatchingWindowInSeconds', 'FIFO queues have no batching window');
  }
  if (maximumConcurrency !== undefined && maximumConcurrency < 2) {
    refuse(mapping, 'ScalingConfig.MaximumConcurrency', 'the least is 2');
  }
  if (target.timeoutMs > queue.visibilityTimeoutMs) {
    const problem =
      `the timeout of ${target.name} (${target.timeoutMs} ms) is above the visibility timeout ` +
      `of ${queue.name} (${queue.visibilityTimeoutMs} ms): messages would run twice`;
    refuse(mapping, 'FunctionName', problem);
  }
  return {
    logicalId: mapping.logicalId,
    queueName: queue.name,
    queueArn: queue.arn,
    visibilityTimeoutMs: queue.visibilityTimeoutMs,
    functionName: target.name,
    functionTimeoutMs: target.timeoutMs,
    batchSize,
    reportBatchItemFailures: reportsItemFailures(mapping),
    enabled: properties.Enabled ?? true,
    ...(maximumConcurrency !== undefined && { maximumConcurrency }),
  };
}

function describeStream(
  mapping: Mapping,
  table: TableDescription,
  target: FunctionDescription,
): StreamMappingDescription {
  const { properties } = mapping;
  const position = properties.StartingPosition;
  const attempts = properties.MaximumRetryAttempts;
  const ageSeconds = properties.MaximumRecordAgeInSeconds;
  const onFailureArn = properties.DestinationConfig?.OnFailure?.Destination;
  if (position !== 'TRIM_HORIZON' && position !== 'LATEST') {
    return refuse(mapping, 'StartingPosition', 'must be TRIM_HORIZON or LATEST');
  }
  return {
    logicalId: mapping.logicalId,
    tableName: table.name,
    streamArn: properties.EventSourceArn,
    functionName: target.name,
    batchSize: properties.BatchSize ?? STREAM_BATCH_DEFAULT,
    startingPosition: position,
    reportBatchItemFailures: reportsItemFailures(mapping),
    bisectOnError: properties.BisectBatchOnFunctionError ?? false,
    parallelizationFactor: properties.ParallelizationFactor ?? 1,
    enabled: properties.Enabled ?? true,
    // -1 is how the service writes "no limit".
    ...(attempts !== undefined && attempts >= 0 && { maximumRetryAttempts: attempts }),
    ...(ageSeconds !== undefined && ageSeconds >= 0 && { maximumRecordAgeMs: ageSeconds * 1000 }),
    ...(onFailureArn !== undefined && { onFailureArn }),
  };
}

function reportsItemFailures({ properties }: Mapping): boolean {
  return properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false;
}

function refuse({ stack, logicalId }: Mapping, property: string, problem: string): never {
  throw new TemplateError({ stackName: stack.stackName, logicalId, property }, problem);
}
