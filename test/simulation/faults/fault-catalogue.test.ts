import { describe, expect, it } from '@jest/globals';
import { emptyTally, runSeed } from '../command/run-seed.ts';
import type { WorldChange } from '../core/commons.ts';
import type { Weather } from '../core/weather.ts';
import { FAULTS, NOT_BUILT } from './fault-catalogue.ts';
import { findFaultTests } from './named-tests.ts';

const SEEDS = [1, 2, 3, 4, 5, 6];
const TIMEOUT_MS = 60_000;
const QUIET: Partial<Weather> = {
  ...{ death: 0, storeFault: 0, queueFault: 0, budgetFault: 0, secretsFault: 0, slowness: 0 },
  ...{ createFault: 0, queryFault: 0, deliveredTwice: 0, lostAcknowledgement: 0, repeats: 0 },
  ...{ foreignBursts: 0, bans: false, clockErrorMs: 0, mood: 'named fault' },
  ...{ cancels: 0, replaces: 0, cancelFault: 0, isStreamed: false, streamFault: 0, streamCuts: 0 },
};
const creating = (...createFaults: readonly string[]): WorldChange => ({
  weather: { ...QUIET, createFault: 1, createFaults },
});
const weather = (change: Partial<Weather>): WorldChange => ({ weather: { ...QUIET, ...change } });

/** Worlds whose creates are not answered, half of them carried out. */
const doubtful = (change: Partial<Weather>): WorldChange =>
  weather({ createFault: 1, createFaults: ['lost-after', 'lost-before'], ...change });

describe('a fault in many worlds', () => {
  it.each<readonly [string, WorldChange, string]>([
    ['F14 -1006, -1000 or -1001', creating('-1006-before', '-1006-after', '-1000-after'), '-1006'],
    [
      'F15 200 with an error or cut off',
      creating('-1001-in-200-after', 'truncated-after'),
      'trunc',
    ],
    ['F16 a reset, before or after', creating('lost-before', 'lost-after'), 'lost-'],
    ['F18 over before the first question', doubtful({ lagMaxMs: 0, rests: 0 }), 'lost-after'],
    ['F19 not found for 20 s, then found', doubtful({ lagMaxMs: 20_000, utmost: true }), 'lost-'],
    [
      'F20 no question works for a long time',
      doubtful({ queryFault: 1, faultsUntilMs: 300_000 }),
      'read-',
    ],
    ['F21 not-found and errors by turns', doubtful({ queryFault: 0.5 }), 'read-'],
    ['F32 400 with 0003', creating('throttled-400'), 'throttled-400'],
    ['F33 another user of the key', weather({ foreignBursts: 20, orders: 10 }), 'exchange: '],
    ['F58 clocks that are wrong by 10 s', weather({ clockErrorMs: 10_000, createFault: 0.1 }), ''],
    ['F60 F61 a rotation', weather({ rotatesAtMs: 10_000, secretsFault: 0.05 }), 'secrets'],
  ])(
    '%s breaks no promise',
    async (_title, change, fault) => {
      const tally = emptyTally();
      for (const seed of SEEDS) await runSeed(tally, seed, { isRepeated: false, change });
      expect(tally.failures).toEqual([]);
      expect(tally.orders).toBeGreaterThan(SEEDS.length);
      expect(Object.keys(tally.faults).some((name) => name.includes(fault))).toBe(true);
    },
    TIMEOUT_MS,
  );

  it(
    'F2 F9 F48 F55 deaths, warm instances and messages that come twice break no promise',
    async () => {
      const tally = emptyTally();
      const change = weather({ death: 0.03, deliveredTwice: 1, lostAcknowledgement: 0.5 });
      for (const seed of SEEDS) await runSeed(tally, seed, { isRepeated: false, change });
      expect(tally.failures).toEqual([]);
      expect(tally.killed).toBeGreaterThan(SEEDS.length);
    },
    TIMEOUT_MS,
  );

  it('F28 an order that the exchange forgets is held, and no promise is broken', async () => {
    const tally = emptyTally();
    const change = weather({ forgetsAtMs: 30_000, rests: 1 });
    const held: (string | undefined)[] = [];
    for (const seed of SEEDS) {
      const { orders } = await runSeed(tally, seed, { isRepeated: false, change });
      held.push(...orders.flatMap(({ status, reason }) => (status === 'HELD' ? [reason] : [])));
    }
    expect(tally.failures).toEqual([]);
    expect(held).toContain('MISSING_AT_EXCHANGE');
  });

  it('F59 an order that waits is signed when it leaves', async () => {
    const tally = emptyTally();
    const change = weather({ away: { fromMs: 0, toMs: 50_000 }, faultsUntilMs: 60_000 });
    const history = await runSeed(tally, 2, { isRepeated: false, change });
    expect(tally.failures).toEqual([]);
    const heard = history.entries.flatMap((one) => (one.kind === 'heard' ? [one.text] : []));
    expect(heard.filter((text) => text.includes('-1021'))).toEqual([]);
  });
});

