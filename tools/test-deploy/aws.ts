import { CloudWatchClient, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient, UpdateContinuousBackupsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { AwsV4Signer } from 'aws4fetch';
import * as z from 'zod/mini';
import { FUNCTIONS } from '../../infra/functions.ts';
import { ACCOUNT_ID, type Emulator, REGION, SECRET_KEY } from './emulator.ts';

/** What the test does with the emulated account besides deploying and calling the API. */
export interface Aws {
  putSecret(name: string, value: unknown): Promise<void>;
  sendOrder(message: {
    readonly body: string;
    readonly group: string;
    readonly id: string;
  }): Promise<void>;
  /** Messages in a queue of the stage, hidden ones too. */
  waiting(queue: string): Promise<number>;
  /** Subscribes to everything on the bus; then `events` gives what came. */
  subscribe(): Promise<void>;
  events(): Promise<readonly BusEvent[]>;
  /** Turns recovery of the tables on, which the emulator's CloudFormation leaves out. */
  completeTables(): Promise<void>;
  /** Records a value as the services of AWS do by themselves; the emulator's do not. */
  putMetric(namespace: string, metric: Metric): Promise<void>;
  /** Everything that the functions logged. */
  logs(): Promise<string>;
  close(): void;
}

/** A value of one dimension, named without the stage's prefix. */
export interface Metric {
  readonly name: string;
  readonly of: Readonly<Record<string, string>>;
  readonly value: number;
}

/** One event as a consumer of the bus gets it. */
export interface BusEvent {
  readonly order: string;
  readonly sequence: number;
  readonly at: number;
}

const PREFIX = 'hashkey-orders-sandbox-';
const WITNESS = 'witness';
const IDLE_RECEIVES = 3;

const eventSchema = z.object({
  detail: z.object({
    accountId: z.string(),
    clientOrderId: z.string(),
    sequence: z.number(),
  }),
});

/** Opens clients that talk to the emulator alone. */
export function awsOf({ url }: Emulator): Aws {
  const settings = {
    endpoint: url,
    region: REGION,
    credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: SECRET_KEY },
  };
  const sqs = new SQSClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const bus = new EventBridgeClient(settings);
  const tables = new DynamoDBClient(settings);
  const metrics = new CloudWatchClient(settings);
  const urlOf = async (name: string) => {
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    return QueueUrl ?? '';
  };
  let witnessUrl = '';

  return {
    async putSecret(name, value) {
      const SecretString = JSON.stringify(value);
      await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
    },

    async sendOrder({ body, group, id }) {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: await urlOf(`${PREFIX}orders.fifo`),
          MessageBody: body,
          MessageGroupId: group,
          MessageDeduplicationId: id,
        }),
      );
    },

    async waiting(queue) {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: await urlOf(`${PREFIX}${queue}`),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      );
      return Object.values(Attributes).reduce((sum, text) => sum + Number(text), 0);
    },

    async subscribe() {
      const created = await sqs.send(new CreateQueueCommand({ QueueName: WITNESS }));
      witnessUrl = created.QueueUrl ?? '';
      const EventBusName = `${PREFIX}orders`;
      const EventPattern = JSON.stringify({ source: [{ prefix: '' }] });
      await bus.send(new PutRuleCommand({ Name: WITNESS, EventBusName, EventPattern }));
      const Arn = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${WITNESS}`;
      const Targets = [{ Id: WITNESS, Arn }];
      await bus.send(new PutTargetsCommand({ Rule: WITNESS, EventBusName, Targets }));
    },

    async events() {
      const all: BusEvent[] = [];
      for (let idle = 0; idle < IDLE_RECEIVES; ) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: witnessUrl,
            MaxNumberOfMessages: 10,
            WaitTimeSeconds: 1,
            MessageSystemAttributeNames: ['SentTimestamp'],
          }),
        );
        idle = Messages.length === 0 ? idle + 1 : 0;
        for (const { Body, Attributes } of Messages) {
          const { detail } = eventSchema.parse(JSON.parse(Body ?? '{}'));
          const order = `${detail.accountId}/${detail.clientOrderId}`;
          all.push({ order, sequence: detail.sequence, at: Number(Attributes?.SentTimestamp) });
        }
        if (Messages.length === 0) continue;
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: ReceiptHandle ?? '',
        }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: witnessUrl, Entries }));
      }
      return all;
    },

    async completeTables() {
      for (const name of ['orders', 'rate-budgets', 'results']) {
        const PointInTimeRecoverySpecification = { PointInTimeRecoveryEnabled: true };
        const TableName = `${PREFIX}${name}`;
        await tables.send(
          new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }),
        );
      }
    },

    async putMetric(Namespace, { name, of, value }) {
      const Dimensions = Object.entries(of).map(([Name, Value]) => ({
        Name,
        Value: `${PREFIX}${Value}`,
      }));
      const MetricData = [{ MetricName: name, Dimensions, Value: value, Timestamp: new Date() }];
      await metrics.send(new PutMetricDataCommand({ Namespace, MetricData }));
    },

    async logs() {
      const lines = await Promise.all(
        FUNCTIONS.map(({ name }) => logOf(url, `/aws/lambda/${PREFIX}${name}`)),
      );
      return lines.join('\n');
    },

    close() {
      for (const client of [sqs, secrets, bus, tables, metrics]) client.destroy();
    },
  };
}

const logsSchema = z.object({
  events: z.array(z.object({ message: z.string() })),
  nextToken: z.optional(z.string()),
});
const LOG_PAGES_MAX = 200;

/** Reads a log group to its end, by the service's own protocol: no client for it is needed else. */
async function logOf(url: string, logGroupName: string): Promise<string> {
  let text = '';
  let nextToken: string | undefined;
  for (let page = 0; page < LOG_PAGES_MAX; page += 1) {
    const body = JSON.stringify({
      logGroupName,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    const signer = new AwsV4Signer({
      method: 'POST',
      url,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Logs_20140328.FilterLogEvents',
      },
      body,
      service: 'logs',
      region: REGION,
      accessKeyId: ACCOUNT_ID,
      secretAccessKey: SECRET_KEY,
    });
    const { headers } = await signer.sign();
    const answer = await fetch(url, { method: 'POST', headers, body });
    const { events, nextToken: next } = logsSchema.parse(await answer.json());
    text += events.map(({ message }) => message).join('\n');
    if (next === undefined || next === nextToken) break;
    nextToken = next;
  }
  return text;
}
