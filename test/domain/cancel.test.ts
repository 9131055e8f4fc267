import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  cancelRepeatAt,
  decideCancel,
  decideCancelRequest,
  isCancelDue,
  isCancelPending,
  settleCancelAnswer,
  withDueCancel,
} from '../../lib/domain/cancel.ts';
import { decideHandling } from '../../lib/domain/decide.ts';
import type { CancelAnswered, CancelRequested, CancelStarted } from '../../lib/domain/events.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import {
  type CancelOutcome,
  type CancelStatus,
  isFinal,
  ORDER_STATUSES,
  type Order,
  type OrderStatus,
} from '../../lib/domain/order.ts';
import { reconcile } from '../../lib/domain/reconcile.ts';
import { given } from '../support/given.ts';
import { attemptStarted, NOON } from '../support/order-events.ts';
import { evidence, FENCE, orderIn, report, reported, WAY_TO } from '../support/order-stories.ts';

const LATER = FENCE + 70_000;
const CONTEXT = { now: LATER, attemptMaxMs: 10_000 };
const requested: CancelRequested = { type: 'CancelRequested', at: LATER };
const started = (attemptId = 'cancel-1'): CancelStarted => ({
  type: 'CancelStarted',
  at: LATER,
  attemptId,
  keyId: 'key-1',
});
const answered = (outcome: CancelOutcome, attemptId = 'cancel-1'): CancelAnswered => ({
  type: 'CancelAnswered',
  at: LATER,
  attemptId,
  outcome,
  evidence: evidence({ source: 'cancel' }),
});

describe('a request to cancel', () => {
  const MEANS: Readonly<Record<OrderStatus, readonly string[]>> = {
    RECEIVED: ['CancelRequested', 'OrderCanceled'],
    SENDING: ['CancelRequested'],
    IN_DOUBT: ['CancelRequested'],
    NEW: ['CancelRequested'],
    PARTIALLY_FILLED: ['CancelRequested'],
    FILLED: [],
    CANCELED: [],
    PARTIALLY_CANCELED: [],
    REJECTED: [],
    DENIED: [],
    EXPIRED: [],
    NEVER_PLACED: ['CancelRequested', 'OrderCanceled'],
    HELD: ['CancelRequested'],
  };

  it.each(ORDER_STATUSES)('of an order in %s means what it should, once', (status) => {
    const order = orderIn(status);
    const events = decideCancelRequest(order, LATER);
    expect(events.map(({ type }) => type)).toEqual(MEANS[status]);
    const after = events.reduce(evolve, order);
    expect(decideCancelRequest(after, LATER + 1)).toEqual([]);
  });
});

describe('the next step of a cancel', () => {
  const STEPS: Readonly<Record<OrderStatus, string>> = {
    RECEIVED: 'conclude',
    SENDING: 'leave',
    IN_DOUBT: 'leave',
    NEW: 'send',
    PARTIALLY_FILLED: 'send',
    FILLED: 'leave',
    CANCELED: 'leave',
    PARTIALLY_CANCELED: 'leave',
    REJECTED: 'leave',
    DENIED: 'leave',
    EXPIRED: 'leave',
    NEVER_PLACED: 'conclude',
    HELD: 'leave',
  };

  it.each(ORDER_STATUSES)('of an order in %s', (status) => {
    const order = orderIn(status);
    expect(decideCancel(order, CONTEXT)).toEqual({ kind: 'leave' });
    if (isFinal(status) && status !== 'NEVER_PLACED') return;
    const wanted = evolve(order, requested);
    expect(decideCancel(wanted, CONTEXT).kind).toBe(STEPS[status]);
    expect(isCancelDue(wanted, CONTEXT)).toBe(STEPS[status] === 'send');
  });

  it('waits for the sender of the order, and not for a dead one', () => {
    const wanted = evolve(orderIn('SENDING'), { ...requested, at: NOON + 1_500 });
    const soon = { now: NOON + 1_500, attemptMaxMs: 10_000 };
    expect(decideCancel(wanted, soon)).toEqual({ kind: 'wait', until: NOON + 2_000 });
    expect(decideCancel(wanted, { ...soon, now: NOON + 11_000 })).toEqual({ kind: 'leave' });
  });

  it('waits for the sender of the cancel, and puts that of a dead one in doubt', () => {
    const sending = evolveAll(orderIn('NEW'), [requested, started()]);
    expect(decideCancel(sending, CONTEXT)).toEqual({ kind: 'wait', until: LATER + 500 });
    const step = decideCancel(sending, { ...CONTEXT, now: LATER + 10_000 });
    expect(step).toMatchObject({
      kind: 'conclude',
      events: [{ type: 'CancelAnswered', attemptId: 'cancel-1', outcome: 'unknown' }],
    });
  });

  it('repeats one that has not ended the order, later each time', () => {
    const asked = evolveAll(orderIn('NEW'), [requested, started(), answered('acknowledged')]);
    expect(decideCancel(asked, CONTEXT).kind).toBe('leave');
    expect(decideCancel(asked, { ...CONTEXT, now: LATER + 2_000 }).kind).toBe('send');
    const waits = [1, 2, 3, 4, 5, 6, 7, 99].map((attempts) =>
      cancelRepeatAt({ requestedAt: 0, status: 'IN_DOUBT', attempts, startedAt: 0 }),
    );
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });
});

