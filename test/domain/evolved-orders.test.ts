import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { ATTEMPTS_MAX, countedAttempts, evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import type { Order } from '../../lib/domain/order.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import {
  absent,
  doubted,
  evidence,
  FENCE,
  fill,
  orderIn,
  rejected,
  report,
  reported,
  returned,
} from '../support/order-stories.ts';

const LATER = FENCE + 70_000;
const { at: startedAt, type: _type, ...attempt } = attemptStarted();
const PENDING = { ...attempt, startedAt, outcome: 'pending' };
const EXECUTED = { executedQuantity: '0.2', cumulativeQuote: '13000', averagePrice: '65000' };

/** What a change changes, beside its own record; `undefined` for what it takes away. */
function changes(order: Order, event: OrderEvent): Partial<Order> {
  const next = evolve(order, event);
  const keys = [...new Set([...Object.keys(order), ...Object.keys(next)])] as (keyof Order)[];
  const changed = keys.filter((one) => !isDeepStrictEqual(order[one], next[one]));
  const {
    version: _version,
    history: _history,
    updatedAt: _updatedAt,
    ...rest
  } = Object.fromEntries(changed.map((one) => [one, next[one]]));
  return rest;
}

describe('an order', () => {
  it('begins with what was received and nothing else', () => {
    const { accountId, clientOrderId, terms, request, requestHash } = received();
    expect(orderIn('RECEIVED')).toStrictEqual({
      ...{ accountId, clientOrderId, terms, request, requestHash },
      status: 'RECEIVED',
      executedQuantity: '0',
      cumulativeQuote: '0',
      attempts: [],
      absences: [],
      missingAt: [],
      preparationFailures: 0,
      createdAt: NOON,
      updatedAt: NOON,
      version: 1,
      history: [
        {
          sequence: 1,
          type: 'OrderReceived',
          at: NOON,
          status: 'RECEIVED',
          detail: { origin: 'webhook' },
        },
      ],
    });
  });

  it('knows the producer that sent it, where one did', () => {
    const order = evolve(undefined, received({ producerId: 'producer-1' }));
    expect(order.producerId).toBe('producer-1');
    expect(orderIn('RECEIVED')).not.toHaveProperty('producerId');
  });

  it('keeps with each change what it says, but for its kind and time', () => {
    const { history, updatedAt } = orderIn('DENIED');
    expect(history.at(-1)).toStrictEqual({
      sequence: 2,
      type: 'OrderDenied',
      at: NOON + 1,
      status: 'DENIED',
      detail: { code: 'SYMBOL_UNKNOWN', message: 'not listed' },
    });
    expect(updatedAt).toBe(NOON + 1);
  });
});

