import { beforeAll, describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../../lib/domain/events.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { Entry, History } from '../core/history.ts';
import { checkHistory, digestOf } from './check-history.ts';
import { goodHistory, withEntries } from './good-history.ts';

let good: History;
beforeAll(async () => {
  good = await goodHistory();
});

const kindsOf = (history: History) => [...new Set(checkHistory(history).map(({ kind }) => kind))];
type Write = Extract<Entry, { kind: 'write' }>;

/** The history with an extra write right after the last one of the first order. */
function withWrite(make: (last: Write) => { events: OrderEvent[]; order: Partial<Order> }) {
  const first = good.orders[0]?.clientOrderId;
  const writes = good.entries.filter(
    (one): one is Write => one.kind === 'write' && one.order.clientOrderId === first,
  );
  const last = writes.at(-1);
  if (last === undefined) throw new Error('no write');
  const { events, order } = make(last);
  const version = last.order.version + events.length;
  const status = order.status ?? last.order.status;
  const history = events.map(({ type, at }, index) => {
    return { sequence: last.order.version + index + 1, type, at, status, detail: {} };
  });
  const next: Write = {
    ...last,
    previousVersion: last.order.version,
    events,
    order: { ...last.order, ...order, version, history: [...last.order.history, ...history] },
  };
  return { ...good, entries: good.entries.flatMap((one) => (one === last ? [one, next] : [one])) };
}

describe('the checker of histories', () => {
  it('finds nothing in a good one', () => {
    expect(good.orders.length).toBeGreaterThan(1);
    expect(good.exchangeOrders.length).toBeGreaterThan(1);
    expect(checkHistory(good)).toEqual([]);
  });

  it('I1 finds a second order of one request', () => {
    const twice = withEntries(good, 'placed', (one) => [
      one,
      { ...one, exchangeOrderId: `${one.exchangeOrderId}9` },
    ]);
    expect(kindsOf(twice)).toContain('duplicate');
  });

  it('I1 finds an attempt that left twice', () => {
    const twice = withEntries(good, 'departure', (one, number) =>
      one.call === 'create' ? [one, { ...one, number: 1_000 + number }] : [one],
    );
    expect(kindsOf(twice)).toContain('sent-twice');
  });

  it('I2 finds a request without a stored intent', () => {
    const bare = withEntries(good, 'write', (one) =>
      one.events.some(({ type }) => type === 'AttemptStarted') ? [] : [one],
    );
    expect(kindsOf(bare)).toContain('no-intent');
  });

  it('I2 finds a request that left with another key or too late', () => {
    const other = withEntries(good, 'departure', (one) => [{ ...one, keyId: 'key-7' }]);
    const late = withEntries(good, 'departure', (one) => [
      { ...one, clockAt: one.clockAt + 600_000 },
    ]);
    expect(kindsOf(other)).toContain('no-intent');
    expect(kindsOf(late)).toContain('no-intent');
  });

  it('I3 finds a verdict against an order that was placed', () => {
    const at = good.facts.startAt + 10;
    expect(
      kindsOf(
        withWrite(({ order }) => {
          const attemptId = order.attempts.at(-1)?.attemptId ?? '';
          const evidence = { source: 'submit', at } as const;
          return {
            events: [{ type: 'AttemptReturned', at, attemptId, outcome: 'not-sent', evidence }],
            order: { status: 'RECEIVED' },
          };
        }),
      ),
    ).toContain('wrong-verdict');
    expect(
      kindsOf(
        withWrite(() => ({
          events: [{ type: 'AbsenceProven', at }],
          order: { status: 'NEVER_PLACED' },
        })),
      ),
    ).toContain('wrong-verdict');
  });

  it('I3 finds an absence that nobody was told of', () => {
    const at = good.facts.startAt + 10_000_000;
    const observed = withWrite(() => ({
      events: [{ type: 'AbsenceObserved', at, source: 'query' }],
      order: {},
    }));
    expect(kindsOf(observed)).toContain('wrong-verdict');
  });

  it('I3 finds a report of an order that nobody placed', () => {
    expect(kindsOf(withEntries(good, 'placed', () => []))).toContain('wrong-verdict');
  });

  it('I4 finds an order that is lost', () => {
    expect(kindsOf({ ...good, orders: good.orders.slice(1) })).toContain('lost');
  });

  it('I4 finds an order that ends otherwise than at the exchange, or not at all', () => {
    const change = (status: Order['status']) => ({
      ...good,
      orders: good.orders.map((order) => ({ ...order, status })),
    });
    for (const status of ['NEVER_PLACED', 'IN_DOUBT', 'HELD', 'RECEIVED'] as const) {
      expect(kindsOf(change(status))).toContain('unresolved');
    }
    const facts = { ...good.facts, isAtRest: false };
    expect(kindsOf({ ...good, facts })).toContain('unresolved');
    expect(kindsOf({ ...good, waiting: ['{}'] })).toContain('unresolved');
  });

  it('I4 finds a bug that shows itself', () => {
    const threw = {
      kind: 'threw',
      error: 'InvariantError: no',
      atMs: 1,
      by: 'submit-order-1',
    } as const;
    expect(kindsOf({ ...good, entries: [...good.entries, threw] })).toContain('bug');
  });

  it('I5 finds a request that left through a closed gate, or without reading it', () => {
    const closing = {
      ...({ kind: 'gate-closed', gate: 'key-1', until: 'operator' } as const),
      ...{ reason: 'banned', atMs: 0, by: 'submit-order-9' },
    };
    expect(kindsOf({ ...good, entries: [closing, ...good.entries] })).toContain('closed-gate');
    expect(kindsOf(withEntries(good, 'gate-read', () => []))).toContain('closed-gate');
  });

  it('I5 finds a 429 and a ban of our own making', () => {
    const refuse = (admission: 'limited' | 'banned', excuse?: 'others') =>
      withEntries(good, 'arrival', (one) => [
        { ...one, admission, ...(excuse !== undefined && { excuse }) },
      ]);
    expect(kindsOf(refuse('limited'))).toContain('limited');
    expect(kindsOf(refuse('banned'))).toContain('banned');
    expect(kindsOf(refuse('limited', 'others'))).toEqual([]);
  });

  it('I5 finds a 429 after which nobody closes the gate', () => {
    const heard = withEntries(good, 'heard', (one) => [{ ...one, httpStatus: 429 }]);
    expect(kindsOf(heard)).toContain('closed-gate');
  });

  it('I6 finds a step back and quantities that fall or pass', () => {
    const at = good.facts.startAt + 10;
    const missed: OrderEvent = { type: 'OrderMissed', at };
    const back = withWrite(() => ({ events: [missed], order: { status: 'RECEIVED' } }));
    const much = withWrite(() => ({ events: [missed], order: { executedQuantity: '1000' } }));
    expect(kindsOf(back)).toContain('state');
    expect(kindsOf(much)).toContain('state');
  });

  it('I7 finds a write that is missing and events that are', () => {
    const gap = withEntries(good, 'write', (one, number) => (number === 2 ? [] : [one]));
    expect(kindsOf(gap)).toContain('event');
    const silent = withEntries(good, 'published', (one, number) => (number === 2 ? [] : [one]));
    expect(kindsOf(silent)).toContain('event');
    const swapped = withEntries(good, 'published', (one) => [
      { ...one, event: { ...one.event, data: { ...one.event.data, sequence: 7 } } },
    ]);
    expect(kindsOf(swapped)).toContain('event');
  });

  it('I8 finds a secret wherever it is', () => {
    const logged = {
      kind: 'logged' as const,
      ...{ level: 'info', message: 'hello', fields: `{"key":"${good.secrets[0]}"}` },
      ...{ atMs: 1, by: 'submit-order-1' },
    };
    expect(kindsOf({ ...good, entries: [...good.entries, logged] })).toContain('secret');
  });

  it('finds what was begun while the account was halted', () => {
    const halted = { kind: 'halted', halted: true, atMs: -60_000, by: 'operator' } as const;
    expect(kindsOf({ ...good, entries: [halted, ...good.entries] })).toContain('halted');
  });

  it('tells histories apart that differ anywhere', async () => {
    expect(digestOf(await goodHistory())).toBe(digestOf(good));
    const other = withEntries(good, 'arrival', (one, number) =>
      number === 1 ? [{ ...one, atMs: one.atMs + 1 }] : [one],
    );
    expect(digestOf(other)).not.toBe(digestOf(good));
  });
});
