import { describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolve, evolveAll } from '../../lib/domain/evolve.ts';
import { InvariantError } from '../../lib/domain/invariant.ts';
import type { Order } from '../../lib/domain/order.ts';
import {
  areFillsComplete,
  FILLS_MAX,
  FILLS_PER_EVENT_MAX,
  lacksFills,
  recordFills,
  type StatedTrades,
} from '../../lib/domain/record-fills.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import { evidence, fill, orderIn, reported, trade } from '../support/order-stories.ts';

const LATER = NOON + 600_000;
const said = evidence({ source: 'trades' });
const record = (order: Order, change: Partial<StatedTrades> = {}): readonly OrderEvent[] =>
  recordFills(
    order,
    { trades: [trade()], evidence: said, corrects: true, settledBefore: LATER, ...change },
    LATER,
  );
const having = (order: Order, ...fills: readonly ReturnType<typeof fill>[]): Order =>
  evolve(order, { type: 'FillsRecorded', at: LATER, fills, evidence: said });
const partly = orderIn('PARTIALLY_FILLED');

describe('an order whose trades are asked for', () => {
  it('was executed and does not have them all', () => {
    expect(lacksFills(partly)).toBe(true);
    expect(lacksFills(having(partly, fill()))).toBe(false);
    expect(lacksFills(having(partly, fill({ quantity: '0.1' })))).toBe(true);
    expect([lacksFills(orderIn('FILLED')), areFillsComplete(orderIn('FILLED'))]).toEqual([
      true,
      false,
    ]);
    expect([lacksFills(orderIn('NEW')), areFillsComplete(orderIn('NEW'))]).toEqual([false, true]);
  });

  it('is none that waits for a person, whatever it has executed', () => {
    const held = evolve(partly, { type: 'OrderHeld', at: LATER, reason: 'ID_COLLISION' });
    expect(lacksFills(held)).toBe(false);
    expect(record(held)).toEqual([]);
  });
});

describe('stated trades', () => {
  it('under another id of ours are not of this order', () => {
    expect(record(partly, { trades: [{ ...trade(), clientOrderId: 'order-2' }] })).toEqual([]);
  });

  it('of an open order are recorded, and its quantity waits for the report', () => {
    const more = [trade(), trade({ tradeId: '8', ticketId: '8', quantity: '0.1' })];
    expect(record(partly, { trades: more }).map(({ type }) => type)).toEqual(['FillsRecorded']);
  });

  it('correct an ended order up to what was ordered, with all that they add up to', () => {
    const [, corrected] = record(orderIn('CANCELED'), { trades: [trade({ quantity: '0.5' })] });
    expect(corrected).toEqual({
      type: 'ExecutionCorrected',
      at: LATER,
      executedQuantity: '0.5',
      cumulativeQuote: '32500',
      evidence: said,
    });
  });

  it('correct an ended order that named no quantity without bound', () => {
    const { quantity: _quantity, price: _price, ...sizeless } = limitTerms();
    const terms = { ...sizeless, type: 'MARKET', timeInForce: 'IOC', amount: '100' } as const;
    const canceled = reported({ status: 'CANCELED', type: 'MARKET' });
    const order = evolveAll(undefined, [received({ terms }), attemptStarted(), canceled]);
    expect(record(order, { trades: [trade({ quantity: '7' })] })).toMatchObject([
      { type: 'FillsRecorded' },
      { type: 'ExecutionCorrected', executedQuantity: '7' },
    ]);
  });
});

describe('a known trade that a complete list does not have', () => {
  const { at } = fill();
  const voided = (change: Partial<StatedTrades>) =>
    record(having(partly, fill()), { trades: [], ...change });

  it('is voided when it lies in the span of the list, to the millisecond', () => {
    expect(voided({ completeSince: at })).toEqual([
      { type: 'FillCorrected', at: LATER, before: fill(), evidence: said },
    ]);
    expect(voided({ completeSince: at + 1 })).toEqual([]);
    expect(voided({ completeSince: at, settledBefore: at + 1 })).toHaveLength(1);
    expect(voided({ completeSince: at, settledBefore: at })).toEqual([]);
  });

  it('is voided only when the caller says from when on trades may be young', () => {
    const stated = { trades: [], evidence: said, corrects: true, completeSince: NOON };
    expect(recordFills(having(partly, fill()), stated, LATER)).toEqual([]);
  });

  it('is one of twenty at most that one change corrects', () => {
    const many = Array.from({ length: FILLS_PER_EVENT_MAX + 1 }, (_, index) =>
      fill({ tradeId: `${index}`, ticketId: `t${index}`, quantity: '0.001' }),
    );
    const order = having(having(partly, ...many.slice(0, 20)), ...many.slice(20));
    expect(record(order, { trades: [], completeSince: NOON })).toHaveLength(20);
    const changed = many.map((one) => trade({ ...one, fee: '9' }));
    expect(record(order, { trades: changed })).toHaveLength(20);
  });
});

