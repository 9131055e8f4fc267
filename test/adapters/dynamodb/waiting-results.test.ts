import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from '@jest/globals';
import { createWaitingResults } from '../../../lib/adapters/dynamodb/waiting-results.ts';
import { describeWaitingResults } from '../../contracts/waiting-results-contract.ts';
import { type LocalDynamoDb, startLocalDynamoDb } from '../../support/local-dynamodb.ts';

let database: LocalDynamoDb;
let tables = 0;

beforeAll(async () => {
  database = await startLocalDynamoDb();
});
afterAll(() => database.close());

describeWaitingResults('DynamoDB', async () => {
  tables += 1;
  const tableName = `results-${tables}`;
  await database.sdk.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'orderId', AttributeType: 'S' },
        { AttributeName: 'place', AttributeType: 'S' },
        { AttributeName: 'dueShard', AttributeType: 'S' },
        { AttributeName: 'dueAt', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'orderId', KeyType: 'HASH' },
        { AttributeName: 'place', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueShard', KeyType: 'HASH' },
            { AttributeName: 'dueAt', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['producerId', 'attempts', 'since'],
          },
        },
      ],
    }),
  );
  return createWaitingResults({ client: database.client(), tableName });
});
