import { describe, expect, it } from '@jest/globals';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import { ORDER_STATUSES, type OrderStatus } from '../../lib/domain/order.ts';
import {
  abandonAttempt,
  type SubmitOutcome,
  settleOutcome,
} from '../../lib/domain/submit-outcome.ts';
import { given } from '../support/given.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { doubted, evidence, orderIn, report, returned } from '../support/order-stories.ts';

const NOW = NOON + 4_000;
const common = { attemptId: 'attempt-1', evidence: evidence({ source: 'submit' }), sentAt: NOON };

const OUTCOMES: Readonly<Record<SubmitOutcome['kind'], SubmitOutcome>> = {
  accepted: { ...common, kind: 'accepted', report: report() },
  rejected: { ...common, kind: 'rejected', code: '0401', message: 'not enough' },
  unknown: { ...common, kind: 'unknown' },
  duplicate: { ...common, kind: 'duplicate' },
  throttled: { ...common, kind: 'throttled' },
  banned: { ...common, kind: 'banned' },
  deferred: { ...common, kind: 'deferred' },
  'not-sent': { attemptId: 'attempt-1', evidence: common.evidence, kind: 'not-sent' },
  'clock-skew': { ...common, kind: 'clock-skew' },
  'bad-key': { ...common, kind: 'bad-key' },
};

const AFTER_SENDING: Readonly<Record<SubmitOutcome['kind'], OrderStatus>> = {
  accepted: 'NEW',
  rejected: 'REJECTED',
  unknown: 'IN_DOUBT',
  duplicate: 'IN_DOUBT',
  throttled: 'RECEIVED',
  banned: 'RECEIVED',
  deferred: 'RECEIVED',
  'not-sent': 'RECEIVED',
  'clock-skew': 'RECEIVED',
  'bad-key': 'RECEIVED',
};

/** The status after an outcome, where it is not the one before. */
const CHANGES: Partial<Record<OrderStatus, Partial<Record<SubmitOutcome['kind'], OrderStatus>>>> = {
  SENDING: AFTER_SENDING,
  IN_DOUBT: { ...AFTER_SENDING, unknown: 'IN_DOUBT', duplicate: 'IN_DOUBT' },
  NEVER_PLACED: { accepted: 'NEW' },
};

const PAIRS = ORDER_STATUSES.flatMap((status) =>
  Object.values(OUTCOMES).map((outcome) => ({ status, kind: outcome.kind, outcome })),
);

describe('every outcome meets every status', () => {
  it.each(PAIRS)('$kind of an order that is $status', ({ status, kind, outcome }) => {
    const order = orderIn(status);
    if (order.attempts.length === 0) {
      if (kind === 'accepted') {
        expect(() => settleOutcome(order, outcome, NOW)).toThrow(InvariantError);
      } else expect(settleOutcome(order, outcome, NOW)).toEqual([]);
      return;
    }
    const events = settleOutcome(order, outcome, NOW);
    const next = evolveAll(order, events);
    expect(next.status).toBe(CHANGES[status]?.[kind] ?? status);
    expect(settleOutcome(next, outcome, NOW + 1)).toEqual([]);
  });

  it.each(Object.values(OUTCOMES))('writes $kind and its time to the attempt', (outcome) => {
    const order = orderIn('SENDING');
    const { attempts } = evolveAll(order, settleOutcome(order, outcome, NOW));
    expect(attempts[0]).toMatchObject({ outcome: outcome.kind, evidence: outcome.evidence });
    expect(attempts[0]?.sentAt).toBe(outcome.sentAt);
  });
});

