import { describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { ATTEMPTS_MAX, evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { HISTORY_ENTRIES_MAX } from '../../lib/domain/history.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import { ORDER_STATUSES, type OrderStatus, type ReturnedOutcome } from '../../lib/domain/order.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import {
  absent,
  doubted,
  FENCE,
  fill,
  orderIn,
  rejected,
  report,
  reported,
  returned,
  WAY_TO,
} from '../support/order-stories.ts';

const LATER = FENCE + 70_000;
const evidence = doubted().evidence;

/** Each event with the statuses that it may follow and the status that it leads to. */
const LEGAL: Readonly<
  Record<
    OrderEvent['type'],
    {
      readonly event: OrderEvent;
      readonly after: readonly OrderStatus[];
      readonly to?: OrderStatus;
    }
  >
> = {
  OrderReceived: { event: received(), after: [] },
  OrderDenied: {
    event: { type: 'OrderDenied', at: LATER, code: 'ACCOUNT_HALTED', message: 'halted' },
    after: ['RECEIVED'],
    to: 'DENIED',
  },
  OrderExpired: { event: { type: 'OrderExpired', at: LATER }, after: ['RECEIVED'], to: 'EXPIRED' },
  AttemptStarted: {
    event: attemptStarted({ attemptId: 'attempt-2' }),
    after: ['RECEIVED'],
    to: 'SENDING',
  },
  AttemptReturned: { event: returned(), after: ['SENDING', 'IN_DOUBT'], to: 'RECEIVED' },
  OrderDoubted: { event: doubted(), after: ['SENDING', 'IN_DOUBT'], to: 'IN_DOUBT' },
  OrderRejected: {
    event: rejected(),
    after: ['SENDING', 'IN_DOUBT', 'NEW'],
    to: 'REJECTED',
  },
  ExecutionReported: {
    event: reported({ status: 'FILLED', executedQuantity: '0.5' }),
    after: ['SENDING', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED'],
    to: 'FILLED',
  },
  OrderResurrected: {
    event: { type: 'OrderResurrected', at: LATER, report: report(), evidence },
    after: ['NEVER_PLACED'],
    to: 'NEW',
  },
  FillsRecorded: {
    event: { type: 'FillsRecorded', at: LATER, fills: [fill()], evidence },
    after: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'PARTIALLY_CANCELED'],
  },
  // Of an order that has the fill; see fills.test.ts.
  FillCorrected: {
    event: { type: 'FillCorrected', at: LATER, before: fill(), evidence },
    after: [],
  },
  ExecutionCorrected: {
    event: {
      type: 'ExecutionCorrected',
      at: LATER,
      executedQuantity: '0.1',
      cumulativeQuote: '6500',
      evidence,
    },
    after: ['CANCELED'],
    to: 'PARTIALLY_CANCELED',
  },
  ExecutionExceeded: {
    event: { type: 'ExecutionExceeded', at: LATER, executedQuantity: '0.6', evidence },
    after: ['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'PARTIALLY_CANCELED'],
  },
  AbsenceObserved: { event: absent(), after: ['IN_DOUBT'] },
  AbsenceProven: {
    event: { type: 'AbsenceProven', at: LATER },
    after: ['IN_DOUBT'],
    to: 'NEVER_PLACED',
  },
  // Of an order whose caller allowed it; see below.
  ResubmissionAllowed: { event: { type: 'ResubmissionAllowed', at: LATER }, after: [] },
  OrderMissed: { event: { type: 'OrderMissed', at: LATER }, after: ['NEW', 'PARTIALLY_FILLED'] },
  PreparationFailed: {
    event: { type: 'PreparationFailed', at: LATER, message: 'TypeError' },
    after: ['RECEIVED'],
  },
  OrderHeld: {
    event: { type: 'OrderHeld', at: LATER, reason: 'ID_COLLISION' },
    after: ['RECEIVED', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED', 'NEVER_PLACED'],
    to: 'HELD',
  },
  ReplacementClaimed: {
    event: { type: 'ReplacementClaimed', at: LATER, replacedBy: 'order-2' },
    after: ORDER_STATUSES,
  },
  CancelRequested: {
    event: { type: 'CancelRequested', at: LATER },
    after: ['RECEIVED', 'SENDING', 'IN_DOUBT', 'NEW', 'PARTIALLY_FILLED', 'NEVER_PLACED', 'HELD'],
  },
  // Of an order that is wanted canceled; see cancel.test.ts.
  CancelStarted: {
    event: { type: 'CancelStarted', at: LATER, attemptId: 'cancel-1', keyId: 'key-1' },
    after: [],
  },
  CancelAnswered: {
    event: {
      type: 'CancelAnswered',
      at: LATER,
      attemptId: 'cancel-1',
      outcome: 'acknowledged',
      evidence,
    },
    after: [],
  },
  OrderCanceled: { event: { type: 'OrderCanceled', at: LATER }, after: [] },
};

const PAIRS = ORDER_STATUSES.flatMap((status) =>
  Object.values(LEGAL).map((row) => ({ status, type: row.event.type, ...row })),
);

describe('every event after every status', () => {
  it.each(PAIRS)('$type after $status', ({ status, event, after, to }) => {
    const order = orderIn(status);
    if (!after.includes(status)) {
      expect(() => evolve(order, event)).toThrow(InvariantError);
      return;
    }
    const next = evolve(order, event);
    expect(next.status).toBe(to ?? status);
    expect(next.version).toBe(order.version + 1);
    expect(next.history.at(-1)).toMatchObject({
      sequence: next.version,
      type: event.type,
      status: next.status,
    });
  });

  it('has a way to every status', () => {
    for (const status of ORDER_STATUSES) expect(orderIn(status).status).toBe(status);
  });

  it('begins with the receipt and nothing else', () => {
    for (const { event } of Object.values(LEGAL)) {
      if (event.type === 'OrderReceived') continue;
      expect(() => evolve(undefined, event)).toThrow(InvariantError);
    }
    expect(() => evolveAll(undefined, [])).toThrow(InvariantError);
  });
});

describe('a re-send', () => {
  const second = attemptStarted({ attemptId: 'attempt-2' });
  const outcomes: readonly ReturnedOutcome[] = [
    'throttled',
    'banned',
    'deferred',
    'not-sent',
    'clock-skew',
    'bad-key',
  ];

  it.each(outcomes)('may follow an attempt that ended as %s', (outcome) => {
    const order = evolveAll(orderIn('SENDING'), [returned({ outcome }), second]);
    expect(order.attempts.map((attempt) => attempt.outcome)).toEqual([outcome, 'pending']);
  });

  it('may follow a proof of absence when the caller allowed it', () => {
    const terms = limitTerms({ onNeverPlaced: 'resubmit' });
    const order = evolveAll(undefined, [
      received({ terms }),
      attemptStarted(),
      doubted(),
      absent(),
      { type: 'ResubmissionAllowed', at: LATER },
    ]);
    expect(order).toMatchObject({ status: 'RECEIVED', absences: [] });
    expect(evolve(order, second).attempts).toHaveLength(2);
  });

  it('is a bug when the caller did not allow it', () => {
    expect(() => evolve(orderIn('IN_DOUBT'), { type: 'ResubmissionAllowed', at: LATER })).toThrow(
      InvariantError,
    );
  });

  it.each(['unknown', 'duplicate', 'accepted', 'rejected', 'pending'] as const)(
    'is a bug after an attempt that is %s',
    (outcome) => {
      const order = evolve(orderIn('SENDING'), returned());
      const attempts = order.attempts.map((attempt) => ({ ...attempt, outcome }));
      expect(() => evolve({ ...order, attempts }, second)).toThrow('may have placed the order');
    },
  );

  it('is bounded', () => {
    let order = orderIn('RECEIVED');
    for (let number = 1; number <= ATTEMPTS_MAX; number += 1) {
      const attemptId = `attempt-${number}`;
      order = evolveAll(order, [attemptStarted({ attemptId }), returned({ attemptId })]);
    }
    expect(order.history).toHaveLength(HISTORY_ENTRIES_MAX);
    expect(() => evolve(order, attemptStarted({ attemptId: 'one-more' }))).toThrow('bounded');
  });

  it('is not used up by attempts that never left', () => {
    let order = orderIn('RECEIVED');
    for (let number = 1; number <= 3 * ATTEMPTS_MAX; number += 1) {
      const attemptId = `attempt-${number}`;
      const back = returned({ attemptId, outcome: 'not-sent' });
      order = evolveAll(order, [attemptStarted({ attemptId }), back]);
    }
    expect(order.attempts.length).toBeLessThanOrEqual(2);
  });
});

describe('an attempt', () => {
  it('never leaves past validUntil', () => {
    const late = attemptStarted({ sendBy: NOON + 60_001, fenceAt: NOON + 90_000 });
    expect(() => evolve(orderIn('RECEIVED'), late)).toThrow('validUntil');
  });

  it('has a fence behind its receive window', () => {
    const { sendBy, recvWindowMs } = attemptStarted();
    const short = attemptStarted({ fenceAt: sendBy + recvWindowMs - 1 });
    expect(() => evolve(orderIn('RECEIVED'), short)).toThrow('fence');
  });

  it('is told its outcome by its own id only', () => {
    expect(() => evolve(orderIn('SENDING'), doubted({ attemptId: 'other' }))).toThrow(
      'stored attempt',
    );
  });

  it('keeps when it left and what was said', () => {
    const order = evolve(orderIn('SENDING'), doubted({ sentAt: NOON + 1_500 }));
    expect(order.attempts[0]).toMatchObject({ sentAt: NOON + 1_500, outcome: 'unknown', evidence });
  });
});

describe('quantities', () => {
  const partly = orderIn('PARTIALLY_FILLED');

  it('never fall', () => {
    expect(() => evolve(partly, reported({ executedQuantity: '0.1' }))).toThrow('never falls');
  });

  it('never pass what was ordered', () => {
    expect(() => evolve(partly, reported({ executedQuantity: '0.51' }))).toThrow('never passes');
  });

  it('are exceeded only by more than was ordered', () => {
    const exceeded = (executedQuantity: string) =>
      evolve(partly, {
        ...{ type: 'ExecutionExceeded', at: NOON, executedQuantity },
        evidence,
      });
    expect(() => exceeded('0.5')).toThrow('beyond the order');
    expect(exceeded('0.51')).toMatchObject({
      ...{ status: 'PARTIALLY_FILLED', executedQuantity: '0.2' },
      reason: 'EXECUTED_MORE_THAN_ORDERED',
    });
  });

  it('belong to one order of the exchange', () => {
    expect(() =>
      evolve(partly, reported({ executedQuantity: '0.2', exchangeOrderId: '7' })),
    ).toThrow('exchange order id');
  });
});

describe('the history', () => {
  it('numbers every change without a gap', () => {
    for (const events of Object.values(WAY_TO)) {
      const { history, version } = evolveAll(undefined, events);
      expect(history.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      expect(version).toBe(events.length);
    }
  });

  it('never turns back the time of the last change', () => {
    const order = evolve(orderIn('SENDING'), doubted({ at: NOON - 5_000 }));
    expect(order.updatedAt).toBe(NOON + 1_000);
  });
});
