import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  GetItemCommand,
  ListTablesCommand,
  ListTagsOfResourceCommand,
  PutItemCommand,
  TagResourceCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openDynamoDb } from '../../../local/dynamodb/open-dynamodb.ts';
import { type DynamoDbUnderTest, movableClock, startDynamoDb } from './dynamodb-under-test.ts';
import { ORDERS } from './orders-table.ts';

const TableName = 'orders';
let under: DynamoDbUnderTest;

beforeAll(async () => {
  under = await startDynamoDb();
});
afterAll(() => under.close());

describe('a declared table', () => {
  it('is described with its index and its stream', async () => {
    const { Table } = await under.client.send(new DescribeTableCommand({ TableName }));
    const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: arn,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
      GlobalSecondaryIndexes: [{ IndexName: 'due', IndexStatus: 'ACTIVE' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      LatestStreamArn: `${arn}/stream/2023-11-14T22:13:20.000`,
    });
    expect(under.db.streamArn(TableName)).toBe(Table?.LatestStreamArn);
    expect(under.db.streamArn('rate-budgets')).toBeUndefined();
  });

  it('has its expiry, its recovery and its tags', async () => {
    const { client } = under;
    const expiry = await client.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(expiry.TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expiresAt',
    });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toEqual({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
    const ResourceArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/orders';
    const Tags = [{ Key: 'team', Value: 'desk' }];
    await client.send(new TagResourceCommand({ ResourceArn, Tags }));
    const tags = await client.send(new ListTagsOfResourceCommand({ ResourceArn }));
    expect(tags.Tags).toEqual([{ Key: 'stage', Value: 'local' }, ...Tags]);
  });

  it('is kept with its items when it is declared again', async () => {
    const Item = { accountId: { S: 'a' }, clientOrderId: { S: 'kept' } };
    await under.client.send(new PutItemCommand({ TableName, Item }));
    await under.db.createTable(ORDERS);
    const found = await under.client.send(new GetItemCommand({ TableName, Key: Item }));
    expect(found.Item).toEqual(Item);
  });

  it('is refused in another shape, with what differs and what to do', async () => {
    const other = under.db.createTable({
      ...ORDERS,
      KeySchema: [{ AttributeName: 'accountId', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [],
      StreamSpecification: { StreamViewType: 'KEYS_ONLY' },
    });
    await expect(other).rejects.toThrow(
      /^Table orders .*global index due is .* declared is none; key is HASH accountId \(S\), RANGE .*stream is NEW_AND_OLD_IMAGES, declared is KEYS_ONLY.*--data-dir/,
    );
  });
});

describe('a table made through the SDK', () => {
  const definition: CreateTableCommandInput = {
    TableName: 'mine',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
  };

  it('streams what it was asked to, and is gone when it is deleted', async () => {
    const { client, db } = under;
    const create = () => new CreateTableCommand(definition);
    await client.send(create());
    await waitUntilTableExists({ client, maxWaitTime: 5, minDelay: 1 }, { TableName: 'mine' });
    await expect(client.send(create())).rejects.toMatchObject({ name: 'ResourceInUseException' });

    const put = () => new PutItemCommand({ TableName: 'mine', Item: { id: { N: '7.0' } } });
    await client.send(put());
    expect(db.streams.read('mine', 0n, 10).map((record) => record.dynamodb)).toEqual([
      expect.objectContaining({ Keys: { id: { N: '7' } }, StreamViewType: 'KEYS_ONLY' }),
    ]);
    expect(db.streams.read('mine', 0n, 10)[0]?.dynamodb).not.toHaveProperty('NewImage');

    await client.send(new DeleteTableCommand({ TableName: 'mine' }));
    expect((await client.send(new ListTablesCommand({}))).TableNames).not.toContain('mine');
    await expect(client.send(put())).rejects.toMatchObject({ name: 'ResourceNotFoundException' });

    await client.send(create());
    const before = db.streams.latestSequence('mine');
    await client.send(put());
    expect(db.streams.read('mine', before, 10).map((record) => record.eventName)).toEqual([
      'INSERT',
    ]);
  });

  it('cannot be changed, and says so', async () => {
    const update = new UpdateTableCommand({ TableName, BillingMode: 'PROVISIONED' });
    await expect(under.client.send(update)).rejects.toThrow(/cannot change table orders.*data-dir/);
  });

  it('must exist to get an expiry', async () => {
    const TimeToLiveSpecification = { AttributeName: 'x', Enabled: true };
    const update = new UpdateTimeToLiveCommand({ TableName: 'nope', TimeToLiveSpecification });
    await expect(under.client.send(update)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a data directory', () => {
  it('belongs to one process at a time', async () => {
    const second = openDynamoDb({ directory: under.directory, clock: movableClock() });
    await expect(second).rejects.toThrow(/another process uses this data directory.*--data-dir/);
  });
});
