import { describe, expect, it } from '@jest/globals';
import {
  ABSENCE_RULES,
  hasWitness,
  nextAbsenceAt,
  observeAbsence,
  provesAbsence,
  wouldCount,
} from '../../lib/domain/absence.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import type { Absence, Order } from '../../lib/domain/order.ts';
import { attemptStarted, limitTerms, received } from '../support/order-events.ts';
import { absent, doubted, FENCE, orderIn } from '../support/order-stories.ts';

const HORIZON = FENCE + 60_000;
const BULK = 'open-orders-and-history';
const doubt = orderIn('IN_DOUBT');
const query = (at: number): Absence => ({ source: 'query', at });
const bulk = (at: number): Absence => ({ source: BULK, at });
const told = (absences: readonly Absence[], order: Order = doubt): Order => ({
  ...order,
  absences,
});
const observe = (order: Order, source: Absence['source'], at: number) =>
  observeAbsence(order, source, at, ABSENCE_RULES);

/** Three of one source, as close together as they may be. */
const THREE = [query(FENCE + 1), query(FENCE + 10_001), query(FENCE + 20_001)];

it('takes a minute past the fence and three not-founds ten seconds apart', () => {
  expect(ABSENCE_RULES).toEqual({ horizonMs: 60_000, spacingMs: 10_000, observationsMin: 3 });
});

describe('the time of the next not-found', () => {
  it.each<[string, readonly Absence[], number]>([
    ['none was heard: right after the fence', [], FENCE + 1],
    ['the query has not spoken: at once', [bulk(FENCE + 5)], FENCE + 6],
    ['the query spoke alone: ten seconds later', [query(FENCE + 5)], FENCE + 10_005],
    [
      'both spoke: ten seconds after the later',
      [query(FENCE + 5), bulk(FENCE + 9)],
      FENCE + 10_009,
    ],
    ['three were heard: at the horizon', THREE, HORIZON],
    [
      'the third came a millisecond early: ten seconds later',
      [...THREE.slice(0, 2), query(FENCE + 20_000)],
      FENCE + 30_000,
    ],
    ['the lists spoke past the horizon: at once', [...THREE, bulk(HORIZON)], HORIZON + 1],
    ['the query did: ten seconds later', [...THREE, query(HORIZON)], HORIZON + 10_000],
    [
      'it did just before: at the horizon',
      [...THREE, bulk(FENCE + 30_001), query(HORIZON - 1)],
      HORIZON,
    ],
    [
      'both spoke past it, too few of them: ten seconds later',
      [query(HORIZON), bulk(HORIZON + 3)],
      HORIZON + 10_003,
    ],
  ])('when %s', (_name, absences, at) => {
    expect(nextAbsenceAt(told(absences), ABSENCE_RULES)).toBe(at);
  });

  it('is none for an order without an attempt', () => {
    expect(nextAbsenceAt(orderIn('RECEIVED'), ABSENCE_RULES)).toBeUndefined();
  });
});

describe('a source', () => {
  it('is a witness from a time on, that time included, and for itself alone', () => {
    const order = told([query(FENCE + 5)]);
    expect(hasWitness(order, 'query', FENCE + 5)).toBe(true);
    expect(hasWitness(order, 'query', FENCE + 6)).toBe(false);
    expect(hasWitness(order, BULK, FENCE)).toBe(false);
  });

  it('would bring the proof nearer or not', () => {
    const at = (ms: number) => wouldCount(told([query(FENCE + 1)]), 'query', ms, ABSENCE_RULES);
    expect([FENCE, FENCE + 10_000, FENCE + 10_001].map(at)).toEqual([false, false, true]);
    expect(wouldCount(orderIn('NEW'), 'query', HORIZON, ABSENCE_RULES)).toBe(false);
  });

  it('has said enough after three words, but for its first one past the horizon', () => {
    const counts = (absences: readonly Absence[], at: number) =>
      observe(told(absences), 'query', at).length > 0;
    expect(counts(THREE.slice(0, 2), FENCE + 20_001)).toBe(true);
    expect(counts(THREE, HORIZON - 1)).toBe(false);
    expect(counts(THREE, HORIZON)).toBe(true);
    expect(counts([...THREE, query(HORIZON)], HORIZON + 30_000)).toBe(false);
    expect(counts([query(HORIZON - 1)], HORIZON)).toBe(true);
    expect(counts([query(HORIZON)], HORIZON + 9_999)).toBe(false);
    expect(counts([query(HORIZON)], HORIZON + 10_000)).toBe(true);
  });

  it('is written down with its name and time', () => {
    expect(observe(doubt, BULK, FENCE + 7)).toEqual([
      { type: 'AbsenceObserved', at: FENCE + 7, source: BULK },
    ]);
  });
});

