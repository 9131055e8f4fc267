import { describe, expect, it } from '@jest/globals';
import type { Clock } from '../../lib/application/ports.ts';

/** What every clock does. `run` lets time pass, if it has to be told to, until the work is done. */
export function describeClock(
  name: string,
  open: () => {
    readonly clock: Clock;
    readonly run: <Result>(work: Promise<Result>) => Promise<Result>;
  },
): void {
  describe(`${name}: a clock`, () => {
    it('never wakes a sleeper early', async () => {
      const { clock, run } = open();
      const before = clock.monotonicMs();

      await run(clock.sleep(12.5));

      expect(clock.monotonicMs() - before).toBeGreaterThanOrEqual(12.5);
    });

    it('wakes sleepers in the order of their times', async () => {
      const { clock, run } = open();
      const woken: number[] = [];
      const sleep = (ms: number) => clock.sleep(ms).then(() => woken.push(ms));

      await run(Promise.all([sleep(30), sleep(1), sleep(15)]));

      expect(woken).toEqual([1, 15, 30]);
    });

    it('does not sleep when there is nothing to wait for', async () => {
      const { clock } = open();

      await clock.sleep(0);
      await clock.sleep(-5);
    });

    it('tells the time of day in whole milliseconds', () => {
      expect(Number.isInteger(open().clock.now())).toBe(true);
    });
  });
}
