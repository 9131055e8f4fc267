import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDecimals, divideDecimals } from '../../lib/domain/decimal.ts';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { feesOf, filledQuantity, filledQuote } from '../../lib/domain/fill.ts';
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
import { given } from '../support/given.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { evidence, fill, orderIn, reported, trade, WAY_TO } from '../support/order-stories.ts';

const LATER = NOON + 600_000;
const PARTLY = WAY_TO.PARTIALLY_FILLED;

const stated = (change: Partial<StatedTrades> = {}): StatedTrades => ({
  trades: [trade()],
  evidence: evidence({ source: 'trades' }),
  corrects: true,
  settledBefore: LATER,
  ...change,
});
const recording = (change?: Partial<StatedTrades>) => (order: Order) =>
  recordFills(order, stated(change), LATER);
const recorded = (...fills: readonly ReturnType<typeof fill>[]): OrderEvent => ({
  type: 'FillsRecorded',
  at: LATER - 1,
  fills,
  evidence: evidence({ source: 'trades' }),
});

describe('trades of an order', () => {
  it('are recorded, and then complete what was executed', () => {
    const order = given(...PARTLY)
      .when(recording())
      .thenEvents({ type: 'FillsRecorded' });
    expect(order.fills).toEqual([fill()]);
    expect(areFillsComplete(order)).toBe(true);
    expect(order).toMatchObject({ executedQuantity: '0.2', cumulativeQuote: '13000' });
    expect(order.averagePrice).toBe('65000');
  });

  it('F73 that arrive twice are one fill per trade id', () => {
    given(...PARTLY, recorded(fill()))
      .when(recording({ trades: [trade(), trade()] }))
      .thenEvents();
    const order = given(...PARTLY)
      .when(recording({ trades: [trade(), trade()] }))
      .thenEvents({ type: 'FillsRecorded' });
    expect(order.fills).toHaveLength(1);
  });

  it('F73 that the stream names by another id are the same match', () => {
    given(...PARTLY, recorded(fill({ tradeId: '77' })))
      .when(recording())
      .thenEvents();
  });

  it('of another exchange order, side or symbol are passed over', () => {
    for (const change of [
      { exchangeOrderId: '1' },
      { side: 'SELL' },
      { symbol: 'ETHUSD' },
    ] as const) {
      given(...PARTLY)
        .when(recording({ trades: [{ ...trade(), ...change }] }))
        .thenEvents();
    }
  });

  it('of an order that is not known to exist say nothing by themselves', () => {
    for (const status of ['RECEIVED', 'SENDING', 'IN_DOUBT', 'NEVER_PLACED', 'HELD'] as const) {
      expect(recordFills(orderIn(status), stated(), LATER)).toEqual([]);
    }
  });

  it('of one time keep the order of their ids, beyond 2^53 too', () => {
    const ids = ['9007199254740993', '9007199254740992', '20008685738247398401'];
    const trades = ids.map((tradeId) => trade({ tradeId, ticketId: tradeId, quantity: '0.1' }));
    const order = evolveAll(
      orderIn('FILLED'),
      recordFills(orderIn('FILLED'), stated({ trades }), LATER),
    );
    expect(order.fills?.map(({ tradeId }) => tradeId)).toEqual([ids[1], ids[0], ids[2]]);
  });

  it('are recorded some at a time and up to a bound', () => {
    const many = Array.from({ length: FILLS_MAX + 30 }, (_, at) =>
      trade({ tradeId: String(at), ticketId: `t${at}`, quantity: '0.0001' }),
    );
    let order = orderIn('FILLED');
    for (let events = recordFills(order, stated({ trades: many }), LATER); events.length > 0; ) {
      expect(events[0]).toMatchObject({ type: 'FillsRecorded' });
      order = evolveAll(order, events);
      events = recordFills(order, stated({ trades: many }), LATER);
    }
    expect(order.fills).toHaveLength(FILLS_MAX);
    expect(order.version).toBe(orderIn('FILLED').version + FILLS_MAX / FILLS_PER_EVENT_MAX);
    expect(areFillsComplete(order)).toBe(false);
    expect(lacksFills(order)).toBe(false);
  });

  it('are never recorded twice by the state machine', () => {
    const order = evolveAll(orderIn('PARTIALLY_FILLED'), [recorded(fill())]);
    expect(() => evolveAll(order, [recorded(fill())])).toThrow(InvariantError);
  });

  it('give the same fills in whatever portions and repeats they come', () => {
    const portions = fc.array(
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(portions, (batches) => {
        let order = orderIn('FILLED');
        for (const batch of batches) {
          const trades = batch.map((number) =>
            trade({
              tradeId: `10${number}`,
              ticketId: `9${number}`,
              quantity: '0.01',
              at: NOON + number,
            }),
          );
          order = evolveAll(order, recordFills(order, stated({ trades, corrects: false }), LATER));
        }
        const ids = [...new Set(batches.flat())].sort((left, right) => left - right);
        expect((order.fills ?? []).map(({ tradeId }) => tradeId)).toEqual(
          ids.map((id) => `10${id}`),
        );
        expect(order.executedQuantity).toBe('0.5');
      }),
    );
  });
});

