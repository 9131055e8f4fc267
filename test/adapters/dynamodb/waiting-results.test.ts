import { afterAll, beforeAll } from '@jest/globals';
import { createWaitingResults } from '../../../lib/adapters/dynamodb/waiting-results.ts';
import { describeWaitingResults } from '../../contracts/waiting-results-contract.ts';
import {
  DUE_KEYS,
  type LocalDynamoDb,
  startLocalDynamoDb,
  tableOf,
} from '../../support/local-dynamodb.ts';

let database: LocalDynamoDb;
let tables = 0;

beforeAll(async () => {
  database = await startLocalDynamoDb();
});
afterAll(() => database.close());

describeWaitingResults('DynamoDB', async () => {
  tables += 1;
  const tableName = `results-${tables}`;
  const table = tableOf(tableName, {
    keys: [
      ['orderId', 'S'],
      ['place', 'S'],
    ],
    indexes: { due: { keys: DUE_KEYS, shows: ['producerId', 'attempts', 'since'] } },
  });
  await database.sdk.send(table);
  return createWaitingResults({ client: database.client(), tableName });
});
