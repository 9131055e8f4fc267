import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  allowedPerSecond,
  isForeignUse,
  slowDown,
  slowedTo,
} from '../../lib/domain/foreign-use.ts';
import { type CallFate, type LiveCalls, NO_CALLS, noteFate } from '../../lib/domain/live-calls.ts';

const NOW = 1_800_000_000_000;
const LIMIT = 10;
const WAY_MS = 20;
const MINUTE = 60_000;

/** Calls a hundred milliseconds apart; the last one is refused. */
function paced(calls: number, apartMs: number): { live: LiveCalls; sentAt: number } {
  let live = NO_CALLS;
  for (let index = 0; index < calls; index += 1) {
    const sentAt = NOW + index * apartMs;
    const isRefused = index === calls - 1;
    live = noteFate(live, sentAt, answered(sentAt, isRefused ? undefined : sentAt + WAY_MS));
  }
  return { live, sentAt: NOW + (calls - 1) * apartMs };
}

function answered(sentAt: number, exchangeAt: number | undefined): CallFate {
  const timing = { sentAt, answeredAt: sentAt + 2 * WAY_MS };
  return { kind: 'answered', ...timing, ...(exchangeAt !== undefined && { exchangeAt }) };
}

const judge = (live: LiveCalls, sentAt: number, readsStamps = true, offsetMs = 0) =>
  isForeignUse([], live, {
    refused: { limitPerSecond: LIMIT, sentAt },
    fromStampMs: readsStamps ? -WAY_MS - offsetMs : undefined,
  });