describe('each change of an order', () => {
  const said = evidence({ source: 'submit' });
  const settled = (outcome: string) => [{ ...PENDING, outcome, evidence: said }];
  const doubt = orderIn('IN_DOUBT');
  const found = reported({ status: 'PARTIALLY_FILLED', ...EXECUTED });
  const adopted = {
    status: 'PARTIALLY_FILLED',
    exchangeOrderId: report().exchangeOrderId,
    ...EXECUTED,
  };
  const rejection = { code: '-1140', message: 'amount too small' };

  it.each<[string, Order, OrderEvent, object]>([
    [
      'a refusal of our own',
      orderIn('RECEIVED'),
      { type: 'OrderDenied', at: LATER, ...rejection },
      { status: 'DENIED', reason: '-1140', rejection },
    ],
    [
      'a deadline',
      orderIn('RECEIVED'),
      { type: 'OrderExpired', at: LATER },
      { status: 'EXPIRED', reason: 'VALID_UNTIL_PASSED' },
    ],
    [
      'an attempt',
      orderIn('RECEIVED'),
      attemptStarted(),
      { status: 'SENDING', attempts: [PENDING] },
    ],
    [
      'its return',
      evolve(doubt, absent()),
      returned(),
      { status: 'RECEIVED', absences: [], attempts: settled('throttled') },
    ],
    [
      'a doubt',
      orderIn('SENDING'),
      doubted(),
      { status: 'IN_DOUBT', reason: 'UNKNOWN', attempts: settled('unknown') },
    ],
    [
      'a duplicate',
      orderIn('SENDING'),
      doubted({ outcome: 'duplicate' }),
      { status: 'IN_DOUBT', reason: 'DUPLICATE', attempts: settled('duplicate') },
    ],
    [
      'a rejection',
      orderIn('SENDING'),
      rejected(),
      { status: 'REJECTED', reason: '-1140', rejection, attempts: settled('rejected') },
    ],
    [
      'a report',
      doubt,
      { ...found, sentAt: NOON + 1_900 },
      {
        ...adopted,
        reason: undefined,
        attempts: [{ ...PENDING, outcome: 'accepted', evidence: evidence(), sentAt: NOON + 1_900 }],
      },
    ],
    [
      'a report with a reason',
      doubt,
      reported({ status: 'REJECTED', reason: 'LACK' }),
      {
        status: 'REJECTED',
        reason: 'LACK',
        exchangeOrderId: adopted.exchangeOrderId,
        attempts: [{ ...PENDING, outcome: 'rejected', evidence: evidence() }],
      },
    ],
    [
      'a report of an order that was missed',
      evolve(orderIn('NEW'), { type: 'OrderMissed', at: LATER }),
      { ...reported(), attemptId: 'attempt-1' },
      { missingAt: [] },
    ],
    [
      'late evidence',
      orderIn('NEVER_PLACED'),
      { type: 'OrderResurrected', at: LATER, report: found.report, evidence: evidence() },
      {
        ...adopted,
        reason: undefined,
        attempts: [{ ...PENDING, outcome: 'accepted', evidence: evidence() }],
      },
    ],
    [
      'a not-found',
      evolve(doubt, absent()),
      absent('open-orders-and-history', LATER),
      {
        absences: [
          { source: 'query', at: FENCE + 1 },
          { source: 'open-orders-and-history', at: LATER },
        ],
      },
    ],
    [
      'a proof of absence',
      doubt,
      { type: 'AbsenceProven', at: LATER },
      { status: 'NEVER_PLACED', reason: 'ABSENT', attempts: settled('absent') },
    ],
    [
      'a miss',
      evolve(orderIn('NEW'), { type: 'OrderMissed', at: LATER }),
      { type: 'OrderMissed', at: LATER + 1 },
      { missingAt: [LATER, LATER + 1] },
    ],
    [
      'a failure before sending',
      evolve(orderIn('RECEIVED'), { type: 'PreparationFailed', at: LATER, message: 'one' }),
      { type: 'PreparationFailed', at: LATER, message: 'two' },
      { preparationFailures: 2 },
    ],
    [
      'a contradiction',
      orderIn('NEW'),
      { type: 'OrderHeld', at: LATER, reason: 'SECOND_ORDER' },
      { status: 'HELD', reason: 'SECOND_ORDER' },
    ],
    [
      'a claim',
      orderIn('NEW'),
      { type: 'ReplacementClaimed', at: LATER, replacedBy: 'order-2' },
      { replacedBy: 'order-2' },
    ],
    [
      'a correction with an average price',
      orderIn('CANCELED'),
      { type: 'ExecutionCorrected', at: LATER, ...EXECUTED, evidence: said },
      { status: 'PARTIALLY_CANCELED', ...EXECUTED },
    ],
    [
      'a correction without any quote',
      orderIn('CANCELED'),
      {
        type: 'ExecutionCorrected',
        at: LATER,
        executedQuantity: '0.2',
        cumulativeQuote: '0',
        evidence: said,
      },
      { status: 'PARTIALLY_CANCELED', executedQuantity: '0.2' },
    ],
    [
      'trades that complete an order without totals',
      evolve(orderIn('NEW'), reported({ status: 'FILLED', executedQuantity: '0.5' })),
      {
        type: 'FillsRecorded',
        at: LATER,
        fills: [fill({ quantity: '0.5', price: '3.000000001' })],
        evidence: said,
      },
      {
        fills: [fill({ quantity: '0.5', price: '3.000000001' })],
        cumulativeQuote: '1.5000000005',
        averagePrice: '3',
      },
    ],
    [
      'trades of an order that has its totals',
      evolve(orderIn('NEW'), found),
      { type: 'FillsRecorded', at: LATER, fills: [fill({ price: '1' })], evidence: said },
      { fills: [fill({ price: '1' })] },
    ],
  ])('%s', (_name, order, event, expected) => {
    expect(changes(order, event)).toStrictEqual(expected);
  });
});

