import { afterAll, beforeAll } from '@jest/globals';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import { describeOrderStore } from '../../contracts/order-store-contract.ts';
import {
  type LocalDynamoDb,
  ORDERS_TABLE,
  startLocalDynamoDb,
} from '../../support/local-dynamodb.ts';

let database: LocalDynamoDb;
let accounts = 0;

beforeAll(async () => {
  database = await startLocalDynamoDb();
});
afterAll(() => database.close());

for (const dueShards of [1, 7]) {
  describeOrderStore(`DynamoDB with ${dueShards} shards of due orders`, async () => {
    accounts += 1;
    const client = database.client();
    return {
      store: createOrderStore({ client, tableName: ORDERS_TABLE, dueShards }),
      accountId: `desk-${accounts}`,
    };
  });
}
