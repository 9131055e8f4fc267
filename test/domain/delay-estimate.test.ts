import { describe, expect, it } from '@jest/globals';
import {
  type DelayEstimate,
  fromStampMs,
  learnDelay,
  spreadMs,
} from '../../lib/domain/delay-estimate.ts';
import { NO_CALLS, noteFate } from '../../lib/domain/live-calls.ts';
import { answered, steady } from '../support/answered-calls.ts';
import { NOON as NOW } from '../support/order-events.ts';

/** Answers alone, one a tenth of a second after the other; the newest is at `latestAt`. */
const learned = (delaysMs: readonly number[]): DelayEstimate => {
  const { delays } = answered(delaysMs);
  if (delays === undefined) throw new Error('there is an answer to learn from');
  return delays;
};
const call = (sentAt: number, delayMs: number, roundTripMs = 80) => ({
  sentAt,
  exchangeAt: sentAt + delayMs,
  answeredAt: sentAt + roundTripMs,
});

describe('the smallest delay', () => {
  it('is trusted from the twelfth answer on', () => {
    expect(fromStampMs(undefined, NOW)).toBeUndefined();
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

  it('outlives a pause of fifty seconds, and nothing longer', () => {
    const known = learned(steady(12));
    const again = known.latestAt + 50_000;

    expect(fromStampMs(known, again)).toBe(1.5 - 20);
    expect(fromStampMs(known, again + 1)).toBeUndefined();
    expect(learnDelay(known, call(again, 20), again)?.current.answers).toBe(13);
    expect(learnDelay(known, call(again + 1, 20), again + 1)).toMatchObject({
      current: { answers: 1, smallestMs: 20 },
      recent: [20],
      spreads: [0],
      latestAt: again + 81,
    });
  });

  it('stands a stamp that rounding explains, and no later one', () => {
    const known = learned(steady(12));

    expect(learnDelay(known, call(NOW + 2_000, 20 + 50 + 2, 50), NOW + 2_000)).toBeDefined();
    expect(learnDelay(known, call(NOW + 2_000, 20 + 50 + 3, 50), NOW + 2_000)).toBeUndefined();
  });

  it('is counted in generations of five hundred answers, two of which are known', () => {
    const first = learned([12, ...steady(499)]);
    const second = learned([12, ...steady(500)]);
    const full = learned([12, ...steady(999)]);

    expect(first).toMatchObject({ current: { answers: 500, smallestMs: 12 } });
    expect(first).not.toHaveProperty('before');
    expect(second).toMatchObject({
      current: { answers: 1, smallestMs: 20 },
      before: { answers: 500, smallestMs: 12 },
    });
    expect(full).toMatchObject({
      current: { answers: 500, smallestMs: 20 },
      before: { answers: 500, smallestMs: 12 },
    });
    // Trusted at once in the new generation: a thousandth of doubt, not a twelfth.
    expect(fromStampMs(second, second.latestAt)).toBeCloseTo(1.5 + (30 * 8) / 501 - 12, 9);
  });

  it('has its margin from the median of the newest sixty', () => {
    const mixed = [20, 31, 25, 29, 23, 27, 21, 33, 24, 26, 28, 30];

    expect(fromStampMs(learned(mixed), NOW + 2_000)).toBe(1.5 + (30 * (27 - 20)) / 12 - 20);
    expect(learned([...steady(10, 40), ...steady(60)]).recent).toEqual(steady(60));
    // Without bound the median of 40, 40, … and 20 would be 40.
    const known = learned([...steady(90, 40), ...steady(60)]);
    expect(fromStampMs(known, known.latestAt)).toBe(1.5 - 20);
  });

  it('knows the newest answer, in whatever order answers are told', () => {
    const known = learned(steady(12));
    const early = learnDelay(known, call(NOW + 1_090, 20), NOW + 1_090);

    expect(early?.latestAt).toBe(known.latestAt);
    expect(learnDelay(undefined, call(NOW, 20), NOW)?.latestAt).toBe(NOW + 80);
  });

  it('stays as it is when an answer has no stamp', () => {
    const known = learned(steady(12));

    expect(learnDelay(known, { sentAt: NOW + 9, answeredAt: NOW + 10 }, NOW + 9)).toBe(known);
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

  it('is learned from thirty answers on', () => {
    expect(spreadMs(undefined)).toBeUndefined();
    expect(spreadMs(learned(steady(29)))).toBeUndefined();
    expect(spreadMs(learned(steady(30)))).toBe(0);
  });

  it('counts from the slot, and a call that left early as on time', () => {
    const late = learnDelay(undefined, call(NOW + 7, 20), NOW);
    const early = learnDelay(undefined, call(NOW - 7, 20), NOW);

    expect(late?.spreads).toEqual([7]);
    expect(early?.spreads).toEqual([0]);
  });

  it('is the third highest of three hundred, but for the second of the newest thirty', () => {
    const high = [70, 40, 60];
    const raised = learned([...steady(250), ...high, ...steady(27)]);
    const fallen = learned([...steady(250), ...high, ...steady(29)]);

    expect(spreadMs(raised)).toBe(60 - 20);
    expect(learned([...steady(250), ...high, ...steady(60)]).spreads).toHaveLength(300);
    expect(spreadMs(fallen)).toBe(40 - 20);
  });

  it('forgets what three hundred answers ago was late', () => {
    const high = [70, 70, 70, 70, 70];

    expect(spreadMs(learned([20, ...high, ...steady(298)]))).toBe(0);
    expect(spreadMs(learned([20, ...high, ...steady(294)]))).toBe(50);
  });

  it('is not raised by one late answer alone', () => {
    expect(spreadMs(answered([...steady(150), 70]).delays)).toBe(0);
  });
});