describe('the attempts of an order', () => {
  const terms = limitTerms({ onNeverPlaced: 'resubmit' });
  const outcomes = (order: Order) =>
    order.attempts.map(({ attemptId, outcome }) => [attemptId, outcome]);
  const started = (attemptId: string) => attemptStarted({ attemptId });

  it('are kept, but for those that never left; of these the last one stays until the next', () => {
    const back = (attemptId: string, outcome: 'not-sent' | 'throttled') =>
      returned({ attemptId, outcome });
    const order = evolveAll(orderIn('RECEIVED'), [
      ...[started('1'), back('1', 'throttled'), started('2'), back('2', 'not-sent')],
      ...[started('3'), back('3', 'not-sent'), started('4')],
    ]);
    expect(outcomes(order)).toEqual([
      ['1', 'throttled'],
      ['3', 'not-sent'],
      ['4', 'pending'],
    ]);
  });

  it('are twenty at most, of which those that never left do not count', () => {
    let order = orderIn('RECEIVED');
    for (let number = 1; number < ATTEMPTS_MAX; number += 1) {
      order = evolveAll(order, [started(`${number}`), returned({ attemptId: `${number}` })]);
    }
    order = evolveAll(order, [
      started('unsent'),
      returned({ attemptId: 'unsent', outcome: 'not-sent' }),
    ]);
    expect([order.attempts.length, countedAttempts(order)]).toEqual([20, 19]);
    order = evolveAll(order, [started('last'), returned({ attemptId: 'last' })]);
    expect(countedAttempts(order)).toBe(20);
    expect(() => evolve(order, started('more'))).toThrow('attempts are bounded');
  });

  it('may leave up to the deadline, with a fence as long as the window', () => {
    const { validUntil } = limitTerms();
    const last = { sendBy: validUntil, recvWindowMs: 5_000, fenceAt: validUntil + 5_000 };
    expect(evolve(orderIn('RECEIVED'), attemptStarted(last)).status).toBe('SENDING');
  });

  it('are proven absent one by one, the latest last', () => {
    const order = evolveAll(undefined, [
      received({ terms }),
      ...[started('1'), doubted({ attemptId: '1' }), absent()],
      { type: 'ResubmissionAllowed', at: LATER },
      ...[started('2'), doubted({ attemptId: '2' })],
    ]);
    expect(order.absences).toEqual([]);
    const proven = evolve(order, { type: 'AbsenceProven', at: LATER });
    expect(outcomes(proven)).toEqual([
      ['1', 'absent'],
      ['2', 'absent'],
    ]);
    const allowed = evolve(order, { type: 'ResubmissionAllowed', at: LATER });
    expect(outcomes(allowed)).toEqual(outcomes(proven));
    expect(allowed).toMatchObject({ status: 'RECEIVED', absences: [] });
  });

  it('are settled each by its own outcome, and by one that names none the latest', () => {
    const order = evolveAll(orderIn('RECEIVED'), [started('1'), returned({ attemptId: '1' })]);
    const late = evolveAll(order, [started('2'), { ...reported(), attemptId: '1' }]);
    expect(outcomes(late)).toEqual([
      ['1', 'accepted'],
      ['2', 'pending'],
    ]);
    const { attemptId: _attemptId, ...unnamed } = reported();
    expect(outcomes(evolve(orderIn('IN_DOUBT'), unnamed))).toEqual([['attempt-1', 'accepted']]);
  });

  it('cannot be proven absent where the exchange knows the id', () => {
    const known = evolve(orderIn('SENDING'), doubted({ outcome: 'duplicate' }));
    expect(() => evolve(known, { type: 'AbsenceProven', at: LATER })).toThrow('duplicate');
  });
});

describe('a report', () => {
  it('leaves no key behind for what it does not say', () => {
    const found = evolve(orderIn('IN_DOUBT'), reported());
    expect(found).not.toHaveProperty('reason');
    expect(found).not.toHaveProperty('averagePrice');
  });

  it('is adopted by an order whose attempt had come back', () => {
    const tried = evolveAll(orderIn('RECEIVED'), [attemptStarted(), returned()]);
    expect(evolve(tried, reported()).status).toBe('NEW');
  });

  it('of an order that named no quantity has no bound', () => {
    const { quantity: _quantity, price: _price, ...sizeless } = limitTerms();
    const terms = { ...sizeless, type: 'MARKET', timeInForce: 'IOC', amount: '100' } as const;
    const order = evolveAll(undefined, [received({ terms }), attemptStarted()]);
    const filled = reported({ status: 'FILLED', executedQuantity: '7' });
    expect(evolve(order, filled)).toMatchObject({ status: 'FILLED', executedQuantity: '7' });
  });
});

describe('one order', () => {
  it('that was never sent is not reported, whatever names it', () => {
    const { attemptId: _attemptId, ...unnamed } = reported();
    expect(() => evolve(orderIn('RECEIVED'), unnamed)).toThrow('never sent');
  });

  it('is received with terms that hold together, or not at all', () => {
    const terms = limitTerms({ quantity: '0' });
    expect(() => evolve(undefined, received({ terms }))).toThrow(InvariantError);
  });

  it('takes the place of another, not two', () => {
    const claim = { type: 'ReplacementClaimed', at: LATER, replacedBy: 'order-2' } as const;
    expect(() => evolve(evolve(orderIn('NEW'), claim), claim)).toThrow('one order takes the place');
  });

  it('that was canceled on a proof of absence may still be held, and no other that is over', () => {
    const held = { type: 'OrderHeld', at: LATER, reason: 'ID_COLLISION' } as const;
    const wanted = evolve(orderIn('NEVER_PLACED'), { type: 'CancelRequested', at: LATER });
    const canceled = evolve(wanted, { type: 'OrderCanceled', at: LATER });
    expect(evolve(canceled, held).status).toBe('HELD');
    expect(() => evolve(orderIn('CANCELED'), held)).toThrow('cannot follow CANCELED');
  });
});
