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
import * as z from 'zod/mini';
import { FUNCTIONS } from '../../infra/functions.ts';
import { ACCOUNT_ID, type Emulator, REGION } from './emulator.ts';

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
  /** Everything that the functions logged. */
  logs(): Promise<string>;
  close(): void;
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
    credentials: { accessKeyId: ACCOUNT_ID, secretAccessKey: 'emulated' },
  };
  const sqs = new SQSClient(settings);
  const secrets = new SecretsManagerClient(settings);
  const bus = new EventBridgeClient(settings);
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

    async logs() {
      const lines = await Promise.all(
        FUNCTIONS.map(({ name }) => logOf(url, `/aws/lambda/${PREFIX}${name}`)),
      );
      return lines.join('\n');
    },

    close() {
      for (const client of [sqs, secrets, bus]) client.destroy();
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
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Logs_20140328.FilterLogEvents',
        authorization: `AWS4-HMAC-SHA256 Credential=${ACCOUNT_ID}/20260101/${REGION}/logs/aws4_request, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify({ logGroupName, ...(nextToken === undefined ? {} : { nextToken }) }),
    });
    const { events, nextToken: next } = logsSchema.parse(await answer.json());
    text += events.map(({ message }) => message).join('\n');
    if (next === undefined || next === nextToken) break;
    nextToken = next;
  }
  return text;
}
