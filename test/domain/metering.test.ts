import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fromStampMs, learnDelay, spreadMs } from '../../lib/domain/delay-estimate.ts';
import { type LiveCalls, NO_CALLS, noteFate, refineWindow } from '../../lib/domain/live-calls.ts';
import { planSlots } from '../../lib/domain/request-window.ts';
import { type Metered, meter } from '../support/metered-exchange.ts';
import { seededRandom } from '../support/random.ts';

const NOW = 1_800_000_000_000;
const SETTINGS = { guardMs: 50, guardLeastMs: 25, minGapMs: 25 };

/** Answers of calls that left on time, by the delays the exchange's stamps show. */
const answered = (delaysMs: readonly number[], start = NOW): LiveCalls =>
  delaysMs.reduce<LiveCalls>((live, delayMs, index) => {
    const sentAt = start + index * 100;
    const timing = { sentAt, exchangeAt: sentAt + delayMs, answeredAt: sentAt + 80 };
    return noteFate(live, sentAt, { kind: 'answered', ...timing });
  }, NO_CALLS);
const steady = (answers: number, delayMs = 20) => Array<number>(answers).fill(delayMs);

describe('the smallest delay', () => {
  it('is trusted from the twelfth answer on', () => {
    expect(fromStampMs(answered(steady(11)).delays, NOW + 2_000)).toBeUndefined();
    expect(fromStampMs(answered(steady(12)).delays, NOW + 2_000)).toBe(1.5 - 20);
  });

  it('has a margin that shrinks with every answer', () => {
    const margins = [12, 60, 400].map((answers) => {
      const delays = Array.from({ length: answers }, (_, index) => (index % 3 === 0 ? 20 : 30));
      return (fromStampMs(answered(delays).delays, NOW + 50_000) ?? 0) + 20;
    });

    expect(margins).toEqual([26.5, 6.5, 2.25]);
  });

  it('is taken at once when it is smaller', () => {
    const { delays } = answered([...steady(50), 12]);

    expect(fromStampMs(delays, NOW + 6_000)).toBeLessThan(1.5 - 12 + 5);
    expect(fromStampMs(delays, NOW + 6_000)).toBeGreaterThan(-12);
  });

  it('is given up when it was not seen again for a thousand answers', () => {
    const seen = answered([12, ...steady(500)]);
    const given = answered([12, ...steady(1_001)]);

    expect(fromStampMs(seen.delays, NOW + 60_000)).toBeGreaterThan(-12);
    expect(fromStampMs(given.delays, NOW + 110_000)).toBe(1.5 - 20);
  });

  it('is not trusted after a pause in which the connection ends', () => {
    expect(fromStampMs(answered(steady(40)).delays, NOW + 60_000)).toBeUndefined();

    const { delays } = noteFate(answered(steady(40)), NOW + 90_000, {
      kind: 'answered',
      sentAt: NOW + 90_000,
      exchangeAt: NOW + 90_020,
      answeredAt: NOW + 90_040,
    });
    expect(fromStampMs(delays, NOW + 90_040)).toBeUndefined();
  });

  it('is forgotten when a stamp cannot be true: a clock was set', () => {
    const call = { sentAt: NOW + 5_000, exchangeAt: NOW + 5_400, answeredAt: NOW + 5_050 };

    expect(learnDelay(answered(steady(40)).delays, call, call.sentAt)).toBeUndefined();
  });

  it('is not learned from answers without a stamp', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'answered', sentAt: NOW, answeredAt: NOW + 40 });

    expect(live.delays).toBeUndefined();
  });
});

describe('the spread of arrivals after their slots', () => {
  it('rises within two late answers and falls over hundreds', () => {
    const late = answered([...steady(100), 70, 70]);
    const long = answered([...steady(100), 70, 70, ...steady(60)]);
    const longer = answered([...steady(100), 70, 70, ...steady(320)]);

    expect(spreadMs(late.delays)).toBe(50);
    expect(spreadMs(long.delays)).toBe(50);
    expect(spreadMs(longer.delays)).toBe(0);
  });

  it('is not raised by one late answer alone', () => {
    expect(spreadMs(answered([...steady(150), 70]).delays)).toBe(0);
  });
});

describe('a window refined by what became of its calls', () => {
  const ask = { count: 1, weight: 1, limitPerSecond: 1, reachMs: 60_000 };
  const planned = [{ slotAt: NOW, arrivesBy: NOW + 50 }];
  const refined = (live: LiveCalls, now: number) =>
    refineWindow(planned, live, { now, boundMs: 50 });

  it('follows the stamp of the exchange once the smallest delay is known', () => {
    const live = answered([25]);
    const plan = planSlots(
      refined(live, NOW + 100),
      { ...ask, now: NOW + 100 },
      {
        ...SETTINGS,
        fromStampMs: 1.5 - 20,
      },
    );

    expect(plan).toHaveProperty('slots', [NOW + 1_007]);
  });

  it('follows the answer while it is not', () => {
    const plan = planSlots(
      refined(answered([25]), NOW + 100),
      { ...ask, now: NOW + 100 },
      SETTINGS,
    );

    expect(plan).toHaveProperty('slots', [NOW + 1_080]);
  });

  it('keeps the place of a call closed whose answer should have come', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'leaving', sentAt: NOW + 3 });
    const asked = { ...ask, now: NOW + 400 };

    expect(planSlots(refined(live, asked.now), asked, SETTINGS)).toEqual({ laterAt: NOW + 420 });
  });

  it('keeps it closed for a second and another after nobody waits any more', () => {
    const fate = { kind: 'unanswered', sentAt: NOW, answeredAt: NOW + 5_000 } as const;
    const asked = { ...ask, now: NOW + 5_010 };
    const window = refined(noteFate(NO_CALLS, NOW, fate), asked.now);

    expect(planSlots(window, asked, SETTINGS)).toHaveProperty('slots', [NOW + 7_000]);
  });

  it('keeps no place for longer than its slot where a call never left', () => {
    const live = noteFate(NO_CALLS, NOW, { kind: 'not-sent' });
    expect(refined(live, NOW + 400)).toEqual([{ slotAt: NOW, arrivesBy: NOW }]);
  });
});

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