describe('a refused call', () => {
  it('that kept the budget shows that somebody else uses the key', () => {
    const { live, sentAt } = paced(40, 101);
    expect(judge(live, sentAt)).toBe(true);
  });

  it('that came too soon shows nothing', () => {
    const { live, sentAt } = paced(40, 95);
    expect(judge(live, sentAt)).toBe(false);
  });

  it('shows nothing while arrivals are only known by their answers', () => {
    const { live, sentAt } = paced(40, 101);
    expect(judge(live, sentAt, false)).toBe(false);
  });

  it('shows nothing while calls before it may still be on their way', () => {
    const { live, sentAt } = paced(40, 101);
    const unsure = { kind: 'unanswered', sentAt: NOW, answeredAt: NOW + 500 } as const;
    expect(judge(noteFate(live, NOW, unsure), sentAt)).toBe(false);
  });

  it('counts the calls of other processes by their bounds', () => {
    const { live, sentAt } = paced(40, 101);
    const other = { slotAt: sentAt - 700, arrivesBy: sentAt - 650 };
    const refused = { limitPerSecond: LIMIT, sentAt };
    expect(isForeignUse([other], live, { refused, fromStampMs: -WAY_MS })).toBe(false);
    const longAgo = { slotAt: sentAt - 1_200, arrivesBy: sentAt - 1_150 };
    expect(isForeignUse([longAgo], live, { refused, fromStampMs: -WAY_MS })).toBe(true);
  });

  /** Nine calls within the second before it, so that one more decides. */
  const sentAt = NOW + 3_000;
  const nine = Array.from({ length: 9 }, (_, index) => sentAt - 900 + index * 100).reduce(
    (live, at) => noteFate(live, at, answered(at, at + WAY_MS)),
    noteFate(NO_CALLS, sentAt, answered(sentAt, undefined)),
  );

  it.each<[string, number, CallFate, boolean]>([
    ['has a slot only', sentAt - 50, { kind: 'reserved' }, true],
    ['never left', sentAt - 50, { kind: 'not-sent' }, true],
    ['is leaving', sentAt - 50, { kind: 'leaving', sentAt: sentAt - 50 }, false],
    ['left after it', sentAt + 1, { kind: 'leaving', sentAt: sentAt + 1 }, true],
    ['left with it', sentAt + 1, { kind: 'leaving', sentAt }, false],
    ['arrived a second before', NOW, answered(sentAt - 1_000, sentAt - 1_000 + WAY_MS), true],
    ['arrived just within a second', NOW, answered(sentAt - 999, sentAt - 999 + WAY_MS), false],
  ])('counts with a call that %s', (_name, slotAt, fate, isForeign) => {
    expect(judge(nine, sentAt)).toBe(true);
    expect(judge(noteFate(nine, slotAt, fate), sentAt)).toBe(isForeign);
  });

  it('counts no call twice that is in the window of the key as well', () => {
    const window = [...nine.fates.keys()].map((slotAt) => ({ slotAt, arrivesBy: slotAt + 40 }));
    const refused = { limitPerSecond: LIMIT, sentAt };
    expect(isForeignUse(window, nine, { refused, fromStampMs: -WAY_MS })).toBe(true);
  });

  it('counts a call by its weight, and a heavier one than the limit as past it', () => {
    const { live, sentAt } = paced(5, 200);
    const refused = { limitPerSecond: LIMIT, sentAt };
    const weighing = (units: number, heldMs?: number) =>
      [...live.fates.keys()].flatMap((slotAt) =>
        Array.from({ length: units }, () => ({
          ...{ slotAt, arrivesBy: slotAt + 40 },
          ...(heldMs !== undefined && { heldMs }),
        })),
      );
    const judged = (units: number, heldMs?: number) =>
      isForeignUse(weighing(units, heldMs), live, { refused, fromStampMs: -WAY_MS });
    expect(judged(2)).toBe(true);
    expect(judged(3)).toBe(false);
    expect(judged(1, 1_000)).toBe(false);
    const oneHeavy = [...weighing(1).slice(0, -1), ...weighing(1, 1_000).slice(-1)];
    expect(judged(1)).toBe(true);
    expect(isForeignUse(oneHeavy, live, { refused, fromStampMs: -WAY_MS })).toBe(false);
  });

  it('is never called foreign when our own calls alone passed the limit', () => {
    const call = fc.record({
      apartMs: fc.integer({ min: 25, max: 140 }),
      jitterMs: fc.integer({ min: 0, max: 24 }),
      backMs: fc.integer({ min: 5, max: 300 }),
    });
    const property = fc.property(
      fc.array(call, { minLength: 12, maxLength: 60 }),
      fc.integer({ min: -5_000, max: 5_000 }),
      (calls, offsetMs) => {
        let live = NO_CALLS;
        let sentAt = NOW;
        const counted: number[] = [];
        for (const { apartMs, jitterMs, backMs } of calls) {
          sentAt += apartMs;
          const arrivedAt = sentAt + WAY_MS + jitterMs;
          const isRefused = counted.filter((at) => at > arrivedAt - 1_000).length >= LIMIT;
          if (!isRefused) counted.push(arrivedAt);
          const timing = { sentAt, answeredAt: arrivedAt + backMs };
          const stamp = isRefused ? {} : { exchangeAt: arrivedAt + offsetMs };
          live = noteFate(live, sentAt, { kind: 'answered', ...timing, ...stamp });
          if (isRefused) expect(judge(live, sentAt, true, offsetMs)).toBe(false);
        }
      },
    );
    fc.assert(property);
  });
});

describe('a slowed key', () => {
  it('is used less after each refusal, and never not at all', () => {
    const first = slowDown(LIMIT, undefined, NOW);
    expect(allowedPerSecond(LIMIT, first, NOW)).toBe(6);
    const second = slowDown(LIMIT, first, NOW + MINUTE);
    expect(allowedPerSecond(LIMIT, second, NOW + MINUTE)).toBe(3);
    const last = [1, 2, 3, 4].reduce((slowed) => slowDown(LIMIT, slowed, NOW), second);
    expect(allowedPerSecond(LIMIT, last, NOW)).toBe(1);
  });

  it('comes back by one per second every five minutes', () => {
    const slowed = slowDown(LIMIT, undefined, NOW);
    const after = [4, 5, 11, 20, 900].map((minutes) => NOW + minutes * MINUTE);
    expect(after.map((at) => allowedPerSecond(LIMIT, slowed, at))).toEqual([6, 7, 8, 10, 10]);
    expect(after.map((at) => slowedTo(slowed, at))).toEqual([6, 7, 8, undefined, undefined]);
    expect(slowedTo(undefined, NOW)).toBeUndefined();
  });

  it('never passes a limit that was set lower meanwhile', () => {
    expect(allowedPerSecond(4, slowDown(LIMIT, undefined, NOW), NOW)).toBe(4);
  });
});
