import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { paginateListSecrets, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { AwsCredentials } from '../../client/index.ts';
import { STAGES, secretsPrefixOf } from '../../infra/stages.ts';
import type { ConsoleOptions } from '../options.ts';

/** How full a queue is. Counts are SQS's own, which are approximate. */
export interface QueueState {
  readonly name: string;
  readonly waiting: number;
  readonly inFlight: number;
  /** Of the oldest message, in seconds; absent where nobody measures it. */
  readonly oldestAgeS?: number;
}

/** What the stage tells besides its API, with the caller's credentials. */
export interface StageFacts {
  /** Ids of the accounts that have a secret. Reads names, never values. */
  accountIds(): Promise<readonly string[]>;
  queues(): Promise<readonly QueueState[]>;
  /** Temporary ones are asked for anew when they grow old. */
  readonly credentials: () => Promise<AwsCredentials>;
}

const QUEUES = ['orders.fifo', 'cancels.fifo', 'orders-dead-letter.fifo'] as const;
const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
/** A hundred accounts each. */
const SECRET_PAGES_MAX = 5;
/** SQS reports once a minute; what is older says nothing of now. */
const METRIC_AGE_MS = 10 * 60_000;
const METRIC_PERIOD_S = 60;

/** An API of this machine without the services of a stage: nothing else is known of it. */
const ALONE: StageFacts = {
  accountIds: async () => [],
  queues: async () => [],
  credentials: () => Promise.reject(new Error('an API of this machine takes no signature')),
};

/** Connects to the services of a stage; the local stack takes any credentials. */
export function stageFactsOf(options: ConsoleOptions): StageFacts {
  const { awsEndpoint, region } = options;
  if (awsEndpoint === undefined && region === undefined) return ALONE;
  const stage = STAGES[options.stage];
  const client = {
    region: region ?? 'us-east-1',
    ...(awsEndpoint === undefined
      ? {}
      : {
          endpoint: awsEndpoint,
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        }),
  };
  const sqs = new SQSClient(client);
  const secrets = new SecretsManagerClient(client);
  const metrics = region === undefined ? undefined : new CloudWatchClient(client);

  return {
    credentials: () => sqs.config.credentials(),
    async accountIds() {
      const folder = `${secretsPrefixOf(stage)}/accounts/`;
      const found: string[] = [];
      const filter = { Filters: [{ Key: 'name' as const, Values: [folder] }] };
      let pages = 0;
      for await (const page of paginateListSecrets({ client: secrets }, filter)) {
        for (const { Name = '' } of page.SecretList ?? []) {
          if (Name.startsWith(folder)) found.push(Name.slice(folder.length));
        }
        pages += 1;
        if (pages >= SECRET_PAGES_MAX) break;
      }
      return found.sort();
    },
    async queues() {
      const names = QUEUES.map((name) => `${stage.prefix}${name}`);
      const ages = metrics === undefined ? new Map() : await agesOf(metrics, names);
      return Promise.all(
        names.map(async (name, index) => {
          const age: number | undefined = ages.get(name);
          const counts = await countsOf(sqs, name);
          const shown = QUEUES[index] ?? name;
          return { name: shown, ...counts, ...(age === undefined ? {} : { oldestAgeS: age }) };
        }),
      );
    },
  };
}

async function countsOf(sqs: SQSClient, name: string) {
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] }),
  );
  const [waiting = 0, inFlight = 0] = COUNTS.map((count) => Number(Attributes[count] ?? 0));
  return { waiting, inFlight };
}

/** The newest value of each queue, one question for all. */
async function agesOf(
  metrics: CloudWatchClient,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const now = Date.now();
  const { MetricDataResults = [] } = await metrics.send(
    new GetMetricDataCommand({
      StartTime: new Date(now - METRIC_AGE_MS),
      EndTime: new Date(now),
      ScanBy: 'TimestampDescending',
      MetricDataQueries: names.map((name, index) => ({
        Id: `q${index}`,
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName: 'ApproximateAgeOfOldestMessage',
            Dimensions: [{ Name: 'QueueName', Value: name }],
          },
          Period: METRIC_PERIOD_S,
          Stat: 'Maximum',
        },
      })),
    }),
  );
  return new Map(
    MetricDataResults.flatMap(({ Id, Values }) => {
      const name = names[Number(Id?.slice(1))];
      const newest = Values?.[0];
      return name === undefined || newest === undefined ? [] : [[name, newest] as const];
    }),
  );
}
