import { describe, expect, it } from '@jest/globals';
import type { StreamLeases } from '../../lib/application/user-stream.ts';
import { acquireLease, extendLease } from '../../lib/domain/stream-lease.ts';
import { NOON } from '../support/order-events.ts';

/** What every store of leases does. `open` gives an empty one. */
export function describeStreamLeases(name: string, open: () => Promise<StreamLeases>): void {
  const take = (holder: string) => (lease: Parameters<typeof acquireLease>[0]) =>
    acquireLease(lease, { holder, now: NOON, handoverAt: NOON + 600_000 });

  describe(`${name}: leases of streams`, () => {
    it('are nobody’s at first, and kept per account', async () => {
      const leases = await open();
      expect(await leases.get('desk-1')).toBeUndefined();
      const taken = await leases.change('desk-1', take('one'));
      expect(await leases.get('desk-1')).toEqual(taken);
      expect(await leases.get('desk-2')).toBeUndefined();
    });

    it('stay when the change is declined', async () => {
      const leases = await open();
      await leases.change('desk-3', take('one'));
      expect(await leases.change('desk-3', take('two'))).toBeUndefined();
      expect(await leases.get('desk-3')).toMatchObject({ holder: 'one' });
    });

    it('go to one of several that ask at once', async () => {
      const leases = await open();
      const taken = await Promise.all(
        ['one', 'two', 'three'].map((holder) => leases.change('desk-4', take(holder))),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
    });

    it('give back everything that was stored', async () => {
      const leases = await open();
      await leases.change('desk-5', take('one'));
      const live = await leases.change(
        'desk-5',
        (lease) =>
          lease && {
            ...(extendLease(lease, { holder: 'one', now: NOON + 1, isOpen: true }) ?? lease),
            polledAt: NOON + 2,
          },
      );
      expect(await leases.get('desk-5')).toEqual(live);
    });
  });
}
