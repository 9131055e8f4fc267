import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import type { Entry, History } from '../core/history.ts';
import { checkHistory } from './check-history.ts';
import { goodHistory, withEntries } from './good-history.ts';

let canceled: History;
let replaced: History;
let heard: History;
beforeAll(async () => {
  canceled = await goodHistory({ cancels: 1, cancelAtMs: 3_000 });
  replaced = await goodHistory({ replaces: 1 });
  heard = await goodHistory({ isStreamed: true, cancels: 0.5, cancelAtMs: 3_000 });
});

const kindsOf = (history: History) => [...new Set(checkHistory(history).map(({ kind }) => kind))];
type Write = Extract<Entry, { kind: 'write' }>;
const has = ({ events }: Write, type: string) => events.some((event) => event.type === type);

/** The history with stored orders that look otherwise. */
const withOrders = (history: History, change: (order: Order) => Order) => ({
  ...withEntries(history, 'write', (one) => [{ ...one, order: change(one.order) }]),
  orders: history.orders.map(change),
});

describe('the checker of histories with cancels', () => {
  it('finds nothing in good ones', () => {
    expect(checkHistory(canceled)).toEqual([]);
    expect(checkHistory(replaced)).toEqual([]);
    expect(checkHistory(heard)).toEqual([]);
    const calls = canceled.entries.filter(
      (one) => one.kind === 'departure' && one.call === 'cancel',
    );
    expect(calls.length).toBeGreaterThan(1);
    const { orders } = replaced;
    const taken = orders.filter((order) => order.terms.replaces && order.attempts.length > 0);
    expect(taken.length).toBeGreaterThan(0);
    expect(heard.entries.filter(({ kind }) => kind === 'frame').length).toBeGreaterThan(3);
  });

  it('I2 finds a cancel that leaves without a stored intent, or for another order', () => {
    const bare = withEntries(canceled, 'write', (one) => (has(one, 'CancelStarted') ? [] : [one]));
    const other = withEntries(canceled, 'departure', (one) => [
      one.call === 'cancel' ? { ...one, exchangeOrderId: '77' } : one,
    ]);
    expect(kindsOf(bare)).toContain('no-intent');
    expect(kindsOf(other)).toContain('no-intent');
  });

  it('I1 finds a cancel that leaves twice', () => {
    const twice = withEntries(canceled, 'departure', (one, number) =>
      one.call === 'cancel' ? [one, { ...one, number: 1_000 + number }] : [one],
    );
    expect(kindsOf(twice)).toContain('sent-twice');
  });

  it('I3 finds an answer to a cancel that is a verdict, or that nobody has heard', () => {
    const verdict = withEntries(canceled, 'write', (one) => [
      {
        ...one,
        events: one.events.map((event) =>
          event.type === 'ExecutionReported'
            ? { ...event, evidence: { ...event.evidence, source: 'cancel' as const } }
            : event,
        ),
      },
    ]);
    const calls = canceled.entries.flatMap((one) =>
      one.kind === 'departure' && one.call === 'cancel' ? [one.number] : [],
    );
    const unheard = withEntries(canceled, 'heard', (one) =>
      calls.includes(one.number) ? [] : [one],
    );
    expect(kindsOf(verdict)).toContain('wrong-verdict');
    expect(kindsOf(unheard)).toContain('wrong-verdict');
  });

  it('I3 finds an end that the exchange does not know yet', () => {
    expect(kindsOf(withEntries(canceled, 'ended', () => []))).toContain('wrong-verdict');
    const other = withEntries(canceled, 'ended', (one) => [{ ...one, status: 'REJECTED' }]);
    expect(kindsOf(other)).toContain('wrong-verdict');
  });

  it('I4 finds a cancel that was answered and is not stored', () => {
    const dropped = withOrders(canceled, ({ cancel: _cancel, ...order }) => order);
    expect(kindsOf(dropped)).toContain('cancel-lost');
  });

  it('I4 finds a cancel that goes on, or is called done, when all is over', () => {
    const withStatus = (status: 'ACKNOWLEDGED' | 'DONE' | 'TOO_LATE', of: Order['status']) => ({
      ...canceled,
      orders: canceled.orders.map((order) => ({
        ...order,
        status: of,
        ...(order.cancel && { cancel: { ...order.cancel, status } }),
      })),
    });
    expect(kindsOf(withStatus('ACKNOWLEDGED', 'CANCELED'))).toContain('cancel-lost');
    expect(kindsOf(withStatus('DONE', 'FILLED'))).toContain('cancel-lost');
    expect(kindsOf(withStatus('TOO_LATE', 'CANCELED'))).toContain('cancel-lost');
  });

  it('I1 finds an order that is live beside the one that takes its place', () => {
    expect(kindsOf(withEntries(replaced, 'ended', () => []))).toContain('legs');
    const traded = withEntries(replaced, 'ended', (one) => [{ ...one, executedQuantity: '0.1' }]);
    expect(kindsOf(traded)).toContain('legs');
  });

  it('I6 finds one trade under two ids', () => {
    const twice = withOrders(heard, (order) => ({
      ...order,
      ...(order.fills && {
        fills: order.fills.flatMap((fill) => [
          { ...fill, quantity: '0.00001' },
          { ...fill, quantity: '0.00001', tradeId: `9${fill.tradeId}` },
        ]),
      }),
    }));
    expect(
      checkHistory(twice)
        .map(({ text }) => text)
        .join(),
    ).toContain('under two ids');
  });

  it('I6 finds a cancel that is given up while its sender may still hear', () => {
    const early = withEntries(canceled, 'write', (one) => [
      {
        ...one,
        events: one.events.map((event) =>
          event.type === 'CancelAnswered'
            ? { ...event, evidence: { ...event.evidence, code: 'NO_OUTCOME_STORED' } }
            : event,
        ),
      },
    ]);
    expect(kindsOf(early)).toContain('state');
  });
});
