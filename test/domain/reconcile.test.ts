import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareDecimals } from '../../lib/domain/decimal.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { ReportedStatus, StatusReport } from '../../lib/domain/execution-report.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import { isFinal, ORDER_STATUSES, type Order, type OrderStatus } from '../../lib/domain/order.ts';
import { reconcile } from '../../lib/domain/reconcile.ts';
import { given } from '../support/given.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import {
  doubted,
  evidence,
  orderIn,
  report,
  reported,
  returned,
  WAY_TO,
} from '../support/order-stories.ts';

const NOW = NOON + 100_000;
const say = (order: Order, change: Partial<StatusReport> = {}): readonly OrderEvent[] =>
  reconcile(order, { report: report(change), evidence: evidence() }, NOW);

const REPORTED: readonly (readonly [ReportedStatus, string, OrderStatus])[] = [
  ['PENDING_NEW', '0', 'NEW'],
  ['NEW', '0', 'NEW'],
  ['NEW', '0.3', 'PARTIALLY_FILLED'],
  ['PARTIALLY_FILLED', '0.3', 'PARTIALLY_FILLED'],
  ['PENDING_CANCEL', '0', 'NEW'],
  ['PENDING_CANCEL', '0.3', 'PARTIALLY_FILLED'],
  ['FILLED', '0.5', 'FILLED'],
  ['CANCELED', '0', 'CANCELED'],
  ['CANCELED', '0.3', 'PARTIALLY_CANCELED'],
  ['PARTIALLY_CANCELED', '0.3', 'PARTIALLY_CANCELED'],
  ['REJECTED', '0', 'REJECTED'],
  ['UNRECOGNISED', '0', 'NEW'],
  ['UNRECOGNISED', '0.3', 'PARTIALLY_FILLED'],
];
const FROM = ['SENDING', 'IN_DOUBT', 'NEVER_PLACED', 'NEW', 'PARTIALLY_FILLED'] as const;
const PAIRS = FROM.flatMap((from) =>
  REPORTED.map(([status, executedQuantity, to]) => ({ from, status, executedQuantity, to })),
);

describe('every reported status meets every status that is not settled', () => {
  it.each(PAIRS)('$from is told $status with $executedQuantity', (pair) => {
    const { from, status, executedQuantity, to } = pair;
    const order = orderIn(from);
    const next = evolveAll(order, say(order, { status, executedQuantity }));

    const isStale = from === 'PARTIALLY_FILLED' && executedQuantity === '0';
    const contradicts = isStale && (status === 'CANCELED' || status === 'REJECTED');
    expect(next.status).toBe(contradicts ? 'HELD' : isStale ? from : to);
  });
});

describe('a settled order', () => {
  const settled = ORDER_STATUSES.filter(
    (status) => status === 'HELD' || (isFinal(status) && status !== 'NEVER_PLACED'),
  );

  it.each(settled)('stays %s whatever is reported', (status) => {
    const order = orderIn(status);
    for (const [reportedStatus, executedQuantity] of REPORTED) {
      const isLate = compareDecimals(executedQuantity, order.executedQuantity) > 0;
      if (isLate && /CANCELED/.test(status)) continue;
      expect(say(order, { status: reportedStatus, executedQuantity })).toEqual([]);
    }
  });

  it.each([
    ['CANCELED', 'PARTIALLY_CANCELED'],
    ['PARTIALLY_CANCELED', 'PARTIALLY_CANCELED'],
  ] as const)('F70 that is %s is corrected by what was executed before its end', (from, to) => {
    const order = orderIn(from);
    const late = { status: 'CANCELED', executedQuantity: '0.3', cumulativeQuote: '19500' } as const;
    const events = say(order, late);
    expect(events).toMatchObject([{ type: 'ExecutionCorrected', executedQuantity: '0.3' }]);
    const next = evolveAll(order, events);
    expect(next).toMatchObject({ status: to, executedQuantity: '0.3', averagePrice: '65000' });
    expect(say(next, late)).toEqual([]);
    // What is of another exchange order says nothing about this one.
    expect(say(order, { ...late, exchangeOrderId: '7' })).toEqual([]);
  });

  it.each(['FILLED', 'CANCELED', 'PARTIALLY_CANCELED'] as const)(
    'F70 that is %s keeps its end and its quantities when more than was ordered is stated',
    (status) => {
      const order = orderIn(status);
      const late = { status: 'FILLED', executedQuantity: '0.50001' } as const;
      const events = say(order, late);
      expect(events).toEqual([
        {
          type: 'ExecutionExceeded',
          at: expect.any(Number),
          executedQuantity: '0.50001',
          evidence: evidence(),
        },
      ]);
      const next = evolveAll(order, events);
      const { executedQuantity } = order;
      expect(next).toMatchObject({
        status,
        executedQuantity,
        reason: 'EXECUTED_MORE_THAN_ORDERED',
      });
      expect(say(next, late)).toEqual([]);
      expect(say(order, { ...late, exchangeOrderId: '7' })).toEqual([]);
    },
  );
});

