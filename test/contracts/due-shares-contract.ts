import { beforeAll, describe, expect, it } from '@jest/globals';
import { isInShare } from '../../lib/application/account-share.ts';
import type { OrderStore } from '../../lib/application/ports.ts';
import { NOON, received } from '../support/order-events.ts';

const ACCOUNTS = Array.from({ length: 40 }, (_, index) => `shared-${index}`);
const OF_ONE = 12;

/** What every order store does whose due orders are shared out. It has no orders at first. */
export function describeDueShares(name: string, open: () => Promise<OrderStore>): void {
  describe(`${name}: due orders of a share of the accounts`, () => {
    let store: OrderStore;
    beforeAll(async () => {
      store = await open();
      for (const accountId of ACCOUNTS) {
        await store.create(received({ accountId, clientOrderId: 'order-1' }), NOON);
      }
      for (let number = 2; number <= OF_ONE; number += 1) {
        const event = received({ accountId: 'shared-7', clientOrderId: `order-${number}` });
        await store.create(event, NOON + number);
      }
    });

    it.each([1, 2, 4, 8])('of %i are all due orders together, and no order twice', async (of) => {
      const listed: string[] = [];
      for (let shard = 0; shard < of; shard += 1) {
        const share = { shard, of };
        const due = await store.listDue(NOON + 1_000, 1_000, { share });
        for (const { accountId } of due) expect(isInShare(accountId, share)).toBe(true);
        listed.push(...due.map(({ accountId, clientOrderId }) => `${accountId}/${clientOrderId}`));
      }
      expect(new Set(listed).size).toBe(listed.length);
      expect(listed).toHaveLength(ACCOUNTS.length + OF_ONE - 1);
    });

    it('are not kept out by those of other shares', async () => {
      for (const shard of [0, 1]) {
        const due = await store.listDue(NOON, 5, { share: { shard, of: 2 } });
        expect(due).toHaveLength(5);
      }
    });

    it('of one account are found however many of others are due before them', async () => {
      const due = await store.listDueOf('shared-7', NOON + 1_000, 3);
      expect(due.map(({ accountId, dueAt }) => [accountId, dueAt - NOON])).toEqual([
        ['shared-7', 0],
        ['shared-7', 2],
        ['shared-7', 3],
      ]);
      expect(await store.listDueOf('shared-7', NOON, 100)).toHaveLength(1);
      expect(await store.listDueOf('nobody', NOON + 1_000, 100)).toEqual([]);
    });
  });
}