describe('a cancel by its own status', () => {
  const PENDING: Readonly<Record<CancelStatus, boolean>> = {
    REQUESTED: true,
    SENDING: true,
    IN_DOUBT: true,
    ACKNOWLEDGED: true,
    REFUSED: false,
    DONE: false,
    TOO_LATE: false,
  };
  const withCancel = (status: OrderStatus, cancel: CancelStatus): Order => ({
    ...orderIn(status),
    exchangeOrderId: '91',
    cancel: { requestedAt: LATER, status: cancel, attempts: 1, attemptId: 'cancel-1' },
  });
  const stateds = Object.keys(PENDING) as CancelStatus[];

  it.each(stateds)('%s is pending as it should, and gone after otherwise', (status) => {
    const order = withCancel('NEW', status);
    expect(isCancelPending(order)).toBe(PENDING[status]);
    expect(decideCancelRequest(order, LATER)).toHaveLength(PENDING[status] ? 0 : 1);
    expect(decideCancel(order, CONTEXT).kind).toBe(
      !PENDING[status] ? 'leave' : status === 'SENDING' ? 'conclude' : 'send',
    );
    expect(isCancelDue(order, CONTEXT)).toBe(PENDING[status]);
  });

  it('is sent once, and never repeated, for a held order that the exchange has', () => {
    expect(decideCancel(withCancel('HELD', 'REQUESTED'), CONTEXT).kind).toBe('send');
    for (const status of ['ACKNOWLEDGED', 'IN_DOUBT'] as const) {
      expect(decideCancel(withCancel('HELD', status), CONTEXT)).toEqual({ kind: 'leave' });
    }
  });

  it('is left where the order is neither open nor held, though its id is known', () => {
    expect(decideCancel(withCancel('IN_DOUBT', 'REQUESTED'), CONTEXT)).toEqual({ kind: 'leave' });
  });

  it('that the exchange refused to take is sent again at once', () => {
    const back = evolveAll(orderIn('NEW'), [requested, started(), answered('throttled')]);
    expect(decideCancel(back, CONTEXT).kind).toBe('send');
  });

  it('is not due while its sender may live', () => {
    const sending = evolveAll(orderIn('NEW'), [requested, started()]);
    expect(isCancelDue(sending, CONTEXT)).toBe(false);
  });

  it('ends with the change that leaves its order unsent, and with no other', () => {
    const change = [requested];
    const unsent = evolve(orderIn('RECEIVED'), { ...requested, at: NOON });
    expect(withDueCancel(change, unsent, LATER)).toEqual([
      requested,
      { type: 'OrderCanceled', at: LATER },
    ]);
    expect(withDueCancel(change, orderIn('RECEIVED'), LATER)).toEqual(change);
    expect(withDueCancel(change, evolve(orderIn('NEW'), requested), LATER)).toEqual(change);
  });
});