describe('an order that was never sent', () => {
  it('is not what a report speaks of', () => {
    expect(say(orderIn('RECEIVED'))).toEqual([]);
  });

  it('is adopted when an attempt that came back placed it after all', () => {
    given(received(), attemptStarted(), returned())
      .when((order) => say(order))
      .thenEvents({ type: 'ExecutionReported' });
  });

  it('is not rejected by a report on an attempt that placed nothing', () => {
    given(received(), attemptStarted(), returned())
      .when((order) => say(order, { status: 'REJECTED' }))
      .thenEvents();
  });
});

describe('a report that contradicts the order', () => {
  it.each<[string, readonly OrderEvent[], Partial<StatusReport>]>([
    ['ID_COLLISION', WAY_TO.IN_DOUBT, { symbol: 'ETHUSD' }],
    ['ID_COLLISION', WAY_TO.IN_DOUBT, { side: 'SELL' }],
    ['ID_COLLISION', WAY_TO.IN_DOUBT, { type: 'LIMIT_MAKER' }],
    ['ID_COLLISION', WAY_TO.IN_DOUBT, { quantity: '0.6' }],
    ['ID_COLLISION', WAY_TO.NEVER_PLACED, { price: '65000.11' }],
    ['SECOND_ORDER', WAY_TO.NEW, { exchangeOrderId: '1' }],
    ['EXECUTED_MORE_THAN_ORDERED', WAY_TO.IN_DOUBT, { executedQuantity: '0.50001' }],
    ['EXECUTED_MORE_THAN_ORDERED', WAY_TO.NEW, { status: 'FILLED', executedQuantity: '0.6' }],
    ['REJECTED_AFTER_EXECUTION', WAY_TO.IN_DOUBT, { status: 'REJECTED', executedQuantity: '0.1' }],
    ['REJECTED_AFTER_EXECUTION', WAY_TO.PARTIALLY_FILLED, { status: 'REJECTED' }],
    ['EXECUTED_LESS_THAN_KNOWN', WAY_TO.PARTIALLY_FILLED, { status: 'CANCELED' }],
  ])('holds it as %s', (reason, events, change) => {
    const order = given(...events)
      .when((known) => say(known, change))
      .thenEvents({ type: 'OrderHeld', reason });
    expect(say(order, change)).toEqual([]);
  });

  it('waits while a request may still be on the wire', () => {
    expect(say(orderIn('SENDING'), { symbol: 'ETHUSD' })).toEqual([]);
  });

  it('is a bug of ours when it names another order', () => {
    expect(() => say(orderIn('NEW'), { clientOrderId: 'order-2' })).toThrow(InvariantError);
  });
});

