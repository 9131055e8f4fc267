import { describe, expect, it } from '@jest/globals';
import { describeViolation } from './check/violation.ts';
import { readCommandLine } from './command/options.ts';
import { brokenCount, emptyTally, runSeed } from './command/run-seed.ts';
import { sourceWithBug } from './planted/plant-bug.ts';
import { PLANTED_BUGS } from './planted/planted-bugs.ts';
import { runPlanted } from './planted/run-planted.ts';

/** A world takes about 60 ms here, run twice and checked. */
const WORLDS = 120;
const WORLDS_TIMEOUT_MS = 120_000;

describe('the simulated days', () => {
  it(
    'keep every promise, and are the same again from the same seed',
    async () => {
      const tally = emptyTally();
      for (let seed = 1; seed <= WORLDS; seed += 1) {
        await runSeed(tally, seed, { isRepeated: seed % 5 === 0 });
      }
      const shown = tally.failures.map(
        ({ seed, violation }) =>
          `npm run simulate -- --seed ${seed}: ${describeViolation(violation)}`,
      );
      expect(shown).toEqual([]);
      expect(brokenCount(tally)).toBe(0);
      expect(tally.placed).toBeGreaterThan(WORLDS);
      expect(Object.keys(tally.faults).length).toBeGreaterThan(30);
      expect(tally.killed).toBeGreaterThan(WORLDS / 2);
      expect(tally.cancelCalls).toBeGreaterThan(WORLDS / 2);
      expect(tally.replacements).toBeGreaterThan(WORLDS / 4);
      expect(tally.frames).toBeGreaterThan(WORLDS);
    },
    WORLDS_TIMEOUT_MS,
  );

  it.each([
    [690_884, 'two reconcilers with wrong clocks store their not-founds in another order'],
    [252_462, 'two words of one source lie close to the horizon'],
    [231_786, 'three do, and the other source was away'],
  ])('keep them in seed %s, where %s', async (seed) => {
    const tally = emptyTally();
    await runSeed(tally, seed, { isRepeated: false });
    expect(tally.failures).toEqual([]);
    expect(tally.orders).toBeGreaterThan(0);
  });
});

describe('planted bugs', () => {
  it.each([
    'the intent is not stored',
    'a 5XX counts as a refusal',
    'a 429 does not close the gate',
  ])(
    'are found: %s',
    async (name) => {
      const bug = PLANTED_BUGS.find((one) => one.name === name);
      if (bug === undefined) throw new Error(`no bug "${name}"`);
      const { killedBy } = await runPlanted(bug, 60);
      expect(bug.killedBy).toContain(killedBy?.kind);
    },
    WORLDS_TIMEOUT_MS,
  );

  it('have names of their own, and texts that are still there', () => {
    expect(new Set(PLANTED_BUGS.map(({ name }) => name)).size).toBe(PLANTED_BUGS.length);
    for (const bug of PLANTED_BUGS) {
      for (const one of [bug, ...(bug.also ?? [])]) {
        expect(sourceWithBug(bug.name, one)).toContain(one.replace);
      }
    }
  });
});

describe('the command line of the simulation', () => {
  const read = (words: string) => readCommandLine(words.split(' ').filter(Boolean), 2);

  it('runs two thousand worlds twice by default', () => {
    expect(read('')).toEqual({
      kind: 'run',
      options: {
        mode: 'seeds',
        seeds: 2_000,
        firstSeed: 1,
        isVerbose: false,
        isRepeated: true,
        jobs: 2,
      },
    });
  });

  it('shows one world', () => {
    expect(read('--seed 7 --verbose')).toMatchObject({
      options: { mode: 'one', firstSeed: 7, isVerbose: true },
    });
  });

  it.each([
    '--seeds 0',
    '--seed x',
    '--from 1.5',
    '--planted --faults',
    '--nothing',
    '--jobs 1000',
  ])('names the mistake in %s', (words) => {
    const line = read(words);
    expect(line.kind).toBe('wrong');
    expect(line.kind === 'wrong' && line.message).toMatch(/--help/);
  });
});