describe('F74 a trade that the exchange changes', () => {
  it('is corrected with what it was before', () => {
    const order = given(...PARTLY, recorded(fill()))
      .when(recording({ trades: [trade({ fee: '0.0005' })] }))
      .thenEvents({ type: 'FillCorrected', before: fill(), after: fill({ fee: '0.0005' }) });
    expect(feesOf(order.fills ?? [])).toEqual([{ asset: 'BTC', amount: '0.0005' }]);
    expect(order.history.at(-2)).toMatchObject({
      type: 'FillsRecorded',
      detail: { fills: [fill()] },
    });
  });

  it('is voided beside another one without counting for the end that it had', () => {
    const other = trade({ tradeId: '8', ticketId: '8', at: NOON + 2_000 });
    const order = given(...WAY_TO.PARTIALLY_CANCELED, recorded(fill()))
      .when(recording({ trades: [other], completeSince: NOON }))
      .thenEvents({ type: 'FillsRecorded' }, { type: 'FillCorrected', before: fill() });
    expect(order).toMatchObject({ executedQuantity: '0.2', fills: [{ tradeId: '8' }] });
    expect(areFillsComplete(order)).toBe(true);
  });

  it('counts as corrected where it is corrected beside another one', () => {
    const changed = trade({ quantity: '0.1' });
    const other = trade({ tradeId: '8', ticketId: '8', at: NOON + 2_000 });
    const order = given(...WAY_TO.PARTIALLY_CANCELED, recorded(fill()))
      .when(recording({ trades: [changed, other], completeSince: NOON }))
      .thenEvents(
        { type: 'FillsRecorded' },
        { type: 'FillCorrected', before: fill(), after: fill({ quantity: '0.1' }) },
        { type: 'ExecutionCorrected', executedQuantity: '0.3' },
      );
    expect(order.executedQuantity).toBe('0.3');
  });

  it('is not corrected by the stream, which is only a hint', () => {
    given(...PARTLY, recorded(fill()))
      .when(recording({ trades: [trade({ fee: '0.0005' })], corrects: false }))
      .thenEvents();
  });

  it('is voided when the complete list has it no more, and asked for again', () => {
    const order = given(...PARTLY, recorded(fill()))
      .when(recording({ trades: [], completeSince: NOON }))
      .thenEvents({ type: 'FillCorrected', before: fill() });
    expect(order.fills).toEqual([]);
    expect(order.executedQuantity).toBe('0.2');
    expect(lacksFills(order)).toBe(true);
  });

  it.each<[string, Partial<StatedTrades>]>([
    ['the list is not complete', {}],
    ['the list begins after it', { completeSince: NOON + 60_000 }],
    ['it may not be in the list yet', { completeSince: NOON, settledBefore: NOON }],
  ])('is not voided when %s', (_case, change) => {
    given(...PARTLY, recorded(fill()))
      .when(recording({ trades: [], ...change }))
      .thenEvents();
  });
});

