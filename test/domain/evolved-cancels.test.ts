import { describe, expect, it } from '@jest/globals';
import type { CancelAnswered, CancelStarted, OrderEvent } from '../../lib/domain/events.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { settleCancel } from '../../lib/domain/evolve-cancel.ts';
import {
  type CancelOutcome,
  type CancelStatus,
  isWatched,
  type Order,
} from '../../lib/domain/order.ts';
import { attemptStarted, NOON } from '../support/order-events.ts';
import { evidence, FENCE, orderIn, report, reported, returned } from '../support/order-stories.ts';

const LATER = FENCE + 70_000;
const requested: OrderEvent = { type: 'CancelRequested', at: LATER };
const started = (attemptId = 'cancel-1', at = LATER + 1): CancelStarted => ({
  type: 'CancelStarted',
  at,
  attemptId,
  keyId: 'key-1',
});
const answered = (outcome: CancelOutcome, attemptId = 'cancel-1'): CancelAnswered => ({
  type: 'CancelAnswered',
  at: LATER + 2,
  attemptId,
  outcome,
  evidence: evidence({ source: 'cancel' }),
});
const wanted = evolve(orderIn('NEW'), requested);
const sending = evolve(wanted, started());

describe('the cancel of an order', () => {
  it('counts its calls, and those alone that may have done something', () => {
    expect(wanted.cancel).toStrictEqual({ requestedAt: LATER, status: 'REQUESTED', attempts: 0 });
    const call = { requestedAt: LATER, attemptId: 'cancel-1', startedAt: LATER + 1 };
    expect(sending.cancel).toStrictEqual({ ...call, status: 'SENDING', attempts: 1 });
    const back = evolve(sending, answered('throttled'));
    expect(back.cancel).toStrictEqual({ ...call, status: 'REQUESTED', attempts: 0 });
    const unsure = evolve(sending, answered('unknown'));
    expect(unsure.cancel).toStrictEqual({ ...call, status: 'IN_DOUBT', attempts: 1 });
    const again = evolve(unsure, started('cancel-2', LATER + 9));
    expect(again.cancel).toMatchObject({
      attemptId: 'cancel-2',
      startedAt: LATER + 9,
      attempts: 2,
    });
  });

  it('goes on counting when it is asked for again after a refusal', () => {
    const refused = evolve(sending, answered('refused'));
    expect(refused.cancel).toMatchObject({ status: 'REFUSED', attempts: 1 });
    const again = evolve(refused, { ...requested, at: LATER + 50 });
    expect(again.cancel).toStrictEqual({
      requestedAt: LATER + 50,
      status: 'REQUESTED',
      attempts: 1,
    });
  });

  it.each<[string, Order, OrderEvent, string]>([
    ['asked for twice', wanted, requested, 'asked for once'],
    ['asked for when the order is over', orderIn('FILLED'), requested, 'that is over'],
    ['sent without being asked for', orderIn('NEW'), started(), 'asked for first'],
    [
      'sent without an order at the exchange',
      evolve(orderIn('IN_DOUBT'), requested),
      started(),
      'order that exists',
    ],
    ['sent twice at once', sending, started('cancel-2'), 'one cancel call'],
    ['sent when the order is over', ended(wanted), started(), 'asked for first'],
    ['answered for another call', sending, answered('acknowledged', 'other'), 'newest call'],
    [
      'answered twice',
      evolve(sending, answered('acknowledged')),
      answered('acknowledged'),
      'answered once',
    ],
    ['carried out without a call', wanted, { type: 'OrderCanceled', at: LATER }, 'without a call'],
    [
      'carried out without being asked for',
      orderIn('RECEIVED'),
      { type: 'OrderCanceled', at: LATER },
      'asked for first',
    ],
  ])('is never %s', (_name, order, event, rule) => {
    expect(() => evolve(order, event)).toThrow(rule);
  });

  it('says of an unsent order whether there had been a doubt', () => {
    const end = (order: Order) =>
      evolveAll(order, [
        { ...requested, at: NOON },
        { type: 'OrderCanceled', at: NOON + 9 },
      ]);
    expect(end(orderIn('RECEIVED'))).toMatchObject({
      status: 'CANCELED',
      reason: 'CANCELED_BEFORE_SENDING',
      cancel: { status: 'DONE' },
    });
    const tried = evolveAll(orderIn('RECEIVED'), [attemptStarted(), returned()]);
    expect(end(tried)).toMatchObject({ reason: 'CANCELED_BEFORE_SENDING' });
    // Thrown back before, and proven absent after: one doubt is enough.
    const absent = { ...orderIn('NEVER_PLACED') };
    const [latest] = absent.attempts;
    if (latest === undefined) throw new Error('an attempt was made');
    const attempts = [{ ...latest, attemptId: 'first', outcome: 'throttled' } as const, latest];
    expect(end({ ...absent, attempts })).toMatchObject({ reason: 'NEVER_PLACED' });
  });
});

describe('an order that was canceled without the word of the exchange', () => {
  const canceled = (order: Order): Order =>
    evolveAll(order, [
      { ...requested, at: NOON },
      { type: 'OrderCanceled', at: NOON + 9 },
    ]);

  it('is watched where something had been sent, for that may turn up', () => {
    expect(isWatched(canceled(orderIn('RECEIVED')))).toBe(false);
    const tried = evolveAll(orderIn('RECEIVED'), [attemptStarted(), returned()]);
    expect(isWatched(canceled(tried))).toBe(true);
    expect(isWatched(canceled(orderIn('NEVER_PLACED')))).toBe(true);
    expect(isWatched(ended(wanted))).toBe(false);
    expect(isWatched(tried)).toBe(false);
  });
});

describe('the end of an order that is wanted canceled', () => {
  const withCancel = (order: Order, status: CancelStatus): Order => ({
    ...order,
    cancel: { requestedAt: LATER, status, attempts: 1 },
  });

  it('leaves a refused cancel refused', () => {
    const refused = withCancel(orderIn('FILLED'), 'REFUSED');
    expect(settleCancel(orderIn('NEW'), refused)).toBe(refused);
  });

  it('leaves an order alone that nobody wants canceled', () => {
    const filled = orderIn('FILLED');
    expect(settleCancel(orderIn('NEW'), filled)).toBe(filled);
  });

  it('is not yet there while absence is proven alone: the cancel says so itself', () => {
    const absent = withCancel(orderIn('NEVER_PLACED'), 'REQUESTED');
    expect(settleCancel(orderIn('IN_DOUBT'), absent)).toBe(absent);
  });

  it('is taken back when the order comes back, and only then', () => {
    const back = settleCancel(orderIn('CANCELED'), withCancel(orderIn('NEW'), 'DONE'));
    expect(back.cancel?.status).toBe('REQUESTED');
    const going = withCancel(orderIn('NEW'), 'ACKNOWLEDGED');
    expect(settleCancel(orderIn('NEW'), going)).toBe(going);
    expect(settleCancel(orderIn('NEVER_PLACED'), going)).toBe(going);
    const over = withCancel(orderIn('NEW'), 'TOO_LATE');
    expect(settleCancel(orderIn('NEW'), over)).toBe(over);
  });
});

function ended(order: Order): Order {
  return evolve(order, { ...reported(), report: report({ status: 'CANCELED' }) });
}
