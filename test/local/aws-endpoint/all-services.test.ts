import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type AwsEndpoint,
  startAwsEndpoint,
} from '../../../local/aws-endpoint/start-aws-endpoint.ts';
import { type LocalDynamoDb, openDynamoDb } from '../../../local/dynamodb/open-dynamodb.ts';
import {
  createEventBridge,
  type LocalEventBridge,
} from '../../../local/eventbridge/create-event-bridge.ts';
import {
  createSecretsManager,
  type LocalSecretsManager,
} from '../../../local/secrets-manager/create-secrets-manager.ts';
import { createSqs, type Sqs } from '../../../local/sqs/create-sqs.ts';
import { clientOf } from '../dynamodb/dynamodb-under-test.ts';

const clock = { now: () => Date.now() };
let directory: string;
let dynamodb: LocalDynamoDb;
let secretsManager: LocalSecretsManager;
let eventBridge: LocalEventBridge;
let sqs: Sqs;
let endpoint: AwsEndpoint;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'local-stack-'));
  const file = (name: string) => join(directory, `${name}.sqlite`);
  dynamodb = await openDynamoDb({ directory: join(directory, 'dynamodb'), clock });
  secretsManager = createSecretsManager({ file: file('secrets'), clock });
  eventBridge = createEventBridge({ file: file('events'), clock });
  sqs = createSqs({ file: file('queues'), clock, baseUrl: () => endpoint.url });
  const services = { dynamodb, secretsManager, eventBridge, sqs };
  endpoint = await startAwsEndpoint({ port: 0, services });
});
afterAll(async () => {
  await endpoint.close();
  sqs.close();
  eventBridge.close();
  secretsManager.close();
  await dynamodb.close();
  rmSync(directory, { recursive: true, force: true });
});

function settings() {
  return {
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  };
}

describe('one endpoint', () => {
  it('serves a message that arrives while a client waits for it', async () => {
    const client = new SQSClient(settings());
    const Attributes = { FifoQueue: 'true' };
    const queue = { QueueName: 'orders.fifo', Attributes };
    const { QueueUrl } = await client.send(new CreateQueueCommand(queue));
    expect(QueueUrl).toBe(`${endpoint.url}/000000000000/orders.fifo`);

    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 });
    const received = client.send(receive);
    const message = { MessageBody: '{}', MessageGroupId: 'g', MessageDeduplicationId: '1' };
    await client.send(new SendMessageCommand({ QueueUrl, ...message }));
    expect((await received).Messages?.map(({ Body }) => Body)).toEqual(['{}']);
    client.destroy();
  });

  it('serves items through the document client', async () => {
    await dynamodb.createTable({
      TableName: 'rate-budgets',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
    const client = clientOf(endpoint.url);
    const documents = DynamoDBDocumentClient.from(client);
    const Item = { id: 'key-1#order', slots: [1, 2] };
    await documents.send(new PutCommand({ TableName: 'rate-budgets', Item }));
    const found = await documents.send(
      new GetCommand({ TableName: 'rate-budgets', Key: { id: Item.id } }),
    );
    expect(found.Item).toEqual(Item);
    const tables = await client.send(new ListTablesCommand({}));
    expect(tables.TableNames).toEqual(['rate-budgets']);
    client.destroy();
  });

  it('serves a secret that the stack put', async () => {
    const client = new SecretsManagerClient(settings());
    secretsManager.putSecret('producers/demo', '{"secrets":[]}');
    const found = await client.send(new GetSecretValueCommand({ SecretId: 'producers/demo' }));
    expect(found.SecretString).toBe('{"secrets":[]}');
    client.destroy();
  });

  it('takes an event', async () => {
    const client = new EventBridgeClient(settings());
    const Entries = [{ Source: 'test', DetailType: 'order.filled', Detail: '{}' }];
    await client.send(new PutEventsCommand({ Entries }));
    expect(eventBridge.events('default', 0, 10)).toHaveLength(1);
    client.destroy();
  });
});