describe('F70 a fill that comes to light after the cancel', () => {
  const canceled = [...WAY_TO.PARTIALLY_CANCELED, recorded(fill())];
  const late = trade({ tradeId: '2000868574042843700', ticketId: '5', quantity: '0.1' });

  it('corrects the quantities, and the end stays', () => {
    const order = given(...canceled)
      .when(recording({ trades: [trade(), late] }))
      .thenEvents(
        { type: 'FillsRecorded' },
        { type: 'ExecutionCorrected', executedQuantity: '0.3' },
      );
    expect(order).toMatchObject({ status: 'PARTIALLY_CANCELED', cumulativeQuote: '19500' });
    expect(areFillsComplete(order)).toBe(true);
  });

  it('turns an untouched cancel into a partial one', () => {
    const order = given(...WAY_TO.CANCELED)
      .when(recording())
      .thenEvents({ type: 'FillsRecorded' }, { type: 'ExecutionCorrected' });
    expect(order.status).toBe('PARTIALLY_CANCELED');
  });

  it('never corrects beyond what was ordered, and a person hears of it once', () => {
    const beyond = [trade(), trade({ tradeId: '8', ticketId: '8', quantity: '0.4' })];
    const order = given(...canceled)
      .when(recording({ trades: beyond }))
      .thenEvents(
        { type: 'FillsRecorded' },
        { type: 'ExecutionExceeded', executedQuantity: '0.6', evidence: stated().evidence },
      );
    expect(order).toMatchObject({
      status: 'PARTIALLY_CANCELED',
      executedQuantity: '0.2',
      reason: 'EXECUTED_MORE_THAN_ORDERED',
    });
    expect(order.fills).toHaveLength(2);
    expect(areFillsComplete(order)).toBe(false);
    expect(recording({ trades: beyond })(order)).toEqual([]);
    const more = [...beyond, trade({ tradeId: '9', ticketId: '9', quantity: '0.1' })];
    expect(recording({ trades: more })(order).map(({ type }) => type)).toEqual(['FillsRecorded']);
  });
});

describe('trades beyond what was ordered', () => {
  const beyond = { trades: [trade({ quantity: '0.50001' })] };

  it.each(['NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED'] as const)(
    'of an order that is %s are recorded as stated, and it keeps its status and quantities',
    (status) => {
      const { executedQuantity } = orderIn(status);
      const order = given(...WAY_TO[status])
        .when(recording(beyond))
        .thenEvents(
          { type: 'FillsRecorded' },
          { type: 'ExecutionExceeded', executedQuantity: '0.50001' },
        );
      expect(order).toMatchObject({ status, executedQuantity, fills: [{ quantity: '0.50001' }] });
    },
  );

  it('are none when they are exactly what was ordered, nor when only an amount was', () => {
    const whole = { trades: [trade({ quantity: '0.50' })] };
    expect(recording(whole)(orderIn('FILLED')).map(({ type }) => type)).toEqual(['FillsRecorded']);
    const order = orderIn('FILLED');
    const { quantity: _quantity, ...terms } = order.terms;
    const types = recording(beyond)({ ...order, terms }).map(({ type }) => type);
    expect(types).toEqual(['FillsRecorded', 'ExecutionCorrected']);
  });

  it('are none when the list voids as much as it adds', () => {
    const other = trade({ tradeId: '8', ticketId: '8', quantity: '0.5', at: NOON + 2_000 });
    const order = given(...WAY_TO.FILLED, recorded(fill({ quantity: '0.5' })))
      .when(recording({ trades: [other], completeSince: NOON }))
      .thenEvents({ type: 'FillsRecorded' }, { type: 'FillCorrected' });
    expect(order).toMatchObject({ executedQuantity: '0.5', fills: [{ tradeId: '8' }] });
    expect(order).not.toHaveProperty('reason');
  });
});

describe('an order that is FILLED with less than was ordered', () => {
  it('is reported as it is, complete with the trades of what was executed', () => {
    const less = reported({ status: 'FILLED', executedQuantity: '0.2', cumulativeQuote: '13000' });
    const order = given(received(), attemptStarted(), less)
      .when(recording())
      .thenEvents({ type: 'FillsRecorded' });
    expect(order).toMatchObject({ status: 'FILLED', executedQuantity: '0.2' });
    expect(areFillsComplete(order)).toBe(true);
  });
});

describe('sums of fills', () => {
  const fills = [
    fill({ price: '65000.1', quantity: '0.3', fee: '0.1' }),
    fill({ price: '0.00000001', quantity: '0.000000001', fee: '0.2' }),
    fill({ feeAsset: 'USD', fee: '1.99' }),
  ];

  it('are exact', () => {
    expect(filledQuantity(fills)).toBe('0.500000001');
    expect(filledQuote(fills)).toBe('32500.03000000000000001');
    expect(feesOf(fills)).toEqual([
      { asset: 'BTC', amount: '0.3' },
      { asset: 'USD', amount: '1.99' },
    ]);
    expect(addDecimals()).toBe('0');
    expect(divideDecimals('1', '3', 8)).toBe('0.33333333');
  });
});
