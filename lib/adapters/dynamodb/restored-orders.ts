import type { LiveOrders, RestoredOrders } from '../../application/operations/restore-orders.ts';
import { isConditionRefused } from './documents.ts';
import { type Item, parseOrderItem } from './order-item.ts';
import type { OrderStoreOptions } from './order-store.ts';
import { createInput } from './order-writes.ts';

type TableOptions = Pick<OrderStoreOptions, 'client' | 'tableName' | 'dueShards'>;

/** Reads a whole table of orders, page after page. Only a restore does that. */
export function createRestoredOrders({ client, tableName }: TableOptions): RestoredOrders {
  return {
    async *all() {
      let start: Item | undefined;
      do {
        const page = await client.scan({
          TableName: tableName,
          ConsistentRead: true,
          ExclusiveStartKey: start,
        });
        for (const item of page.items) yield parseOrderItem(item);
        start = page.lastEvaluatedKey;
      } while (start !== undefined);
    },
  };
}

/** Writes restored orders into the live table. */
export function createLiveOrders(options: TableOptions): LiveOrders {
  return {
    async putIfNewer(order, dueAt) {
      const input = {
        ...createInput(options, order, dueAt),
        ConditionExpression: 'attribute_not_exists(accountId) OR #version < :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': order.version },
      };
      try {
        await options.client.put(input);
        return true;
      } catch (error) {
        if (isConditionRefused(error)) return false;
        throw error;
      }
    },
  };
}
