import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DynamoDbUnderTest, startDynamoDb } from './dynamodb-under-test.ts';

let under: DynamoDbUnderTest;

beforeAll(async () => {
  under = await startDynamoDb();
});
afterAll(() => under.close());

const key = (id: string) => ({ accountId: { S: 'desk-1' }, clientOrderId: { S: id } });
const put = (id: string, rest = {}) =>
  under.client.send(new PutItemCommand({ TableName: 'orders', Item: { ...key(id), ...rest } }));
const records = (id: string) =>
  under.db.streams
    .read('orders', 0n, 10_000)
    .filter((record) => JSON.stringify(record.dynamodb.Keys) === JSON.stringify(key(id)));

describe('an item of a table with a stream', () => {
  it('is put, updated and deleted with a record each', async () => {
    const TableName = 'orders';
    await put('life', { version: { N: '1' } });
    const update = {
      TableName,
      Key: key('life'),
      UpdateExpression: 'SET version = :two',
      ConditionExpression: 'version = :one',
      ExpressionAttributeValues: { ':one': { N: '1' }, ':two': { N: '2' } },
    };
    const answer = await under.client.send(new UpdateItemCommand(update));
    await under.client.send(new DeleteItemCommand({ TableName, Key: key('life') }));

    expect(answer.Attributes).toBeUndefined();
    const one = { ...key('life'), version: { N: '1' } };
    const two = { ...key('life'), version: { N: '2' } };
    const found = records('life');
    expect(
      found.map(({ eventName, dynamodb: { OldImage, NewImage } }) => [
        eventName,
        OldImage,
        NewImage,
      ]),
    ).toEqual([
      ['INSERT', undefined, one],
      ['MODIFY', one, two],
      ['REMOVE', two, undefined],
    ]);
    const sequences = found.map((record) => record.dynamodb.SequenceNumber);
    expect(sequences).toEqual([...sequences].sort());
    expect(new Set(found.map((record) => record.eventID)).size).toBe(3);
  });

  it.each(['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW'] as const)(
    'gives %s back as asked, and the whole images to the stream',
    async (ReturnValues) => {
      const id = `return-${ReturnValues}`;
      await put(id, { version: { N: '1' }, kept: { S: 'k' } });
      const answer = await under.client.send(
        new UpdateItemCommand({
          TableName: 'orders',
          Key: key(id),
          UpdateExpression: 'ADD version :one',
          ExpressionAttributeValues: { ':one': { N: '1' } },
          ReturnValues,
        }),
      );
      const [before, after] = [{ version: { N: '1' } }, { version: { N: '2' } }];
      const rest = { ...key(id), kept: { S: 'k' } };
      expect(answer.Attributes).toEqual(
        {
          NONE: undefined,
          ALL_OLD: { ...rest, ...before },
          UPDATED_OLD: before,
          ALL_NEW: { ...rest, ...after },
          UPDATED_NEW: after,
        }[ReturnValues],
      );
      expect(records(id)[1]?.dynamodb).toMatchObject({
        OldImage: { ...rest, ...before },
        NewImage: { ...rest, ...after },
      });
    },
  );

  it('leaves no record when the condition fails, and gives the item back where asked', async () => {
    await put('refused', { version: { N: '7' } });
    const write = new UpdateItemCommand({
      TableName: 'orders',
      Key: key('refused'),
      UpdateExpression: 'SET version = :n',
      ConditionExpression: 'version = :n',
      ExpressionAttributeValues: { ':n': { N: '8' } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    await expect(under.client.send(write)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { ...key('refused'), version: { N: '7' } },
    });
    expect(records('refused')).toHaveLength(1);
  });

  it('leaves no record when a write changes nothing', async () => {
    const item = { tags: { SS: ['a', 'b'] }, price: { N: '1.50' } };
    await put('same', item);
    await put('same', { tags: { SS: ['b', 'a'] }, price: { N: '1.5' } });
    await under.client.send(new DeleteItemCommand({ TableName: 'orders', Key: key('absent') }));
    expect(records('same')).toHaveLength(1);
    expect(records('absent')).toHaveLength(0);
  });

  it('takes concurrent writes one after the other', async () => {
    await Promise.all(
      Array.from({ length: 40 }, () =>
        under.client.send(
          new UpdateItemCommand({
            TableName: 'orders',
            Key: key('busy'),
            UpdateExpression: 'ADD version :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          }),
        ),
      ),
    );
    const versions = records('busy').map(({ dynamodb: { NewImage } }) => NewImage?.version);
    expect(versions).toEqual(Array.from({ length: 40 }, (_, n) => ({ N: String(n + 1) })));
  });

  it('is found through its index, and no longer once it leaves it', async () => {
    const due = () =>
      under.client.send(
        new QueryCommand({
          TableName: 'orders',
          IndexName: 'due',
          KeyConditionExpression: 'dueShard = :shard AND dueAt <= :now',
          ExpressionAttributeValues: { ':shard': { S: 'x' }, ':now': { N: '10' } },
        }),
      );
    await put('due', { dueShard: { S: 'x' }, dueAt: { N: '9' } });
    expect((await due()).Items).toHaveLength(1);
    await put('due');
    expect((await due()).Items).toHaveLength(0);
  });

  it('is refused without its whole key', async () => {
    const write = new PutItemCommand({ TableName: 'orders', Item: { accountId: { S: 'a' } } });
    await expect(under.client.send(write)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('clientOrderId (S)'),
    });
  });

  it('works through the document client', async () => {
    const documents = DynamoDBDocumentClient.from(under.client);
    const Item = { accountId: 'desk-1', clientOrderId: 'doc', history: [{ at: 1 }], open: true };
    await documents.send(new PutCommand({ TableName: 'orders', Item }));
    const Key = { accountId: 'desk-1', clientOrderId: 'doc' };
    const found = await documents.send(new GetCommand({ TableName: 'orders', Key }));
    expect(found.Item).toEqual(Item);
  });
});

describe('a batch', () => {
  it('is split, so that each write has its record', async () => {
    await put('batch-2');
    await under.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          orders: [
            { PutRequest: { Item: { ...key('batch-1'), version: { N: '1' } } } },
            { DeleteRequest: { Key: key('batch-2') } },
          ],
          'rate-budgets': [{ PutRequest: { Item: { id: { S: 'batch' } } } }],
        },
      }),
    );
    expect(records('batch-1').map((record) => record.eventName)).toEqual(['INSERT']);
    expect(records('batch-2').map((record) => record.eventName)).toEqual(['INSERT', 'REMOVE']);
    const Key = { id: { S: 'batch' } };
    const get = new GetItemCommand({ TableName: 'rate-budgets', Key });
    expect((await under.client.send(get)).Item).toEqual(Key);
  });

  it('is refused when it names an item twice, before anything is written', async () => {
    const Item = { ...key('twice') };
    const entries = [
      { PutRequest: { Item: { ...Item, n: { N: '1' } } } },
      { PutRequest: { Item } },
    ];
    const batch = new BatchWriteItemCommand({ RequestItems: { orders: entries } });
    await expect(under.client.send(batch)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(records('twice')).toHaveLength(0);
  });
});

describe('a transaction', () => {
  it('is refused with a reason', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Delete: { TableName: 'orders', Key: key('any') } }],
    });
    await expect(under.client.send(transaction)).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: expect.stringContaining('no transactions'),
    });
  });
});