describe('what the exchange leaves out or writes otherwise', () => {
  it.each<[string, Partial<StatusReport>]>([
    ['zeros behind the point', { quantity: '0.50000', price: '65000.1000' }],
    ['a status of its own', { status: 'UNRECOGNISED', statusText: 'ON_HOLD' }],
  ])('is no contradiction: %s', (_name, change) => {
    expect(evolveAll(orderIn('IN_DOUBT'), say(orderIn('IN_DOUBT'), change)).status).toBe('NEW');
  });

  it('is no contradiction: no type, size and price', () => {
    const { type: _type, quantity: _quantity, price: _price, ...bare } = report();
    const order = orderIn('IN_DOUBT');
    const events = reconcile(order, { report: bare, evidence: evidence() }, NOW);
    expect(events.map(({ type }) => type)).toEqual(['ExecutionReported']);
  });

  it('does not bound what a market order by amount executes', () => {
    const { quantity: _quantity, price: _price, ...sizeless } = limitTerms();
    const terms = { ...sizeless, type: 'MARKET', timeInForce: 'IOC', amount: '100' } as const;
    const { quantity: _q, price: _p, ...bare } = report({ status: 'FILLED', type: 'MARKET' });
    const order = evolveAll(undefined, [received({ terms }), attemptStarted(), doubted()]);
    const statement = { report: { ...bare, executedQuantity: '123' }, evidence: evidence() };
    expect(evolveAll(order, reconcile(order, statement, NOW)).status).toBe('FILLED');
  });
});

describe('an open order', () => {
  it('learns of more quote for the same quantity', () => {
    given(...WAY_TO.PARTIALLY_FILLED)
      .when((order) =>
        say(order, { status: 'NEW', executedQuantity: '0.2', cumulativeQuote: '13000' }),
      )
      .thenEvents({ type: 'ExecutionReported' });
  });

  it('that was missed is there again, and the count starts afresh', () => {
    const order = given(...WAY_TO.NEW, { type: 'OrderMissed', at: NOW })
      .when((known) => say(known))
      .thenEvents({ type: 'ExecutionReported' });
    expect(order.missingAt).toEqual([]);
  });
});

describe('any reports in any order', () => {
  const change = fc.record({
    status: fc.constantFrom(...REPORTED.map(([status]) => status)),
    executedQuantity: fc.constantFrom('0', '0.1', '0.2', '0.30', '0.5', '0.50', '0.6'),
    exchangeOrderId: fc.constantFrom('2000868573824739840', '2000868573824739840', '9'),
    cumulativeQuote: fc.constantFrom('0', '10', '20.5'),
  });
  const start = fc.constantFrom(...ORDER_STATUSES);

  it('mean the same the second time as nothing, and never break a rule', () => {
    fc.assert(
      fc.property(start, fc.array(change, { maxLength: 6 }), (status, changes) => {
        let order = orderIn(status);
        for (const one of changes) {
          order = evolveAll(order, say(order, one));
          if (order.status !== 'SENDING') expect(say(order, one)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('never let the executed quantity fall, nor a final status change', () => {
    fc.assert(
      fc.property(start, fc.array(change, { maxLength: 6 }), (status, changes) => {
        let order = orderIn(status);
        for (const one of changes) {
          const events = say(order, one);
          const next = evolveAll(order, events);
          expect(Number(next.executedQuantity)).toBeGreaterThanOrEqual(
            Number(order.executedQuantity),
          );
          const isMore = compareDecimals(next.executedQuantity, order.executedQuantity) > 0;
          if (isFinal(order.status) && order.status !== 'NEVER_PLACED' && !isMore) {
            // What passes the order is only noted.
            const isNoted = one.executedQuantity === '0.6' && events.length > 0;
            expect(events.map(({ type }) => type)).toEqual(isNoted ? ['ExecutionExceeded'] : []);
            expect(next.status).toBe(order.status);
          }
          if (isFinal(order.status) && isMore) {
            expect(isFinal(next.status) || order.status === 'NEVER_PLACED').toBe(true);
          }
          order = next;
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('the first report after a doubt', () => {
  it('settles the attempt with its evidence', () => {
    const order = orderIn('IN_DOUBT');
    expect(evolveAll(order, say(order)).attempts[0]).toMatchObject({
      outcome: 'accepted',
      evidence: evidence(),
    });
    expect(reported().attemptId).toBe('attempt-1');
  });
});
