import { describe, expect, it, jest } from '@jest/globals';
import { type RunOptions, reconcileMany } from '../../bench/scale/reconcile-many.ts';

/** A run takes a second or two, on a busy machine many. */
jest.setTimeout(120_000);

/** What docs/scaling.md says of a run with these options. */
const run = (options: Partial<RunOptions>) =>
  reconcileMany({ accounts: 300, shards: 1, load: 'open', minutes: 2, seed: 1, ...options });

describe('a reconciler and many accounts, on virtual time', () => {
  it('looks at an open order of each of 300 accounts within a second of its time', async () => {
    const seen = await run({});
    expect(seen.looks).toBe(600);
    expect(seen.lateMs.most).toBeLessThan(1_000);
    expect(seen).toMatchObject({ throttled: 0, faults: 0, noConnection: { exchange: 0, aws: 0 } });
    expect(seen.perLook.writeUnits).toBe(6);
    expect(seen.perMinute.secretReads).toBeLessThanOrEqual(300);
  });

  it('would fall behind with a handful of connections', async () => {
    const seen = await run({ socketsMax: 4 });
    expect(seen.noConnection.exchange).toBeGreaterThan(100);
    expect(seen.lateMs.most).toBeGreaterThan(5_000);
  });

  it('asks the tables the same of ten thousand idle accounts as of none', async () => {
    const { perMinute } = await run({ accounts: 10_000, load: 'idle', minutes: 1 });
    expect(perMinute).toMatchObject({ secretReads: 0, questions: 0, writeUnits: 0 });
    expect(perMinute.readUnits).toBeLessThan(150);
  });

  it.each([1, 4])(
    'ends the doubt of an outage in every account: %i shards',
    async (shards) => {
      const seen = await run({ accounts: 60, load: 'doubt', minutes: 3, shards });
      expect(seen).toMatchObject({ left: 0, throttled: 0, faults: 0 });
    },
    60_000,
  );

  it('sees the same for the same seed', async () => {
    const options = { accounts: 20, load: 'doubt', minutes: 1, seed: 7 } as const;
    const [one, other] = [await run(options), await run(options)];
    expect(one.perMinute).toEqual(other.perMinute);
    expect(one.lateMs).toEqual(other.lateMs);
  });
});