describe('an accepted outcome', () => {
  const accepted = { ...common, kind: 'accepted', report: report() } as const;

  it('is of an attempt that the order has', () => {
    const other = { ...accepted, attemptId: 'attempt-9' };
    expect(() => settleOutcome(orderIn('SENDING'), other, NOW)).toThrow(InvariantError);
  });

  it('gives its attempt and its time to a rejection too, and to nothing else', () => {
    const refused = { ...accepted, report: report({ status: 'REJECTED' }) };
    expect(settleOutcome(orderIn('SENDING'), refused, NOW)).toMatchObject([
      { type: 'OrderRejected', attemptId: 'attempt-1', sentAt: NOON },
    ]);
    const [held] = settleOutcome(
      orderIn('IN_DOUBT'),
      { ...accepted, report: report({ symbol: 'ETHUSD' }) },
      NOW,
    );
    expect(held).toMatchObject({ type: 'OrderHeld', reason: 'ID_COLLISION' });
    expect(held).not.toHaveProperty('attemptId');
    expect(held).not.toHaveProperty('sentAt');
  });

  it('of a call without a time of sending names none', () => {
    const { sentAt: _, ...untimed } = accepted;
    const [event] = settleOutcome(orderIn('SENDING'), untimed, NOW);
    expect(event).not.toHaveProperty('sentAt');
    const { attempts } = evolveAll(orderIn('SENDING'), event === undefined ? [] : [event]);
    expect(attempts[0]).not.toHaveProperty('sentAt');
  });
});

describe('the late outcome of an attempt that was given up', () => {
  const givenUp = [received(), attemptStarted(), doubted()];

  it('still settles the order', () => {
    given(...givenUp)
      .when((order) => settleOutcome(order, OUTCOMES.throttled, NOW))
      .thenEvents({ type: 'AttemptReturned' });
  });

  it('tells that the exchange knows the id', () => {
    const order = given(...givenUp)
      .when((known) => settleOutcome(known, OUTCOMES.duplicate, NOW))
      .thenEvents({ type: 'OrderDoubted' });
    expect(order.attempts[0]?.outcome).toBe('duplicate');
  });

  it('does not take back that the exchange knows the id', () => {
    given(received(), attemptStarted(), doubted({ outcome: 'duplicate' }))
      .when((order) => settleOutcome(order, OUTCOMES.unknown, NOW))
      .thenEvents();
  });
});

describe('the late outcome of an attempt before the latest', () => {
  const resent = [
    received(),
    attemptStarted(),
    returned(),
    attemptStarted({ attemptId: 'attempt-2' }),
  ];
  const negative = Object.values(OUTCOMES).filter(({ kind }) => kind !== 'accepted');

  it.each(negative)('says nothing: $kind', (outcome) => {
    for (const more of [[], [doubted({ attemptId: 'attempt-2' })]]) {
      given(...resent, ...more)
        .when((order) => settleOutcome(order, outcome, NOW))
        .thenEvents();
    }
  });

  it('is adopted when it says that the order exists', () => {
    const order = given(...resent)
      .when((known) => settleOutcome(known, OUTCOMES.accepted, NOW))
      .thenEvents({ type: 'ExecutionReported' });
    expect(order.attempts.map(({ outcome }) => outcome)).toEqual(['accepted', 'pending']);
  });

  it('stops the order from being sent again', () => {
    const order = given(received(), attemptStarted(), returned())
      .when((known) => settleOutcome(known, OUTCOMES.accepted, NOW))
      .thenEvents({ type: 'ExecutionReported' });
    expect(order.status).toBe('NEW');
  });
});

describe('an attempt that lost its sender', () => {
  it('is in doubt, and says that nobody has told its outcome', () => {
    given(received(), attemptStarted())
      .when((order) => abandonAttempt(order, NOW))
      .thenEvents({
        type: 'OrderDoubted',
        outcome: 'unknown',
        attemptId: 'attempt-1',
        evidence: { source: 'submit', at: NOW, code: 'NO_OUTCOME_STORED' },
      });
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'SENDING'))(
    'stays what it is once it is %s',
    (status) => {
      expect(abandonAttempt(orderIn(status), NOW)).toEqual([]);
    },
  );
});
