import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  ABSENCE_RULES,
  nextAbsenceAt,
  observeAbsence,
  provesAbsence,
} from '../../lib/domain/absence.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { OTHER_ORDER } from '../../lib/domain/execution-report.ts';
import { MISSED_MAX, observeMissing } from '../../lib/domain/missing.ts';
import { type Absence, ORDER_STATUSES, type Order } from '../../lib/domain/order.ts';
import { given } from '../support/given.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import { absent, doubted, FENCE, orderIn, WAY_TO } from '../support/order-stories.ts';

const HORIZON = FENCE + ABSENCE_RULES.horizonMs;
const BULK = 'open-orders-and-history';
type Source = Absence['source'];

const observe = (order: Order, source: Source, at: number) =>
  observeAbsence(order, source, at, ABSENCE_RULES);

/** Lets sources report not-found at times after the fence, one after the other. */
const observed = (order: Order, times: readonly (readonly [Source, number])[]): Order =>
  times.reduce((known, [source, at]) => evolveAll(known, observe(known, source, at)), order);

const ENOUGH: readonly (readonly [Source, number])[] = [
  ['query', FENCE + 1],
  [BULK, FENCE + 1],
  ['query', FENCE + 10_001],
  ['query', FENCE + 20_001],
];

/** All but the last word, which is the query's. */
const ALMOST: readonly (readonly [Source, number])[] = [...ENOUGH, [BULK, HORIZON]];

describe('a not-found', () => {
  it.each([
    ['a minute before the fence', FENCE - 60_000, 0],
    ['at the fence', FENCE, 0],
    ['a millisecond after the fence', FENCE + 1, 1],
  ] as const)('%s counts %s', (_when, at, count) => {
    expect(observe(orderIn('IN_DOUBT'), 'query', at)).toHaveLength(count);
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'IN_DOUBT'))(
    'means nothing for an order that is %s',
    (status) => {
      expect(observe(orderIn(status), 'query', HORIZON + 1)).toEqual([]);
    },
  );

  it('counts again ten seconds later, to the millisecond', () => {
    const once = [...WAY_TO.IN_DOUBT, absent('query', FENCE + 5)];
    given(...once)
      .when((order) => observe(order, 'query', FENCE + 10_004))
      .thenEvents();
    given(...once)
      .when((order) => observe(order, 'query', FENCE + 10_005))
      .thenEvents({ type: 'AbsenceObserved' });
  });

  it('of the other source counts at the same moment', () => {
    given(...WAY_TO.IN_DOUBT, absent('query', FENCE + 5))
      .when((order) => observe(order, BULK, FENCE + 5))
      .thenEvents({ type: 'AbsenceObserved', source: BULK });
  });
});

describe('a proof of absence', () => {
  const order = observed(orderIn('IN_DOUBT'), ALMOST);

  it('is complete at the horizon, to the millisecond', () => {
    expect(observe(order, 'query', HORIZON - 1)).toEqual([]);
    expect(observe(order, 'query', HORIZON)).toMatchObject([
      { type: 'AbsenceObserved' },
      { type: 'AbsenceProven' },
    ]);
  });

  it('moves the order to NEVER_PLACED', () => {
    const proven = evolveAll(order, observe(order, 'query', HORIZON));
    expect(proven).toMatchObject({ status: 'NEVER_PLACED', attempts: [{ outcome: 'absent' }] });
  });

  it.each<[string, readonly (readonly [Source, number])[], number]>([
    ['one source only', [...ENOUGH.filter(([source]) => source === 'query')], HORIZON],
    [
      'two observations',
      [
        [BULK, FENCE + 1],
        [BULK, HORIZON],
      ],
      HORIZON,
    ],
    ['one source past the horizon, to the millisecond', [...ENOUGH, [BULK, HORIZON - 1]], HORIZON],
    ['one source past the horizon, however often', [['query', FENCE + 1]], HORIZON + 40_000],
  ])('is not complete with %s', (_name, times, until) => {
    const last =
      times.every(([source]) => source === 'query') && times.length === 1 ? BULK : 'query';
    let known = observed(orderIn('IN_DOUBT'), times);
    for (let at = HORIZON; at <= until; at += 10_000) known = observed(known, [[last, at]]);
    expect(known.status).toBe('IN_DOUBT');
    expect(provesAbsence(FENCE, known.absences, ABSENCE_RULES)).toBe(false);
  });

  it('does not count two witnesses of one moment twice', () => {
    const pairs: readonly Absence[] = [HORIZON, HORIZON + 10_000].flatMap((at) =>
      (['query', BULK] as const).map((source) => ({ source, at })),
    );
    expect(provesAbsence(FENCE, pairs, ABSENCE_RULES)).toBe(false);
  });

  it('does not count what was said before the fence', () => {
    const early: readonly Absence[] = [
      { source: 'query', at: FENCE - 30_000 },
      { source: 'query', at: FENCE + 1 },
      { source: 'query', at: HORIZON },
      { source: BULK, at: HORIZON },
    ];
    expect(provesAbsence(FENCE, early, ABSENCE_RULES)).toBe(false);
    expect(provesAbsence(FENCE - 30_001, early, ABSENCE_RULES)).toBe(true);
  });
});

