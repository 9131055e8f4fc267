// Each client as its documentation uses it, with kept connections and plain values in and out. All
// make the same two calls: a strongly consistent read, and an update under a condition.

import { Agent, request as httpRequest } from 'node:http';
import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';

const REGION = 'us-east-1';
const KEYS = { accessKeyId: 'local', secretAccessKey: 'local' };
const TABLE = 'orders';

const readInput = (key) => ({ TableName: TABLE, Key: key, ConsistentRead: true });
const writeInput = (key, version, status) => ({
  TableName: TABLE,
  Key: key,
  UpdateExpression: 'SET #status = :status, #version = :version',
  ConditionExpression: '#version = :expected',
  ExpressionAttributeNames: { '#status': 'status', '#version': 'version' },
  ExpressionAttributeValues: { ':status': status, ':version': version + 1, ':expected': version },
});
const plain = (input) => ({
  ...input,
  Key: marshall(input.Key),
  ...(input.ExpressionAttributeValues && {
    ExpressionAttributeValues: marshall(input.ExpressionAttributeValues),
  }),
});

/** Makes a client from a function that makes one call with attribute values. */
const overCalls = (call) => ({
  read: async (key) => unmarshall((await call('GetItem', plain(readInput(key)))).Item),
  write: (...change) => call('UpdateItem', plain(writeInput(...change))),
});

const post = (endpoint, operation, body) => ({
  method: 'POST',
  path: '/',
  headers: {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    host: endpoint.host,
  },
  body,
});

export const CLIENTS = {
  async 'SDK, document client'(endpoint) {
    const raw = new DynamoDBClient({ endpoint: endpoint.href, region: REGION, credentials: KEYS });
    const client = DynamoDBDocumentClient.from(raw);
    return {
      read: async (key) => (await client.send(new GetCommand(readInput(key)))).Item,
      write: (...change) => client.send(new UpdateCommand(writeInput(...change))),
    };
  },

  async 'SDK, attribute values'(endpoint) {
    const client = new DynamoDBClient({
      endpoint: endpoint.href,
      region: REGION,
      credentials: KEYS,
    });
    const commands = { GetItem: GetItemCommand, UpdateItem: UpdateItemCommand };
    return overCalls((operation, input) => client.send(new commands[operation](input)));
  },

  async 'aws-lite'(endpoint) {
    const { default: awsLite } = await import('@aws-lite/client');
    const plugin = await import('@aws-lite/dynamodb');
    const aws = await awsLite({
      ...KEYS,
      region: REGION,
      protocol: 'http',
      host: endpoint.hostname,
      port: Number(endpoint.port),
      keepAlive: true,
      plugins: [plugin],
    });
    return {
      read: async (key) => (await aws.DynamoDB.GetItem(readInput(key))).Item,
      write: (...change) => aws.DynamoDB.UpdateItem(writeInput(...change)),
    };
  },

  async aws4fetch(endpoint) {
    const { AwsClient } = await import('aws4fetch');
    const client = new AwsClient({ ...KEYS, region: REGION, service: 'dynamodb' });
    return overCalls(async (operation, input) => {
      const { path: _path, ...init } = post(endpoint, operation, JSON.stringify(input));
      const answer = await client.fetch(endpoint.href, init);
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    });
  },

  async 'aws4 over node:http'(endpoint) {
    const { default: aws4 } = await import('aws4');
    const agent = new Agent({ keepAlive: true });
    return overCalls((operation, input) => {
      const unsigned = post(endpoint, operation, JSON.stringify(input));
      const signed = aws4.sign({ ...unsigned, service: 'dynamodb', region: REGION }, KEYS);
      const { promise, resolve, reject } = Promise.withResolvers();
      const target = { hostname: endpoint.hostname, port: endpoint.port, agent };
      const sent = httpRequest({ ...signed, ...target }, (answer) => {
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8');
          if (answer.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(text));
        });
      });
      sent.on('error', reject);
      sent.end(signed.body);
      return promise;
    });
  },

  async ours(endpoint) {
    const { createDocuments } = await import('../../lib/adapters/dynamodb/documents.ts');
    const { systemClock } = await import('../../lib/adapters/system/clock.ts');
    const { systemRandom } = await import('../../lib/adapters/system/ids.ts');
    const { Secret } = await import('../../lib/application/secret.ts');
    const documents = createDocuments({
      endpoint: endpoint.href,
      region: REGION,
      credentials: { accessKeyId: 'local', secretAccessKey: new Secret('local') },
      clock: systemClock,
      random: systemRandom,
    });
    return {
      read: (key) => documents.get({ tableName: TABLE, key }),
      write: (...change) => documents.update(writeInput(...change)),
    };
  },
};
