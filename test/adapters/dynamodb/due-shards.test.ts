import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dueShardOf, dueShardsOf } from '../../../lib/adapters/dynamodb/due-shard.ts';
import { createOrderStore } from '../../../lib/adapters/dynamodb/order-store.ts';
import { isInShare } from '../../../lib/application/account-share.ts';
import { describeDueShares } from '../../contracts/due-shares-contract.ts';
import {
  type LocalDynamoDb,
  ORDERS_TABLE,
  startLocalDynamoDb,
} from '../../support/local-dynamodb.ts';
import { NOON, received } from '../../support/order-events.ts';

let database: LocalDynamoDb;
let other: LocalDynamoDb;
beforeAll(async () => {
  database = await startLocalDynamoDb();
  other = await startLocalDynamoDb();
});
afterAll(() => Promise.all([database.close(), other.close()]));

const storeWith = (dueShards: number, on = database) =>
  createOrderStore({ client: on.client(), tableName: ORDERS_TABLE, dueShards });

describeDueShares('DynamoDB with 8 shards of due orders', async () => storeWith(8));

const shards = fc.constantFrom(1, 2, 4, 8, 16, 64);
const size = fc.constantFrom(1, 2, 4, 8);

describe('the shards of the index', () => {
  it('belong to one share each, and with them the accounts that they list', () => {
    const property = fc.property(fc.string(), shards, size, (accountId, count, of) => {
      fc.pre(count % of === 0);
      const shares = Array.from({ length: of }, (_, shard) => ({ shard, of }));
      const readers = shares.filter((share) =>
        dueShardsOf(count, share).includes(dueShardOf(accountId, count)),
      );
      expect(readers).toEqual(shares.filter((share) => isInShare(accountId, share)));
      expect(shares.flatMap((share) => dueShardsOf(count, share))).toHaveLength(count);
    });
    fc.assert(property);
  });

  it('are not shared out unevenly', async () => {
    const listing = storeWith(2).listDue(NOON, 10, { share: { shard: 3, of: 4 } });
    await expect(listing).rejects.toThrow('2 shards of due orders can be shared out to 4');
  });
});

describe('orders that were listed with another number of shards', () => {
  const accounts = Array.from({ length: 20 }, (_, index) => `moved-${index}`);
  const listed = async (count: number, of: number, isThorough: boolean) => {
    const store = storeWith(count, other);
    const shares = Array.from({ length: of }, (_, shard) => ({ shard, of }));
    const due = await Promise.all(
      shares.map((share) => store.listDue(NOON + 1_000, 100, { share, isThorough })),
    );
    return due.flat().map(({ accountId }) => accountId);
  };

  it.each([
    [8, 1, 1],
    [1, 8, 8],
    [4, 2, 2],
  ])(
    'with %i are found by %i shards in %i shares, and brought to their place',
    async (before, after, of) => {
      const old = storeWith(before, other);
      const orders = await Promise.all(
        accounts.map((accountId) =>
          old.create(received({ accountId, clientOrderId: `${before}-${after}` }), NOON),
        ),
      );
      expect((await listed(after, of, true)).toSorted()).toEqual(accounts.toSorted());

      const now = storeWith(after, other);
      for (const { order } of orders) await now.postpone(order, NOON + 1);
      expect((await listed(after, of, false)).toSorted()).toEqual(accounts.toSorted());
      for (const { order } of orders) await now.postpone(order, undefined);
      expect(await listed(after, of, true)).toEqual([]);
    },
  );
});