describe('what trades add to an order', () => {
  const bare = evolve(orderIn('NEW'), reported({ status: 'FILLED', executedQuantity: '0.5' }));

  it('is its quote and average price where the exchange stated none, once all are known', () => {
    expect(having(bare, fill({ quantity: '0.4' }))).toMatchObject({ cumulativeQuote: '0' });
    expect(having(bare, fill({ quantity: '0.4' }))).not.toHaveProperty('averagePrice');
    const complete = having(bare, fill({ quantity: '0.5', price: '0.333333333' }));
    expect(complete).toMatchObject({
      cumulativeQuote: '0.1666666665',
      averagePrice: '0.33333333',
    });
  });

  it('is never less quote, nor another average price, than the exchange stated', () => {
    const order = evolve(
      orderIn('NEW'),
      reported({
        status: 'FILLED',
        executedQuantity: '0.5',
        cumulativeQuote: '32500.5',
        averagePrice: '65001',
      }),
    );
    expect(having(order, fill({ quantity: '0.5' }))).toMatchObject({
      cumulativeQuote: '32500.5',
      averagePrice: '65001',
    });
  });

  it('is not another way to write the same quote', () => {
    const order = evolve(
      orderIn('NEW'),
      reported({ status: 'FILLED', executedQuantity: '0.5', cumulativeQuote: '32500.00' }),
    );
    expect(having(order, fill({ quantity: '0.5' })).cumulativeQuote).toBe('32500.00');
  });

  it('is nothing where nothing was executed', () => {
    const canceled = orderIn('CANCELED');
    expect(having(canceled)).not.toHaveProperty('averagePrice');
    expect(having(canceled).cumulativeQuote).toBe('0');
  });

  it('is bounded', () => {
    const many = Array.from({ length: FILLS_MAX + 1 }, (_, index) =>
      fill({ tradeId: `${index}`, ticketId: `t${index}`, quantity: '0.0001' }),
    );
    expect(having(bare, ...many.slice(1)).fills).toHaveLength(FILLS_MAX);
    expect(() => having(bare, ...many)).toThrow('bounded');
  });

  it('changes with a correction of one known trade, and of no other', () => {
    const order = having(bare, fill(), fill({ tradeId: '8', ticketId: '8' }));
    const correct = (before: ReturnType<typeof fill>): Order =>
      evolve(order, { type: 'FillCorrected', at: LATER, before, evidence: said });
    expect(correct(fill()).fills).toEqual([fill({ tradeId: '8', ticketId: '8' })]);
    expect(() => correct(fill({ tradeId: '9', ticketId: '9' }))).toThrow('one known trade');
  });
});

describe('a correction of what an order has executed', () => {
  const correct = (order: Order, executedQuantity: string, change = {}): Order =>
    evolve(order, {
      type: 'ExecutionCorrected',
      at: LATER,
      executedQuantity,
      cumulativeQuote: '13000',
      evidence: said,
      ...change,
    });
  const partlyCanceled = orderIn('PARTIALLY_CANCELED');

  it('makes the average price where the exchange states none', () => {
    expect(correct(partlyCanceled, '0.3')).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQuantity: '0.3',
      averagePrice: '43333.33333333',
    });
    expect(correct(partlyCanceled, '0.3', { averagePrice: '7' }).averagePrice).toBe('7');
    expect(correct(partlyCanceled, '0.3', { cumulativeQuote: '0' })).not.toHaveProperty(
      'averagePrice',
    );
  });

  it('leaves a filled order filled', () => {
    const less = reported({ status: 'FILLED', executedQuantity: '0.4' });
    expect(correct(evolve(orderIn('NEW'), less), '0.5').status).toBe('FILLED');
  });

  it('says more than is known, and no more than was ordered', () => {
    expect(() => correct(partlyCanceled, '0.2')).toThrow('never falls');
    expect(correct(partlyCanceled, '0.5').executedQuantity).toBe('0.5');
    expect(() => correct(partlyCanceled, '0.50001')).toThrow('never passes');
    expect(() => correct(partly, '0.3')).toThrow(InvariantError);
  });

  it('has no bound where no quantity was ordered', () => {
    const { quantity: _quantity, price: _price, ...sizeless } = limitTerms();
    const terms = { ...sizeless, type: 'MARKET', timeInForce: 'IOC', amount: '100' } as const;
    const canceled = reported({ status: 'CANCELED', type: 'MARKET' });
    const order = evolveAll(undefined, [received({ terms }), attemptStarted(), canceled]);
    expect(correct(order, '7').executedQuantity).toBe('7');
  });
});

describe('a trade that is stated otherwise', () => {
  it('keeps what the later statement leaves out', () => {
    const { tradeId, price, quantity } = fill();
    const stated = { ...trade(), fill: { tradeId, price, quantity, fee: '0.0005', at: fill().at } };
    expect(record(having(partly, fill()), { trades: [stated] })).toMatchObject([
      { type: 'FillCorrected', after: fill({ fee: '0.0005' }) },
    ]);
  });
});
