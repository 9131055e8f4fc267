import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import {
  GetQueueUrlCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningStack, startRunningStack } from '../support/running-stack.ts';

let running: RunningStack;
let sqs: SQSClient;
let queueUrl: string;

const market = { symbol: 'BTCUSD', side: 'BUY', type: 'MARKET', quantity: '0.01' };
const clientOptions = () => ({
  endpoint: running.stack.awsUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
});

beforeAll(async () => {
  running = await startRunningStack({ accounts: 2 });
  sqs = new SQSClient(clientOptions());
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'orders.fifo' }));
  queueUrl = QueueUrl ?? '';
}, 120_000);

afterAll(() => running.stop());

function send(text: string, id: string) {
  return sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: text,
      MessageGroupId: 'any-group',
      MessageDeduplicationId: id,
    }),
  );
}

describe('an order from a signed webhook', () => {
  const text = JSON.stringify({ accountId: 'desk-1', ...market });

  it('is accepted, placed and told apart from its repeat', async () => {
    const first = await running.webhook(text, { id: 'delivery-1' });
    expect(first.status).toBe(202);
    const id = String(first.body.clientOrderId);
    await running.until('desk-1', id, ['NEW', 'FILLED']);

    const repeat = await running.webhook(text, { id: 'delivery-1' });
    expect(repeat).toMatchObject({ status: 200, body: { clientOrderId: id } });
    expect(running.desk.simulator.admin.orders({ clientOrderId: id })).toHaveLength(1);
  });

  it('of the same id and another body is refused with the hash of the first', async () => {
    const other = await running.webhook(text.replace('0.01', '0.02'), { id: 'delivery-1' });
    expect(other.status).toBe(409);
    expect(other.body.requestHash).toMatch(/^[0-9a-f]{64}$/);
  });

  const now = Math.floor(Date.now() / 1_000);
  it.each([
    ['a tampered body', { sentText: text.replace('0.01', '9.01') }],
    ['a stale timestamp', { timestamp: now - 600 }],
    ['a timestamp ahead of time', { timestamp: now + 600 }],
    ['a missing signature', { signature: '' }],
    [
      'a signature by another secret',
      { secret: `whsec_${Buffer.alloc(32, 9).toString('base64')}` },
    ],
  ])('with %s is refused with 401', async (_what, changes) => {
    const answer = await running.webhook(text, { id: 'never', ...changes });
    expect(answer.status).toBe(401);
    expect(answer.contentType).toBe('application/problem+json');
    expect(String(answer.body.detail)).not.toMatch(/v1,[A-Za-z0-9+/]{9}/);
  });

  it('F64 replayed from long ago is refused', async () => {
    const old = now - 3_600;
    const answer = await running.webhook(text, { id: 'delivery-1', timestamp: old });
    expect(answer.status).toBe(401);
    expect(String(answer.body.detail)).toContain('timestamp');
  });

  it('for an account that its producer may not trade is refused with 403', async () => {
    const foreign = JSON.stringify({ accountId: 'desk-9', ...market });
    expect((await running.webhook(foreign, { id: 'foreign' })).status).toBe(403);
  });
});

describe('an order put straight on the queue by another producer', () => {
  it('is placed', async () => {
    const body = { accountId: 'desk-2', clientOrderId: 'direct-1', ...market };
    await send(JSON.stringify(body), 'direct-1');
    await running.until('desk-2', 'direct-1', ['NEW', 'FILLED']);
  });

  it('F41 that can never be parsed is put aside, and its group goes on', async () => {
    await send('not JSON at all', 'poison-1');
    const body = { accountId: 'desk-2', clientOrderId: 'direct-2', ...market };
    await send(JSON.stringify(body), 'direct-2');
    await running.until('desk-2', 'direct-2', ['NEW', 'FILLED']);

    const name = 'orders-dead-letter.fifo';
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'], WaitTimeSeconds: 5 }),
    );
    expect(Messages[0]).toMatchObject({ Body: 'not JSON at all' });
    expect(Messages[0]?.MessageAttributes?.reason?.StringValue).toContain('body');
  });
});

describe('the AWS endpoint', () => {
  it('shows queues, tables and secrets under the names of the templates', async () => {
    const queues = await sqs.send(new ListQueuesCommand({}));
    expect(queues.QueueUrls?.map((url) => url.split('/').at(-1)).sort()).toEqual([
      'cancels.fifo',
      'orders-dead-letter.fifo',
      'orders.fifo',
      'results-dead-letter.fifo',
      'results.fifo',
    ]);
    const dynamoDb = new DynamoDBClient(clientOptions());
    expect((await dynamoDb.send(new ListTablesCommand({}))).TableNames?.sort()).toEqual([
      'orders',
      'rate-budgets',
      'results',
    ]);
    const secrets = new SecretsManagerClient(clientOptions());
    const { SecretList = [] } = await secrets.send(new ListSecretsCommand({}));
    expect(SecretList.map(({ Name }) => Name).sort()).toEqual([
      'hashkey-orders/local/accounts/desk-1',
      'hashkey-orders/local/accounts/desk-2',
      'hashkey-orders/local/producers/demo',
    ]);
  });
});

describe('an account', () => {
  it('shows its budgets and gates, never a key', async () => {
    const { status, body } = await running.get('/v1/accounts/desk-1');
    expect(status).toBe(200);
    expect(body).toMatchObject({ accountId: 'desk-1', halted: false });
    const text = JSON.stringify(body);
    for (const { keys } of Object.values(running.desk.configuration.accounts)) {
      expect(keys).toBeDefined();
      for (const { apiKey, apiSecret } of keys as { apiKey: string; apiSecret: string }[]) {
        expect(text).not.toContain(apiKey);
        expect(text).not.toContain(apiSecret);
      }
    }
  });

  it('that is halted denies new orders until it is not', async () => {
    const halt = { halted: true, reason: 'drill' };
    expect((await running.put('/v1/accounts/desk-2/halt', halt)).body).toMatchObject(halt);
    await running.post('/v1/orders', { accountId: 'desk-2', clientOrderId: 'halted-1', ...market });
    const denied = await running.until('desk-2', 'halted-1', ['DENIED']);
    expect(denied.rejection).toMatchObject({ code: 'ACCOUNT_HALTED' });

    await running.put('/v1/accounts/desk-2/halt', { halted: false });
    await running.post('/v1/orders', { accountId: 'desk-2', clientOrderId: 'halted-2', ...market });
    await running.until('desk-2', 'halted-2', ['NEW', 'FILLED']);
  });
});

describe('the list of orders', () => {
  it('is newest first and pages by cursor', async () => {
    const first = await running.get('/v1/orders?accountId=desk-2&limit=2');
    const ids = (page: typeof first) =>
      (page.body.orders as { clientOrderId: string }[]).map(({ clientOrderId }) => clientOrderId);
    expect(ids(first)).toEqual(['halted-2', 'halted-1']);
    const cursor = encodeURIComponent(String(first.body.cursor));
    const second = await running.get(`/v1/orders?accountId=desk-2&limit=2&cursor=${cursor}`);
    expect(ids(second)).toEqual(['direct-2', 'direct-1']);
  });

  it.each([
    ['limit=0', 'limit'],
    ['status=OPEN', 'status'],
    ['cursor=nonsense', 'cursor'],
    ['colour=red', 'colour'],
  ])('refuses %s and names the parameter', async (query, field) => {
    const answer = await running.get(`/v1/orders?accountId=desk-2&${query}`);
    expect(answer.status).toBe(400);
    expect(answer.body.errors?.map((error) => error.field)).toEqual([field]);
  });
});
