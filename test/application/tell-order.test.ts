import { describe, expect, it } from '@jest/globals';
import { tellChange } from '../../lib/application/tell-change.ts';
import { tellStanding } from '../../lib/application/tell-standing.ts';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { ORDER_STATUSES } from '../../lib/domain/order.ts';

const T0 = 1_795_000_000_000;
const rules = { ...ABSENCE_RULES, horizonMs: 60_000, spacingMs: 10_000, observationsMin: 3 };
const order = {
  status: 'RECEIVED' as const,
  executedQuantity: '0',
  fillsComplete: true,
  validUntil: T0 + 60_000,
  onNeverPlaced: 'fail',
  attempts: [],
  history: [],
};

describe('one change as a sentence', () => {
  it.each([
    [{ type: 'OrderReceived', origin: 'webhook' }, 'The order came in by a signed webhook and'],
    [{ type: 'AttemptStarted', keyId: 'k1', fenceAt: T0 + 8_000 }, 'Its fence lies 8.0 s later'],
    [
      {
        type: 'OrderDoubted',
        outcome: 'unknown',
        evidence: { httpStatus: 503, code: 'UNREADABLE' },
      },
      'is unknown (HTTP 503, UNREADABLE): the order may exist or not.',
    ],
    [
      { type: 'AttemptReturned', outcome: 'throttled', evidence: { httpStatus: 429 } },
      'placed nothing: the exchange asked for fewer requests',
    ],
    [
      {
        type: 'ExecutionReported',
        evidence: { source: 'query' },
        report: { status: 'PARTIALLY_FILLED', executedQuantity: '0.3' },
      },
      'A query by client order id states PARTIALLY_FILLED, 0.3 executed.',
    ],
    [
      { type: 'AbsenceObserved', source: 'open-orders-and-history' },
      'Open orders together with the history did not have it.',
    ],
    [{ type: 'FillsRecorded', fills: [{}, {}] }, '2 trades were recorded.'],
    [{ type: 'OrderRejected', code: '-2010', message: 'No balance.' }, '-2010, No balance.'],
  ])('%j', (change, words) => expect(tellChange({ at: T0, ...change })).toContain(words));

  it('names a change that it does not know', () => {
    expect(tellChange({ type: 'SomethingNew', at: T0 })).toBe('SomethingNew.');
  });
});

describe('where an order stands', () => {
  const inDoubt = { ...order, status: 'IN_DOUBT' as const, attempts: [{ fenceAt: T0 + 8_000 }] };
  const notFound = (at: number, source: string) => ({ type: 'AbsenceObserved', at, source });

  it('has a reason and a next step in every status', () => {
    for (const status of ORDER_STATUSES) {
      const { why, next } = tellStanding({ ...order, status }, { now: T0, rules });
      expect(why).toMatch(/^[A-Z].*\.$/);
      expect(next).toMatch(/^[A-Z].*\.$/);
    }
  });

  it('in doubt before the fence waits for the fence', () => {
    expect(tellStanding(inDoubt, { now: T0, rules }).next).toContain('In 8 s its fence is reached');
  });

  it('in doubt after it counts not-founds and the silence that is left', () => {
    const history = [
      notFound(T0 + 5_000, 'query'),
      notFound(T0 + 9_000, 'query'),
      notFound(T0 + 9_000, 'open-orders-and-history'),
    ];
    const { next } = tellStanding({ ...inDoubt, history }, { now: T0 + 18_000, rules });
    expect(next).toContain('Not-founds so far: 1 by id, 1 in lists.');
    expect(next).toContain('In 50 s the horizon is reached');
    expect(next).toContain('declared never placed');
  });

  it('in doubt may be sent again where its caller allows it', () => {
    const history = [notFound(T0 + 70_000, 'query')];
    const asked = { ...inDoubt, history, onNeverPlaced: 'resubmit' };
    const { next } = tellStanding(asked, { now: T0 + 90_000, rules });
    expect(next).toContain('once more: 1 of 2 did, then it may be sent again');
  });

  it('tells of a cancel that is under way', () => {
    const canceled = { ...order, status: 'NEW' as const, cancel: { status: 'SENDING' } };
    expect(tellStanding(canceled, { now: T0, rules }).next).toContain('A cancel is under way');
  });
});
