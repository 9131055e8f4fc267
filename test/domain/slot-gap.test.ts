import { describe, expect, it } from '@jest/globals';
import { NO_CALLS, noteFate } from '../../lib/domain/live-calls.ts';
import { slotGapMs } from '../../lib/domain/slot-gap.ts';
import { NOON } from '../support/order-events.ts';

const PACING = { limitPerSecond: 10, allowed: 10, minGapMs: 25 };

/** Calls a second apart that took so long there and back. */
const taking = (...trips: readonly number[]) =>
  trips.reduce((live, tripMs, index) => {
    const sentAt = NOON + index * 1_000;
    return noteFate(live, sentAt, { kind: 'answered', sentAt, answeredAt: sentAt + tripMs });
  }, NO_CALLS);

describe('slots of a key', () => {
  it('lie a gap apart while no round trip is known, or a short one', () => {
    expect(slotGapMs(NO_CALLS, PACING)).toBe(25);
    expect(slotGapMs(taking(50), PACING)).toBe(25);
    expect(slotGapMs(taking(51), PACING)).toBe(26);
  });

  it('lie so far apart that two are under way, by the longest of ten round trips', () => {
    expect(slotGapMs(taking(70, 120, 90), PACING)).toBe(60);
    const since = (answers: number) => taking(120, ...Array<number>(answers).fill(70));
    expect([slotGapMs(since(9), PACING), slotGapMs(since(10), PACING)]).toEqual([60, 35]);
  });

  it('leave a fifth of the second to make up for slots that are missed', () => {
    expect(slotGapMs(taking(159), PACING)).toBe(80);
    expect(slotGapMs(taking(2_000), PACING)).toBe(80);
    expect(slotGapMs(taking(2_000), { ...PACING, limitPerSecond: 3, allowed: 3 })).toBe(266);
    expect(slotGapMs(taking(2_000), { ...PACING, limitPerSecond: 100, allowed: 100 })).toBe(25);
  });

  it('hear nothing from calls that were not answered', () => {
    const sentAt = NOON + 9_000;
    const unanswered = { kind: 'unanswered', sentAt, answeredAt: sentAt + 5_000 } as const;
    expect(slotGapMs(noteFate(taking(70), sentAt, unanswered), PACING)).toBe(35);
  });

  it('are spread evenly over a second of a key that is slowed down', () => {
    expect(slotGapMs(taking(70), { ...PACING, allowed: 6 })).toBe(167);
    expect(slotGapMs(NO_CALLS, { ...PACING, allowed: 6, minGapMs: 200 })).toBe(200);
  });
});
