import type { ExternalOrders } from '../../application/ports.ts';
import { type ExternalOrder, withExternalOrders } from '../../domain/external-order.ts';

/** Keeps external orders of each account in memory. */
export function createMemoryExternalOrders(): ExternalOrders {
  const recorded = new Map<string, readonly ExternalOrder[]>();
  const list = async (accountId: string) => recorded.get(accountId) ?? [];
  return {
    list,
    record: async (accountId, seen) => {
      const { orders, added } = withExternalOrders(recorded.get(accountId) ?? [], seen);
      recorded.set(accountId, orders);
      return added;
    },
  };
}
