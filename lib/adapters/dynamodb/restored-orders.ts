import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { LiveOrders, RestoredOrders } from '../../application/operations/restore-orders.ts';
import { parseOrderItem } from './order-item.ts';
import type { OrderStoreOptions } from './order-store.ts';
import { createInput } from './order-writes.ts';

type TableOptions = Pick<OrderStoreOptions, 'client' | 'tableName' | 'dueShards'>;

/** Reads a whole table of orders, page after page. Only a restore does that. */
export function createRestoredOrders({ client, tableName }: TableOptions): RestoredOrders {
  return {
    async *all() {
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const read = { TableName: tableName, ConsistentRead: true };
        const page = await client.send(
          new ScanCommand(ExclusiveStartKey === undefined ? read : { ...read, ExclusiveStartKey }),
        );
        for (const item of page.Items ?? []) yield parseOrderItem(item);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
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
        await options.client.send(new PutCommand(input));
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}
