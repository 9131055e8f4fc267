import {
  BatchGetItemCommand,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { errorOf, type Probe } from './probe.ts';
import { QUEUE_PROBES } from './queue-probes.ts';

const EXPRESSIONS = 'DynamoDB API reference, PutItem';

/** What the service relies on, asked in the same words of every AWS that it is tried on. */
export const PROBES: readonly Probe[] = [
  ...QUEUE_PROBES,
  {
    what: 'a conditional write that fails gives the item back when asked to',
    documented: 'stored',
    where: EXPRESSIONS,
    async run({ dynamoDb }, name) {
      await table(dynamoDb, name);
      const put = (value: string) =>
        dynamoDb.send(
          new PutItemCommand({
            TableName: name,
            Item: { id: { S: 'x' }, value: { S: value } },
            ConditionExpression: 'attribute_not_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
      await put('stored');
      try {
        await put('other');
      } catch (error) {
        const item = error instanceof Error && 'Item' in error ? error.Item : undefined;
        const text = JSON.stringify(item) ?? '';
        return text.includes('stored') ? 'stored' : 'without the item';
      }
      return 'written twice';
    },
  },
  {
    what: 'a number keeps 38 digits',
    documented: '12345678901234567890123456789012345678',
    where: 'DynamoDB developer guide, supported data types',
    async run({ dynamoDb }, name) {
      await table(dynamoDb, name);
      const amount = { N: '12345678901234567890123456789012345678' };
      await dynamoDb.send(
        new PutItemCommand({ TableName: name, Item: { id: { S: 'x' }, amount } }),
      );
      const Key = { id: { S: 'x' } };
      const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: name, Key }));
      return Item?.amount?.N ?? 'nothing';
    },
  },
  {
    what: 'an index cannot be read consistently',
    documented: 'ValidationException',
    where: 'DynamoDB API reference, Query',
    run: ({ dynamoDb }, name) =>
      errorOf(async () => {
        await table(dynamoDb, name);
        await dynamoDb.send(
          new QueryCommand({
            TableName: name,
            IndexName: 'by-value',
            ConsistentRead: true,
            KeyConditionExpression: '#v = :v',
            ExpressionAttributeNames: { '#v': 'value' },
            ExpressionAttributeValues: { ':v': { S: 'x' } },
          }),
        );
      }),
  },
  {
    what: 'one key twice in a batch is refused',
    documented: 'ValidationException',
    where: 'DynamoDB API reference, BatchGetItem',
    run: ({ dynamoDb }, name) =>
      errorOf(async () => {
        await table(dynamoDb, name);
        const Keys = [{ id: { S: 'x' } }, { id: { S: 'x' } }];
        await dynamoDb.send(new BatchGetItemCommand({ RequestItems: { [name]: { Keys } } }));
      }),
  },
  {
    what: 'an attribute that is no key may be an empty text',
    documented: 'no error',
    where: 'DynamoDB developer guide, supported data types',
    run: ({ dynamoDb }, name) =>
      errorOf(async () => {
        await table(dynamoDb, name);
        const Item = { id: { S: 'x' }, note: { S: '' } };
        await dynamoDb.send(new PutItemCommand({ TableName: name, Item }));
      }),
  },
  {
    what: 'a secret that does not exist is told from one that may not be read',
    documented: 'ResourceNotFoundException',
    where: 'Secrets Manager API reference, GetSecretValue',
    run: ({ secrets }, name) =>
      errorOf(() => secrets.send(new GetSecretValueCommand({ SecretId: `none/${name}` }))),
  },
  {
    what: 'eleven events at once are refused',
    documented: 'ValidationException',
    where: 'EventBridge API reference, PutEvents',
    run: ({ events }) =>
      errorOf(() => {
        const entry = { Source: 'probe', DetailType: 'probe', Detail: '{}' };
        const Entries = Array.from({ length: 11 }, () => entry);
        return events.send(new PutEventsCommand({ Entries }));
      }),
  },
  {
    what: 'an event whose detail is no JSON is refused alone',
    documented: 'MalformedDetail',
    where: 'EventBridge API reference, PutEventsResultEntry',
    async run({ events }) {
      const Entries = ['{}', 'no JSON'].map((Detail) => ({
        Source: 'probe',
        DetailType: 'probe',
        Detail,
      }));
      const answer = await events.send(new PutEventsCommand({ Entries }));
      return answer.Entries?.map(({ ErrorCode }) => ErrorCode ?? '').join('') || 'no error';
    },
  },
];

async function table(dynamoDb: DynamoDBClient, TableName: string): Promise<void> {
  await dynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'value', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-value',
          KeySchema: [{ AttributeName: 'value', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
}
