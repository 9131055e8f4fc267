import { describe, expect, it } from '@jest/globals';
import { createVirtualClock } from '../../../lib/adapters/memory/clock.ts';
import { describeClock } from '../../contracts/clock-contract.ts';

const NOON = 1_800_000_000_000;

describeClock('virtual', () => {
  const clock = createVirtualClock(NOON);
  return { clock, run: (work) => clock.runUntil(work) };
});

describe('a virtual clock', () => {
  it('stands still until it is told to go on', async () => {
    const clock = createVirtualClock(NOON);
    let awake = false;
    void clock.sleep(100).then(() => {
      awake = true;
    });

    await clock.advance(99);
    expect([clock.now(), awake]).toEqual([NOON + 99, false]);

    await clock.advance(1);
    expect([clock.now(), awake]).toEqual([NOON + 100, true]);
  });

  it('lets one sleep follow another inside one step', async () => {
    const clock = createVirtualClock(NOON);
    const wokenAt: number[] = [];
    const work = async () => {
      for (let times = 0; times < 3; times += 1) {
        await clock.sleep(10);
        wokenAt.push(clock.now() - NOON);
      }
    };
    void work();

    await clock.advance(35);

    expect(wokenAt).toEqual([10, 20, 30]);
  });

  it('jumps in the time of day alone', () => {
    const clock = createVirtualClock(NOON);

    clock.jump(-5_000);

    expect([clock.now(), clock.monotonicMs()]).toEqual([NOON - 5_000, 0]);
  });

  it('runs hours of work at once and gives its end', async () => {
    const clock = createVirtualClock(NOON);

    await clock.runUntil(clock.sleep(3_600_000));
    expect(clock.now()).toBe(NOON + 3_600_000);

    const failing = clock.sleep(10).then(() => Promise.reject(new Error('broke')));
    await expect(clock.runUntil(failing)).rejects.toThrow('broke');
  });
});
