/** What the synthesized templates say is to run here: plain data, all references resolved. */
export type StackDescription = {
  readonly queues: readonly QueueDescription[];
  readonly tables: readonly TableDescription[];
  readonly eventBuses: readonly EventBusDescription[];
  readonly functions: readonly FunctionDescription[];
  readonly sqsMappings: readonly SqsMappingDescription[];
  readonly streamMappings: readonly StreamMappingDescription[];
  readonly httpApis: readonly HttpApiDescription[];
  readonly schedules: readonly ScheduleDescription[];
};

export type QueueDescription = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly fifo: boolean;
  readonly visibilityTimeoutMs: number;
  /** As CreateQueue takes them, RedrivePolicy included: names of the SQS API, values as text. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly redrive?: { readonly deadLetterQueueName: string; readonly maxReceiveCount: number };
};

export type KeyDescription = { readonly partitionKey: string; readonly sortKey?: string };

export type IndexDescription = KeyDescription & {
  readonly name: string;
  readonly projection: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  readonly nonKeyAttributes: readonly string[];
};

export type TableDescription = KeyDescription & {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  readonly attributes: readonly { readonly name: string; readonly type: 'S' | 'N' | 'B' }[];
  readonly globalSecondaryIndexes: readonly IndexDescription[];
  readonly timeToLiveAttribute?: string;
  readonly pointInTimeRecovery: boolean;
  readonly stream?: { readonly viewType: StreamViewType; readonly arn: string };
};

export type StreamViewType = 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';

export type EventBusDescription = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
};

export type FunctionDescription = {
  readonly logicalId: string;
  readonly name: string;
  readonly arn: string;
  /** `index.handler`: file without its ending, then the export. */
  readonly handler: string;
  /** Absolute directory of the bundled code. */
  readonly codeDirectory: string;
  readonly timeoutMs: number;
  readonly memoryMb: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroupName: string;
  readonly reservedConcurrency?: number;
};

export type SqsMappingDescription = {
  readonly logicalId: string;
  readonly queueName: string;
  readonly queueArn: string;
  readonly visibilityTimeoutMs: number;
  readonly functionName: string;
  readonly functionTimeoutMs: number;
  readonly batchSize: number;
  readonly reportBatchItemFailures: boolean;
  readonly maximumConcurrency?: number;
  readonly enabled: boolean;
};

export type StreamMappingDescription = {
  readonly logicalId: string;
  readonly tableName: string;
  readonly streamArn: string;
  readonly functionName: string;
  readonly batchSize: number;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly reportBatchItemFailures: boolean;
  readonly bisectOnError: boolean;
  /** Absent: until the record is too old. */
  readonly maximumRetryAttempts?: number;
  /** Absent: no age is too old. */
  readonly maximumRecordAgeMs?: number;
  readonly parallelizationFactor: number;
  readonly onFailureArn?: string;
  readonly enabled: boolean;
};

export type RouteDescription = {
  /** `POST /v1/orders`, `ANY /v1/{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly functionName: string;
  readonly authorizationType: 'NONE' | 'AWS_IAM';
};

export type HttpApiDescription = {
  readonly logicalId: string;
  readonly apiId: string;
  readonly name: string;
  readonly routes: readonly RouteDescription[];
};

export type ScheduleDescription = {
  readonly logicalId: string;
  readonly arn: string;
  readonly source: 'aws.events' | 'aws.scheduler';
  /** `rate(1 minute)` or `cron(...)`, in UTC. */
  readonly expression: string;
  readonly functionName: string;
  /** Absent: the function receives the standard scheduled event. */
  readonly input?: unknown;
  readonly enabled: boolean;
};