describe('a proof of absence', () => {
  const proven = (absences: readonly Absence[]) => provesAbsence(FENCE, absences, ABSENCE_RULES);

  it('is three words ten seconds apart, the last of each source past the horizon', () => {
    const enough = [query(FENCE + 1), query(HORIZON), bulk(HORIZON + 10_000)];
    expect(proven(enough)).toBe(true);
    expect(proven([query(FENCE), ...enough.slice(1)])).toBe(false);
    expect(proven([...enough.slice(0, 2), bulk(HORIZON + 9_999)])).toBe(false);
    expect(proven([query(FENCE + 1), query(HORIZON - 1), bulk(HORIZON + 10_000)])).toBe(false);
    expect(proven([query(HORIZON), bulk(HORIZON), bulk(HORIZON + 20_000)])).toBe(false);
  });

  it('is one in whatever order the words were stored', () => {
    const [one, other, last] = [query(FENCE + 1), query(HORIZON), bulk(HORIZON + 10_000)] as const;
    expect(proven([last, other, one])).toBe(true);
    expect(proven([other, one, last])).toBe(true);
    expect(proven([other, last, one])).toBe(true);
  });
});

describe('the verdict', () => {
  const end = (terms: ReturnType<typeof limitTerms>, change: Partial<Order> = {}) => {
    const order = evolveAll(undefined, [received({ terms }), attemptStarted(), doubted()]);
    return observe({ ...told([...THREE, bulk(HORIZON)], order), ...change }, 'query', HORIZON);
  };
  const resubmit = limitTerms({ onNeverPlaced: 'resubmit', validUntil: HORIZON + 1 });
  const types = (events: ReturnType<typeof end>) => events.map(({ type }) => type);

  it('follows the word that completes the proof, at the same time', () => {
    expect(end(resubmit)).toEqual([
      { type: 'AbsenceObserved', at: HORIZON, source: 'query' },
      { type: 'ResubmissionAllowed', at: HORIZON },
    ]);
  });

  it('comes without another word where the proof is complete and nobody has said so', () => {
    const complete = [...THREE, bulk(HORIZON), query(HORIZON)];
    const late = observe(told(complete), 'query', HORIZON + 1);
    expect(late).toEqual([{ type: 'AbsenceProven', at: HORIZON + 1 }]);
  });

  it('is final where the caller wants no second try, or wants the order canceled', () => {
    const fail = limitTerms({ validUntil: HORIZON + 1 });
    expect(types(end(fail))).toEqual(['AbsenceObserved', 'AbsenceProven']);
    const cancel = { requestedAt: FENCE, status: 'REQUESTED', attempts: 0 } as const;
    expect(types(end(resubmit, { cancel }))).toEqual(['AbsenceObserved', 'AbsenceProven']);
  });

  it('is about the latest attempt: its fence, not that of an earlier one', () => {
    const again = evolve(
      evolveAll(undefined, [
        received({ terms: limitTerms({ onNeverPlaced: 'resubmit', validUntil: HORIZON * 2 }) }),
        ...[attemptStarted(), doubted(), absent(), { type: 'ResubmissionAllowed', at: HORIZON }],
        attemptStarted({ attemptId: 'attempt-2', sendBy: HORIZON, fenceAt: HORIZON + 6_000 }),
      ] as const),
      doubted({ attemptId: 'attempt-2', at: HORIZON + 1 }),
    );
    expect(observe(again, 'query', HORIZON + 6_000)).toEqual([]);
    expect(observe(again, 'query', HORIZON + 6_001)).toHaveLength(1);
    expect(nextAbsenceAt(again, ABSENCE_RULES)).toBe(HORIZON + 6_001);
  });
});
