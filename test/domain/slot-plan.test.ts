import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../../lib/domain/invariant.ts';
import {
  planSlots,
  type SlotPace,
  type SlotRequest,
  type WindowEntry,
} from '../../lib/domain/request-window.ts';
import { NOON as NOW } from '../support/order-events.ts';

describe('a plan to the millisecond', () => {
  const ask = (change: Partial<SlotRequest> = {}): SlotRequest => ({
    count: 1,
    weight: 1,
    limitPerSecond: 2,
    now: NOW,
    reachMs: 500,
    ...change,
  });
  const pace: SlotPace = { guardMs: 40, minGapMs: 25 };
  /** A window whose two units let the next two slots be so far ahead. */
  const ahead = (first: number, second: number) => [
    { slotAt: NOW - 900, arrivesBy: NOW - 1_000 + first },
    { slotAt: NOW - 800, arrivesBy: NOW - 1_000 + second },
  ];

  it('asks again for all slots that come within seven tenths of the reach', () => {
    const two = ask({ count: 2 });
    expect(planSlots(ahead(600, 950), two, pace)).toEqual({ laterAt: NOW + 450 });
    expect(planSlots(ahead(600, 951), two, pace)).toEqual({ laterAt: NOW + 100 });
  });

  it('waits for every call of a window that a lowered limit has made too long', () => {
    const overtaken = [
      { slotAt: NOW - 900, arrivesBy: NOW - 400 },
      { slotAt: NOW - 800, arrivesBy: NOW - 700 },
    ];
    const one = ask({ limitPerSecond: 1, reachMs: 1_000 });
    expect(planSlots(overtaken, one, pace)).toHaveProperty('slots', [NOW + 600]);
  });

  it('leaves a call as heavy as the limit as many units, none of them held', () => {
    const entry = { slotAt: NOW, arrivesBy: NOW + 40 };
    const plan = planSlots([], ask({ weight: 2 }), pace);
    expect(plan).toStrictEqual({ slots: [NOW], window: [entry, entry] });
  });

  it('goes by a stamp where it can be read, and by the answer otherwise', () => {
    const stamped = [{ slotAt: NOW - 900, arrivesBy: NOW - 500, stampedAt: NOW - 5_700 }];
    const one = ask({ limitPerSecond: 1, reachMs: 5_000 });
    const slotOf = (change: Partial<SlotPace>, window: readonly WindowEntry[] = stamped) => {
      const plan = planSlots(window, one, { ...pace, ...change });
      return 'slots' in plan ? (plan.slots[0] ?? 0) - NOW : plan;
    };
    expect(slotOf({ fromStampMs: 5_000 })).toBe(300);
    expect(slotOf({})).toBe(500);
    expect(slotOf({ fromStampMs: 5_000 }, [{ slotAt: NOW - 900, arrivesBy: NOW - 500 }])).toBe(500);
  });

  it('asks again soon where nobody can say when a call arrives', () => {
    const window = [{ slotAt: NOW - 900, arrivesBy: Number.POSITIVE_INFINITY }];
    expect(planSlots(window, ask({ limitPerSecond: 1 }), pace)).toEqual({ laterAt: NOW + 20 });
  });

  it.each<[string, Partial<SlotRequest>]>([
    ['no call', { count: 0 }],
    ['half a call', { count: 1.5 }],
    ['a weight of nothing', { weight: 0 }],
    ['a weight that is no whole number', { weight: 2.5 }],
    ['a limit of nothing', { limitPerSecond: 0 }],
    ['slots behind', { reachMs: -1 }],
  ])('is a bug of ours when it asks for %s', (_name, change) => {
    expect(() => planSlots([], ask(change), pace)).toThrow(InvariantError);
  });

  it('may ask for slots at this very moment', () => {
    expect(planSlots([], ask({ reachMs: 0 }), pace)).toHaveProperty('slots', [NOW]);
  });
});

describe('a plan within the limit of an address', () => {
  const one: SlotRequest = { count: 1, weight: 1, limitPerSecond: 10, now: NOW, reachMs: 900 };
  const late = { slotAt: NOW - 500, arrivesBy: NOW - 300 };
  const early = { slotAt: NOW - 400, arrivesBy: NOW - 360 };
  const plan = (window: readonly WindowEntry[], limitPerSecond: number, change = {}) =>
    planSlots(
      [],
      { ...one, ...change },
      { guardMs: 40, minGapMs: 25, address: { window, limitPerSecond, guardMs: 70 } },
    );

  it('waits until the request one limit before has surely arrived a second ago', () => {
    expect(plan([early, late], 2)).toMatchObject({ slots: [NOW + 640] });
    expect(plan([late], 2)).toMatchObject({ slots: [NOW] });
    expect(plan([early, late], 1)).toMatchObject({ slots: [NOW + 700] });
  });

  it('stores one unit for each request, in order of arrival, and none for what was not given', () => {
    const slow = { slotAt: NOW - 10, arrivesBy: NOW + 3_000 };
    expect(plan([early, slow], 3)).toMatchObject({
      address: [early, { slotAt: NOW, arrivesBy: NOW + 70 }, slow],
    });
    expect(plan([early, late, slow], 3)).toMatchObject({
      slots: [NOW + 640],
      address: [late, { slotAt: NOW + 640, arrivesBy: NOW + 710 }, slow],
    });
    expect(plan([early, late], 2, { count: 3, weight: 2 })).toMatchObject({
      slots: [NOW + 640, NOW + 700],
      address: [
        { slotAt: NOW + 640, arrivesBy: NOW + 710 },
        { slotAt: NOW + 700, arrivesBy: NOW + 770 },
      ],
    });
  });

  it('is not there where no address has a limit', () => {
    const free = planSlots([], one, { guardMs: 40, minGapMs: 25 });
    expect(free).not.toHaveProperty('address');
  });
});
