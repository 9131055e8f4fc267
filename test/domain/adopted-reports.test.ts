import { describe, expect, it } from '@jest/globals';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { StatusReport } from '../../lib/domain/execution-report.ts';
import type { Order } from '../../lib/domain/order.ts';
import { reconcile, sameTerms } from '../../lib/domain/reconcile.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import { doubted, evidence, orderIn, report, reported } from '../support/order-stories.ts';

const NOW = NOON + 100_000;
const said = evidence({ source: 'history' });
const say = (order: Order, change: Partial<StatusReport> = {}) =>
  reconcile(order, { report: report(change), evidence: said }, NOW);

/** A market order by amount: it names no quantity and no price. */
function marketOrder(): Order {
  const { quantity: _quantity, price: _price, ...sizeless } = limitTerms();
  const terms = { ...sizeless, type: 'MARKET', timeInForce: 'IOC', amount: '100' } as const;
  return evolveAll(undefined, [received({ terms }), attemptStarted(), doubted()]);
}
const ofMarket = (change: Partial<StatusReport> = {}): StatusReport => {
  const { quantity: _quantity, price: _price, ...bare } = report({ type: 'MARKET' });
  return { ...bare, ...change };
};

describe('a report that is adopted', () => {
  it('carries the attempt, the words of the exchange and the time', () => {
    expect(say(orderIn('IN_DOUBT'))).toEqual([
      {
        type: 'ExecutionReported',
        at: NOW,
        attemptId: 'attempt-1',
        report: report(),
        evidence: said,
      },
    ]);
  });

  it('of a rejection ends the order as rejected, with the reason where there is one', () => {
    const rejection = {
      type: 'OrderRejected',
      at: NOW,
      attemptId: 'attempt-1',
      code: 'REJECTED_BY_EXCHANGE',
      message: 'the exchange reports the order as rejected',
      evidence: said,
    };
    expect(say(orderIn('IN_DOUBT'), { status: 'REJECTED' })).toEqual([rejection]);
    expect(say(orderIn('NEW'), { status: 'REJECTED', reason: 'INSUFFICIENT_BALANCE' })).toEqual([
      { ...rejection, code: 'INSUFFICIENT_BALANCE' },
    ]);
  });

  it('of an order that was never placed brings it back, whatever it says', () => {
    expect(say(orderIn('NEVER_PLACED'), { status: 'REJECTED' })).toEqual([
      {
        type: 'OrderResurrected',
        at: NOW,
        report: report({ status: 'REJECTED' }),
        evidence: said,
      },
    ]);
  });
});

describe('an open order', () => {
  const partly = evolveAll(orderIn('NEW'), [
    reported({ status: 'PARTIALLY_FILLED', executedQuantity: '0.2', cumulativeQuote: '13000' }),
  ]);

  it.each<[string, Partial<StatusReport>, number]>([
    ['the same', { executedQuantity: '0.2', cumulativeQuote: '13000' }, 0],
    ['the same without its quote', { executedQuantity: '0.2' }, 0],
    ['less', { executedQuantity: '0.1', cumulativeQuote: '13001' }, 0],
    ['more', { executedQuantity: '0.3' }, 1],
    ['as much for more', { executedQuantity: '0.2', cumulativeQuote: '13001' }, 1],
    ['as much for less', { executedQuantity: '0.2', cumulativeQuote: '12999' }, 0],
    ['as much, and its end', { executedQuantity: '0.2', status: 'CANCELED' }, 1],
  ])('takes as news what is new: %s', (_name, change, events) => {
    expect(say(partly, { status: 'PARTIALLY_FILLED', ...change })).toHaveLength(events);
  });

  it('is not there again by an older report, though it was missed', () => {
    const missed = evolveAll(partly, [{ type: 'OrderMissed', at: NOW }]);
    expect(say(missed, { executedQuantity: '0.1' })).toEqual([]);
    expect(say(missed, { status: 'PARTIALLY_FILLED', executedQuantity: '0.2' })).toHaveLength(1);
  });
});

describe('an ended order', () => {
  const canceled = orderIn('CANCELED');

  it('is corrected with quote and average price as the exchange states them', () => {
    const late = { executedQuantity: '0.5', cumulativeQuote: '32500', averagePrice: '65000' };
    expect(say(canceled, { status: 'FILLED', ...late })).toEqual([
      { type: 'ExecutionCorrected', at: NOW, ...late, evidence: said },
    ]);
  });

  it('keeps its quote where the exchange states none', () => {
    const ended = evolveAll(orderIn('NEW'), [
      reported({ status: 'CANCELED', executedQuantity: '0.2', cumulativeQuote: '13000' }),
    ]);
    const [event] = say(ended, { executedQuantity: '0.3' });
    expect(event).toStrictEqual({
      type: 'ExecutionCorrected',
      at: NOW,
      executedQuantity: '0.3',
      cumulativeQuote: '13000',
      evidence: said,
    });
  });

  it('is not corrected by a report with other terms', () => {
    expect(say(canceled, { executedQuantity: '0.3', price: '1' })).toEqual([]);
  });

  it('is corrected without bound where no quantity was ordered', () => {
    const { exchangeOrderId } = report();
    const ended = evolveAll(marketOrder(), [
      {
        type: 'ExecutionReported',
        at: NOW,
        attemptId: 'attempt-1',
        report: ofMarket({ status: 'CANCELED', exchangeOrderId }),
        evidence: said,
      },
    ]);
    const statement = { report: ofMarket({ executedQuantity: '7' }), evidence: said };
    expect(reconcile(ended, statement, NOW)).toMatchObject([
      { type: 'ExecutionCorrected', executedQuantity: '7' },
    ]);
  });
});

describe('the terms of a market order by amount', () => {
  it('are met by a report that adds a quantity and a price of its own', () => {
    expect(sameTerms(marketOrder(), ofMarket({ quantity: '0.1', price: '65000' }))).toBe(true);
    expect(sameTerms(marketOrder(), ofMarket())).toBe(true);
    expect(sameTerms(marketOrder(), ofMarket({ side: 'SELL' }))).toBe(false);
  });
});