describe('the verdict of a proof', () => {
  const told = (terms = limitTerms(), doubt = doubted()) =>
    observed(evolveAll(undefined, [received({ terms }), attemptStarted(), doubt]), ALMOST);

  it('lets the order be sent again where the caller allowed it and time is left', () => {
    const terms = limitTerms({ onNeverPlaced: 'resubmit', validUntil: HORIZON + 1 });
    expect(observe(told(terms), 'query', HORIZON).at(-1)?.type).toBe('ResubmissionAllowed');
  });

  it('ends the order where no time is left', () => {
    const terms = limitTerms({ onNeverPlaced: 'resubmit', validUntil: HORIZON });
    expect(observe(told(terms), 'query', HORIZON).at(-1)?.type).toBe('AbsenceProven');
  });

  it('F25 holds an order that the exchange answered under another id', () => {
    const evidence = { source: 'submit', at: NOON, httpStatus: 200, code: OTHER_ORDER } as const;
    const order = told(limitTerms({ onNeverPlaced: 'resubmit' }), doubted({ evidence }));
    expect(observe(order, 'query', HORIZON).at(-1)).toMatchObject({
      type: 'OrderHeld',
      reason: 'ANSWERED_WITH_OTHER_ID',
    });
  });

  it('F23 holds an order that the exchange called a duplicate', () => {
    const order = told(limitTerms(), doubted({ outcome: 'duplicate' }));
    expect(observe(order, 'query', HORIZON).at(-1)).toMatchObject({
      type: 'OrderHeld',
      reason: 'DUPLICATE_BUT_ABSENT',
    });
  });
});

describe('any not-founds', () => {
  const step = fc.record({
    source: fc.constantFrom<Source>('query', BULK),
    afterMs: fc.integer({ min: 0, max: 15_000 }),
  });

  it('keep the order small, and prove nothing before the horizon or by one source', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let at = NOON;
        let order = orderIn('IN_DOUBT');
        for (const { source, afterMs } of steps) {
          at += afterMs;
          order = evolveAll(order, observe(order, source, at));
          expect(order.absences.length).toBeLessThanOrEqual(
            2 * (ABSENCE_RULES.observationsMin + 1),
          );
          if (order.status === 'IN_DOUBT') continue;
          expect(at).toBeGreaterThanOrEqual(HORIZON);
          const late = order.absences.filter((one) => one.at >= HORIZON);
          expect(new Set(late.map((one) => one.source)).size).toBe(2);
          expect(order.absences.every((one) => one.at > FENCE)).toBe(true);
          return;
        }
      }),
    );
  });

  it('prove it in the end, whatever was said before (seed 231786 asked for ever)', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        let at = NOON;
        let order = orderIn('IN_DOUBT');
        for (const { source, afterMs } of steps) {
          at += afterMs;
          order = evolveAll(order, observe(order, source, at));
        }
        for (let look = 0; look < 8 && order.status === 'IN_DOUBT'; look += 1) {
          at = Math.max(at + 1, nextAbsenceAt(order, ABSENCE_RULES) ?? at);
          order = observed(order, [
            ['query', at],
            [BULK, at],
          ]);
        }
        expect(order.status).toBe('NEVER_PLACED');
      }),
    );
    const close = observed(orderIn('IN_DOUBT'), [
      ['query', HORIZON - 945],
      [BULK, HORIZON - 896],
      ['query', HORIZON + 122],
      [BULK, HORIZON + 182],
      ['query', HORIZON + 10_221],
      [BULK, HORIZON + 10_295],
      ['query', HORIZON + 20_300],
    ]);
    expect(close.status).toBe('NEVER_PLACED');
  });

  it('prove it in the end when both sources are asked at the times that are said', () => {
    let order = orderIn('IN_DOUBT');
    let at: number = NOON;
    for (let look = 0; look < 12 && order.status === 'IN_DOUBT'; look += 1) {
      at = Math.max(at, nextAbsenceAt(order, ABSENCE_RULES) ?? at);
      order = observed(order, [
        ['query', at],
        [BULK, at],
      ]);
    }
    expect(order.status).toBe('NEVER_PLACED');
    expect(at).toBe(HORIZON);
  });
});

describe('an open order that is not found', () => {
  const miss = (order: Order, at: number) => observeMissing(order, at, ABSENCE_RULES);

  it('F19 counts for nothing inside the horizon, where queries may lag behind', () => {
    expect(miss(orderIn('NEW'), HORIZON - 1)).toEqual([]);
    expect(miss(orderIn('NEW'), HORIZON)).toMatchObject([{ type: 'OrderMissed' }]);
  });

  it('F28 is held after several looks, never ended', () => {
    let order = orderIn('PARTIALLY_FILLED');
    for (let look = 0; look < MISSED_MAX; look += 1) {
      expect(order.status).toBe('PARTIALLY_FILLED');
      order = evolveAll(order, miss(order, HORIZON + look * 10_000));
    }
    expect(order).toMatchObject({ status: 'HELD', reason: 'MISSING_AT_EXCHANGE' });
  });

  it('counts once in ten seconds', () => {
    const order = evolveAll(orderIn('NEW'), miss(orderIn('NEW'), HORIZON));
    expect(miss(order, HORIZON + 9_999)).toEqual([]);
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'NEW' && status !== 'PARTIALLY_FILLED'))(
    'means nothing once it is %s',
    (status) => {
      expect(miss(orderIn(status), HORIZON)).toEqual([]);
    },
  );
});
