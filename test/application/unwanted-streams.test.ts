import { describe, expect, it } from '@jest/globals';
import { streamOrders } from '../../lib/application/stream/stream-orders.ts';
import { createUnwantedStreams } from '../../lib/application/stream/unwanted-streams.ts';
import { createMarketDesk } from '../support/market-desk.ts';
import { account } from '../support/order-desk.ts';

const HOUR_MS = 3_600_000;

/** Starts of a follower over accounts that want no stream; counts how often their secrets are read. */
function createFollower(ids: readonly string[]) {
  const { clock, dependencies, market } = createMarketDesk();
  const changedAt = new Map(ids.map((accountId) => [accountId, 1]));
  const reads: string[] = [];
  const following = {
    ...dependencies,
    streams: market.streams,
    ids: { attemptId: () => 'holder' },
    unwanted: createUnwantedStreams(),
    accountNames: {
      list: async () => [...changedAt].map(([accountId, at]) => ({ accountId, changedAt: at })),
    },
    accounts: {
      get: async (accountId: string) => {
        reads.push(accountId);
        return account({ accountId });
      },
    },
  };
  return {
    clock,
    changedAt,
    start: async (share?: { readonly shard: number; readonly of: number }) => {
      await streamOrders(following, clock.now(), share);
      return reads.splice(0).toSorted();
    },
  };
}

describe('a start of the follower of streams', () => {
  it('reads the secret of an account that wants none once, not every minute', async () => {
    const { start } = createFollower(['desk-1', 'desk-2']);
    expect(await start()).toEqual(['desk-1', 'desk-2']);
    expect(await start()).toEqual([]);
  });

  it('reads it again as soon as it has changed, and after an hour in any case', async () => {
    const { changedAt, clock, start } = createFollower(['desk-1', 'desk-2']);
    await start();
    changedAt.set('desk-2', 2);
    expect(await start()).toEqual(['desk-2']);
    expect(await start()).toEqual([]);
    await clock.advance(HOUR_MS);
    expect(await start()).toEqual(['desk-1', 'desk-2']);
  });

  it('looks only at the accounts of its share', async () => {
    const { start } = createFollower(['desk-1', 'desk-2', 'desk-3']);
    expect(await start({ shard: 0, of: 2 })).toEqual(['desk-1', 'desk-2']);
    expect(await start({ shard: 1, of: 2 })).toEqual(['desk-3']);
  });
});
