import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Metered, meter } from '../support/metered-exchange.ts';
import { seededRandom } from '../support/random.ts';

const NOW = 1_800_000_000_000;
const SETTINGS = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 };

describe('any delays within the assumed bound', () => {
  /** Late timers and jitter together stay below the least guard. */
  const LATE_MS = 4;
  const JITTER_MS = 20;
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const world = fc.record({
    processes: fc.integer({ min: 1, max: 4 }),
    orders: fc.integer({ min: 30, max: 160 }),
    offsetMs: fc.double({ min: -5_000, max: 5_000, noNaN: true }),
    late: fc.array(share, { minLength: 1, maxLength: 40 }),
    jitter: fc.array(share, { minLength: 1, maxLength: 40 }),
    back: fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 }),
    pauses: fc.array(fc.integer({ min: 30, max: 150 }), { minLength: 1, maxLength: 10 }),
    stalls: fc.array(
      fc.record({
        process: fc.integer({ min: 0, max: 3 }),
        from: fc.integer({ min: 0, max: 20_000 }),
        forMs: fc.integer({ min: 1, max: 600 }),
      }),
      { maxLength: 10 },
    ),
  });

  it('never put more than the limit into a second at the exchange', () => {
    const property = fc.property(world, (drawn) => {
      const metered = run(drawn);
      expect(metered.refused).toBe(0);
      expect(metered.waitMaxMs).toBeLessThan(20_000);
    });
    fc.assert(property, { numRuns: 300 });
  });

  function run(drawn: typeof world extends fc.Arbitrary<infer Value> ? Value : never): Metered {
    const { late, jitter, back, pauses, stalls, ...rest } = drawn;
    const turns = { way: 0, pause: 0 };
    return meter({
      ...rest,
      settings: SETTINGS,
      learns: true,
      way() {
        const turn = turns.way;
        turns.way += 1;
        // The assumption about learning: among any twelve calls one takes the shortest way.
        const isShortest = turn % 6 === 0;
        return {
          lateMs: (late[turn % late.length] ?? 0) * LATE_MS,
          jitterMs: isShortest ? 0 : (jitter[turn % jitter.length] ?? 0) * JITTER_MS,
          backMs: back[turn % back.length] ?? 0,
        };
      },
      pauseMs() {
        turns.pause += 1;
        return pauses[turns.pause % pauses.length] ?? 30;
      },
      stalledUntil(process, now) {
        const stall = stalls.find(
          (one) =>
            one.process === process && now >= NOW + one.from && now < NOW + one.from + one.forMs,
        );
        return stall === undefined ? now : NOW + stall.from + stall.forMs;
      },
    });
  }
});

describe('a long backlog at the exchange', () => {
  const profiles = [
    { name: 'no jitter', jitterMs: 0, tail: 0 },
    { name: '20 ms', jitterMs: 20, tail: 0 },
    { name: '50 ms', jitterMs: 50, tail: 0 },
    { name: '20 ms and tail', jitterMs: 20, tail: 0.001 },
    { name: 'outside: 1 % late by 200 ms', jitterMs: 20, tail: 0.01 },
  ];
  const lines: string[] = [];

  const run = (
    profile: (typeof profiles)[number],
    change: { processes?: number; learns?: boolean; spacingMs?: number } = {},
  ): Metered => {
    const random = seededRandom(7_919);
    return meter({
      orders: 1_500,
      processes: 1,
      learns: true,
      ...change,
      settings: SETTINGS,
      offsetMs: -432.7,
      way: () => ({
        lateMs: random() * 1.5,
        jitterMs: random() * profile.jitterMs + (random() < profile.tail ? 200 : 0),
        backMs: random() * profile.jitterMs,
      }),
      pauseMs: () => 30 + random() * 120,
    });
  };
  const note = (name: string, of: Metered) => {
    const { utilisation, refused, overtaken, writesPerOrder } = of;
    const percent = (utilisation * 100).toFixed(1);
    const writes = writesPerOrder.toFixed(2);
    lines.push(`${name}: ${percent} %, ${refused} × 429, ${overtaken} overtaken, ${writes} writes`);
    return of;
  };

  it.each([
    [0, 0.99],
    [1, 0.98],
    [2, 0.96],
    [3, 0.96],
  ])('from one process reaches its share of the limit (profile %i)', (index, atLeast) => {
    const profile = profiles[index] ?? profiles[0];
    if (profile === undefined) throw new Error('the profile exists');

    const { utilisation, refused, writesPerOrder } = note(profile.name, run(profile));

    expect(refused).toBe(0);
    expect(utilisation).toBeGreaterThanOrEqual(atLeast);
    expect(writesPerOrder).toBeLessThanOrEqual(0.11);
  });

  it.each([2, 4])('from %i processes reaches 97 % at 20 ms', (processes) => {
    const profile = { name: '20 ms', jitterMs: 20, tail: 0 };

    const metered = note(`${profile.name}, ${processes} processes`, run(profile, { processes }));

    expect(metered.refused).toBe(0);
    expect(metered.utilisation).toBeGreaterThanOrEqual(0.97);
    expect(metered.writesPerOrder).toBeLessThanOrEqual(0.3);
    expect(metered.waitMaxMs).toBeLessThan(12_000);
  });

  it('goes faster than by a fixed guard or even spacing', () => {
    for (const profile of profiles) {
      const ours = run(profile);
      const fixed = note(`${profile.name}, fixed guard`, run(profile, { learns: false }));
      const even = note(`${profile.name}, even spacing`, run(profile, { spacingMs: 105 }));

      expect(ours.utilisation).toBeGreaterThan(Math.max(fixed.utilisation, even.utilisation));
    }
  });

  it('is not refused from one process even where a fixed guard is', () => {
    const outside = profiles[4];
    if (outside === undefined) throw new Error('the profile exists');

    expect(note(outside.name, run(outside)).refused).toBe(0);
    expect(run(outside, { learns: false }).refused).toBeGreaterThan(0);
    for (const profile of profiles.slice(2)) {
      for (const processes of [2, 4]) {
        note(`${profile.name}, ${processes} processes`, run(profile, { processes }));
      }
    }
    // METERING=1 npm test -- test/domain/metering
    if (process.env.METERING !== undefined) process.stdout.write(`${lines.join('\n')}\n`);
  });
});