describe('the answer to a cancel', () => {
  const AFTER: Readonly<Record<CancelOutcome, CancelStatus>> = {
    acknowledged: 'ACKNOWLEDGED',
    'not-open': 'ACKNOWLEDGED',
    unknown: 'IN_DOUBT',
    refused: 'REFUSED',
    throttled: 'REQUESTED',
    banned: 'REQUESTED',
    deferred: 'REQUESTED',
    'not-sent': 'REQUESTED',
    'clock-skew': 'REQUESTED',
    'bad-key': 'REQUESTED',
  };
  const outcomes = Object.keys(AFTER) as CancelOutcome[];

  it.each(outcomes)('%s changes the cancel and never the order', (outcome) => {
    const sending = evolveAll(orderIn('NEW'), [requested, started()]);
    const after = evolve(sending, answered(outcome));
    expect(after.cancel?.status).toBe(AFTER[outcome]);
    expect(after.status).toBe('NEW');
  });

  it('counts only while its call is under way', () => {
    const sending = evolveAll(orderIn('NEW'), [requested, started()]);
    const { attemptId, outcome, evidence: said } = answered('unknown');
    const answer = { attemptId, outcome, evidence: said };
    expect(settleCancelAnswer(sending, answer, LATER)).toHaveLength(1);
    expect(settleCancelAnswer(sending, { ...answer, attemptId: 'other' }, LATER)).toEqual([]);
    const filled = evolve(sending, reported({ status: 'FILLED', executedQuantity: '0.5' }));
    expect(settleCancelAnswer(filled, answer, LATER)).toEqual([]);
    expect(settleCancelAnswer(orderIn('NEW'), answer, LATER)).toEqual([]);
  });

  it('that proves that nothing was done does not make the next call wait longer', () => {
    const back = evolveAll(orderIn('NEW'), [requested, started(), answered('throttled')]);
    expect(back.cancel?.attempts).toBe(0);
  });
});

describe('an order that is wanted canceled', () => {
  it.each([
    ['CANCELED', 'DONE'],
    ['PARTIALLY_CANCELED', 'DONE'],
    ['FILLED', 'TOO_LATE'],
    ['REJECTED', 'TOO_LATE'],
  ] as const)('and ends as %s has its cancel %s', (status, cancel) => {
    const end = WAY_TO[status].at(-1);
    const order = evolve(orderIn('NEW'), requested);
    expect(end && evolve(order, end)).toMatchObject({ status, cancel: { status: cancel } });
  });

  it('is never sent', () => {
    const order = evolve(orderIn('RECEIVED'), { ...requested, at: NOON });
    expect(() => evolve(order, attemptStarted())).toThrow(InvariantError);
    const handling = decideHandling(order, { now: NOON, attemptMaxMs: 10_000, halted: false });
    expect(handling).toMatchObject({ kind: 'conclude', events: [{ type: 'OrderCanceled' }] });
  });

  it('and turns up after a proof of absence is wanted canceled again', () => {
    const order = evolve(orderIn('NEVER_PLACED'), requested);
    const canceled = evolve(order, { type: 'OrderCanceled', at: LATER });
    expect(canceled).toMatchObject({ status: 'CANCELED', reason: 'NEVER_PLACED' });
    const events = reconcile(canceled, { report: report(), evidence: evidence() }, LATER);
    const back = events.reduce(evolve, canceled);
    expect(back).toMatchObject({ status: 'NEW', cancel: { status: 'REQUESTED' } });
    expect(isCancelPending(back)).toBe(true);
  });

  it('stays CANCELED by the exchange whatever an old report says', () => {
    given(...WAY_TO.CANCELED)
      .when((order) => reconcile(order, { report: report(), evidence: evidence() }, LATER))
      .thenEvents();
  });

  it('has a pending cancel exactly while it is not over, along any way', () => {
    const outcome = fc.constantFrom(...outcomesOfCalls);
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 8 }), (ends) => {
        let order = evolve(orderIn('NEW'), requested);
        for (const [index, end] of ends.entries()) {
          const id = `cancel-${index}`;
          order = evolveAll(order, [started(id), answered(end, id)]);
          expect(isCancelPending(order)).toBe(true);
        }
        order = evolve(order, reported({ status: 'CANCELED', executedQuantity: '0.1' }));
        expect(order.cancel?.status).toBe('DONE');
      }),
    );
  });
});

const outcomesOfCalls: readonly CancelOutcome[] = [
  'acknowledged',
  'not-open',
  'unknown',
  'throttled',
  'not-sent',
];