describe('a cancel and its order in many worlds', () => {
  const canceling = (...cancelFaults: readonly string[]): WorldChange =>
    weather({ cancels: 1, rests: 1, cancelFault: 0.8, cancelFaults, cancelAtMs: 400 });
  const streamed = { isStreamed: true, streamFault: 0.8, streamCuts: 2, followsMs: 180_000 };

  it.each<readonly [string, WorldChange, string]>([
    ['F67 a cancel before the order is sent', weather({ cancels: 1, cancelAtMs: 1 }), ''],
    [
      'F68 a cancel of an order in doubt',
      weather({
        ...{ cancels: 1, cancelAtMs: 400, rests: 1 },
        ...{ createFault: 1, createFaults: ['hang', 'lost-after', 'lost-before'] },
      }),
      'lost-',
    ],
    [
      'F69 a cancel answered "filled" or "not found"',
      canceling('cancel filled', 'cancel not-found'),
      'cancel',
    ],
    [
      'F71 a cancel without an answer',
      canceling('cancel hang', 'cancel lost-after', 'cancel lost-before', 'cancel 5xx-after'),
      'cancel',
    ],
    [
      'F72 a replacement in doubt, and one whose cancel is',
      weather({
        ...{ replaces: 1, rests: 1, createFault: 0.5, createFaults: ['hang', 'lost-after'] },
        ...{ cancelFault: 0.5, cancelFaults: ['cancel hang', 'cancel ignored'] },
      }),
      'hang',
    ],
    ['F70 F73 fills that are told late and twice', weather({ ...streamed, cancels: 0.5 }), 'frame'],
  ])(
    '%s breaks no promise',
    async (_title, change, fault) => {
      const tally = emptyTally();
      for (const seed of SEEDS) await runSeed(tally, seed, { isRepeated: false, change });
      expect(tally.failures).toEqual([]);
      expect(tally.orders).toBeGreaterThan(SEEDS.length);
      expect(tally.cancels + tally.replacements).toBeGreaterThan(SEEDS.length);
      expect(['', ...Object.keys(tally.faults)].some((name) => name.includes(fault))).toBe(true);
    },
    TIMEOUT_MS,
  );
});

describe('an address that is not on the white list (F63)', () => {
  it(
    'closes the gate and calls a person; orders wait, and nothing is put aside',
    async () => {
      const tally = emptyTally();
      const unlisted = { fromMs: 0, toMs: 40_000 };
      const change = weather({ unlisted, orders: 6, direct: 0, poison: 0, faultsUntilMs: 60_000 });
      for (const seed of SEEDS) {
        const { entries, orders } = await runSeed(tally, seed, { isRepeated: false, change });
        const closings = entries.filter((one) => one.kind === 'gate-closed');
        expect(closings.map(({ reason }) => reason)).toContain('bad-key');
        expect(closings.every(({ until }) => until === 'operator')).toBe(true);
        expect(entries.some((one) => one.kind === 'counted' && one.name === 'KeyRefused')).toBe(
          true,
        );
        expect(entries.some(({ kind }) => kind === 'set-aside')).toBe(false);
        expect(orders.some(({ attempts }) => attempts.length > 1)).toBe(true);
      }
      expect(tally.failures).toEqual([]);
      expect(tally.placed).toBeGreaterThan(SEEDS.length);
    },
    TIMEOUT_MS,
  );
});

describe('the fault catalogue', () => {
  it('has 74 numbers, each with a test that names it or a reason why there is none', () => {
    expect(FAULTS.map(([number]) => number)).toEqual(FAULTS.map((_, index) => index + 1));
    expect(FAULTS).toHaveLength(74);
    const missing = findFaultTests().filter(
      ({ files, notBuilt }) => files.length === 0 && notBuilt === undefined,
    );
    expect(missing.map(({ number, fault }) => `F${number} ${fault}`)).toEqual([]);
  });

  it('calls nothing untested that has a test', () => {
    const tested = findFaultTests().filter(
      ({ files, notBuilt }) => files.length > 0 && notBuilt !== undefined,
    );
    expect(tested.map(({ number, files }) => `F${number} ${files.join()}`)).toEqual([]);
    expect(NOT_BUILT.map(([number]) => number)).toEqual([26]);
  });
});
