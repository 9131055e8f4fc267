import { describe, expect, it } from '@jest/globals';
import type { Halts } from '../../lib/application/ports.ts';

/** What every kill switch does. `open` gives one that was never used. */
export function describeHalts(name: string, open: () => Promise<Halts>): void {
  describe(`${name}: the kill switch of an account`, () => {
    it('is off at first', async () => {
      expect(await (await open()).get('desk-1')).toEqual({ halted: false });
    });

    it('gives back what was set, for that account alone', async () => {
      const halts = await open();
      const halt = { halted: true, reason: 'drill', changedAt: 1_800_000_000_000 };

      await halts.set('desk-1', halt);

      expect(await halts.get('desk-1')).toEqual(halt);
      expect(await halts.get('desk-2')).toEqual({ halted: false });
    });

    it('can be taken back, and the reason goes with it', async () => {
      const halts = await open();
      await halts.set('desk-1', { halted: true, reason: 'drill', changedAt: 1 });

      await halts.set('desk-1', { halted: false, changedAt: 2 });

      expect(await halts.get('desk-1')).toEqual({ halted: false, changedAt: 2 });
    });
  });
}
