import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EVERY_ACCOUNT, isInShare } from '../../lib/application/account-share.ts';
import { reconcileOrders } from '../../lib/application/reconcile/reconcile-orders.ts';
import { createMarketDesk } from '../support/market-desk.ts';

const sharesOf = (of: number) => Array.from({ length: of }, (_, shard) => ({ shard, of }));

describe('the shares of all accounts', () => {
  it('hold every account exactly once', () => {
    const property = fc.property(fc.string(), fc.constantFrom(1, 2, 4, 8), (accountId, of) => {
      expect(sharesOf(of).filter((share) => isInShare(accountId, share))).toHaveLength(1);
      expect(isInShare(accountId, EVERY_ACCOUNT)).toBe(true);
    });
    fc.assert(property);
  });

  it('never change: an account keeps its share over deployments and years', () => {
    const inFirstOfTwo = ['desk-1', 'desk-2', 'desk-3', 'desk-4', 'desk-5', 'desk-6'].filter((id) =>
      isInShare(id, { shard: 0, of: 2 }),
    );
    expect(inFirstOfTwo).toEqual(['desk-1', 'desk-2', 'desk-4', 'desk-5', 'desk-6']);
  });

  it('are about equally large', () => {
    const accounts = Array.from({ length: 10_000 }, (_, index) => `desk-${index}`);
    for (const share of sharesOf(8)) {
      const held = accounts.filter((accountId) => isInShare(accountId, share)).length;
      expect(Math.abs(held - 1_250)).toBeLessThan(150);
    }
  });
});

describe('a pass over a share', () => {
  it('looks at its own accounts and leaves the others to their own pass', async () => {
    const desk = createMarketDesk();
    await desk.open('order-1');
    const before = desk.market.asked.length;
    const own = isInShare('desk-1', { shard: 0, of: 2 }) ? 0 : 1;
    const pass = (shard: number) =>
      desk.clock.runUntil(reconcileOrders(desk.dependencies, 5_000, { shard, of: 2 }));

    expect(await pass(1 - own)).toMatchObject({ looks: 0 });
    expect(desk.market.asked).toHaveLength(before);
    await pass(own);
    expect(desk.market.asked.length).toBeGreaterThan(before);
  });

  it('says that it has ended, by its shard, for the alarm on a shard that is late', async () => {
    const desk = createMarketDesk();
    await desk.clock.runUntil(reconcileOrders(desk.dependencies, 1_000, { shard: 1, of: 2 }));
    expect(desk.metrics.measurements).toContainEqual(
      expect.objectContaining({ name: 'SharePassed', dimensions: { shard: '1' } }),
    );
    await desk.clock.runUntil(reconcileOrders(desk.dependencies, 1_000));
    expect(desk.metrics.total('SharePassed')).toBe(1);
  });
});
