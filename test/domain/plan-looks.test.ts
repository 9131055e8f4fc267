import { describe, expect, it } from '@jest/globals';
import { ABSENCE_RULES } from '../../lib/domain/absence.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import type { Order } from '../../lib/domain/order.ts';
import {
  areTradesWorth,
  BULK_FIRST_MIN,
  isHistoryWorth,
  isRecent,
  planLists,
  planQuestions,
  startOf,
} from '../../lib/domain/plan-looks.ts';
import { attemptStarted, limitTerms, NOON, received } from '../support/order-events.ts';
import { absent, doubted, FENCE, fill, orderIn } from '../support/order-stories.ts';

const NOW = FENCE + 5_000;
const HORIZON = FENCE + ABSENCE_RULES.horizonMs;
const BULK = 'open-orders-and-history';
const named = (order: Order, clientOrderId: string): Order => ({ ...order, clientOrderId });
const times = (count: number, order: Order): readonly Order[] =>
  Array.from({ length: count }, (_, index) => named(order, `order-${index}`));
const doubt = orderIn('IN_DOUBT');
const open = orderIn('NEW');

describe('the lists that are worth their weight', () => {
  const plan = (due: readonly Order[], now = NOW, known: { bulkAt?: number } = {}) =>
    planLists(due, known, { now, rules: ABSENCE_RULES });
  const NONE = { bulk: false, openOrders: false };
  const BOTH = { bulk: true, openOrders: true };

  it('are the open orders from two open ones on', () => {
    expect(plan([open])).toEqual(NONE);
    expect(plan(times(2, open))).toEqual({ bulk: false, openOrders: true });
    expect(plan([open, orderIn('PARTIALLY_FILLED'), doubt])).toMatchObject({ openOrders: true });
    expect(plan(times(9, orderIn('FILLED')))).toEqual(NONE);
  });

  it('are both from six doubtful ones on', () => {
    expect(BULK_FIRST_MIN).toBe(6);
    expect(plan(times(5, doubt))).toEqual(NONE);
    expect(plan(times(6, doubt))).toEqual(BOTH);
    expect(plan([...times(5, doubt), orderIn('NEVER_PLACED')])).toEqual(NONE);
    expect(plan(times(6, open), FENCE)).toEqual({ bulk: false, openOrders: true });
  });

  it('are both again only ten seconds after the last, however many wait', () => {
    const bulkAt = NOW - 9_999;
    expect(plan(times(6, doubt), NOW, { bulkAt })).toEqual(NONE);
    expect(plan(times(6, doubt), NOW + 1, { bulkAt })).toEqual(BOTH);
    expect(plan(times(6, doubt), FENCE, { bulkAt: FENCE - 9_999 })).toEqual(NONE);
    expect(plan(times(6, doubt), FENCE, { bulkAt: FENCE - 10_000 })).toEqual(BOTH);
  });
});

describe('the lists of many doubtful orders', () => {
  const plan = (order: Order, now: number) =>
    planLists(times(6, order), {}, { now, rules: ABSENCE_RULES }).bulk;

  it('are read before the fence for what they find, and then for what they do not', () => {
    expect(plan(doubt, FENCE)).toBe(true);
    const told = evolveAll(doubt, [absent(BULK, FENCE + 1)]);
    expect(plan(told, FENCE + 1)).toBe(false);
    expect(plan(told, FENCE + 10_000)).toBe(false);
    expect(plan(told, FENCE + 10_001)).toBe(true);
  });
});

describe('orders that vanished from the open ones', () => {
  it('are looked up in the history from six on', () => {
    expect([5, 6].map((count) => isHistoryWorth(times(count, open)))).toEqual([false, true]);
  });

  it('are looked up there for an hour from the start of their latest attempt', () => {
    const hour = 3_600_000;
    expect(startOf(open)).toBe(NOON + 1_000);
    expect(startOf(orderIn('RECEIVED'))).toBe(NOON);
    expect(isRecent(open, NOON + 1_000 + hour - 1)).toBe(true);
    expect(isRecent(open, NOON + 1_000 + hour)).toBe(false);
  });
});

describe('all trades at once', () => {
  it('are asked for when they weigh less than those of each order', () => {
    const weights = { weightOfOne: 2, weightOfAll: 10 };
    expect([4, 5, 6].map((count) => areTradesWorth(count, weights))).toEqual([false, false, true]);
  });
});

describe('the questions that are asked one by one', () => {
  const filled = orderIn('FILLED');
  const partly = orderIn('PARTIALLY_FILLED');
  const ask = (
    orders: readonly Order[],
    { shown = [], bulkAt, now = NOW }: { shown?: string[]; bulkAt?: number; now?: number } = {},
  ) =>
    planQuestions(orders, new Set(shown), {
      times: bulkAt === undefined ? {} : { bulkAt },
      now,
      rules: ABSENCE_RULES,
    }).map(({ about, order }) => `${order.clientOrderId} ${about}`);

  it('come in turns of their kinds, each in the order of the list', () => {
    const orders = [
      named(doubt, 'd1'),
      named(doubt, 'd2'),
      named(filled, 'f1'),
      named(open, 'v1'),
      named(doubt, 'd3'),
      named(partly, 'v2'),
    ];
    expect(ask(orders)).toEqual([
      'v1 status',
      'd1 status',
      'f1 fills',
      'v2 status',
      'd2 status',
      'd3 status',
    ]);
    expect(ask([])).toEqual([]);
  });

  it('begin with the doubtful whose horizon is past, for these can end', () => {
    const later = evolveAll(orderIn('RECEIVED'), [
      attemptStarted({ fenceAt: FENCE + 1 }),
      doubted(),
    ]);
    const orders = [named(later, 'd1'), named(doubt, 'd2'), named(later, 'd3')];
    const asked = (now: number) => ask(orders, { now }).map((question) => question.slice(0, 2));
    expect(asked(HORIZON - 1)).toEqual(['d1', 'd2', 'd3']);
    expect(asked(HORIZON)).toEqual(['d2', 'd1', 'd3']);
    expect(asked(HORIZON + 1)).toEqual(['d1', 'd2', 'd3']);
  });

  it('leave out an open order that a list has shown, but for its trades', () => {
    expect(ask([named(open, 'v1'), named(partly, 'v2')], { shown: ['v1', 'v2'] })).toEqual([
      'v2 fills',
    ]);
    expect(ask([named(partly, 'v2')])).toEqual(['v2 status']);
  });

  it('leave out the trades that are known', () => {
    const known = evolveAll(partly, [
      { type: 'FillsRecorded', at: NOON + 3_000, fills: [fill()], evidence: evidenceOfList },
    ]);
    expect(ask([named(known, 'v2')], { shown: ['v2'] })).toEqual([]);
  });

  it('are about a verdict too, while it is watched', () => {
    expect(ask([named(orderIn('NEVER_PLACED'), 'n1')])).toEqual(['n1 status']);
    expect(ask([named(orderIn('REJECTED'), 'r1'), named(orderIn('HELD'), 'h1')])).toEqual([]);
  });

  describe('of many doubtful orders, right after the lists', () => {
    const many = times(6, doubt);
    const status = many.map(({ clientOrderId }) => `${clientOrderId} status`);
    const fresh = { bulkAt: NOW - 29_999 };

    it('are asked for each until the query has spoken', () => {
      expect(ask(many, fresh)).toEqual(status);
      const asked = evolveAll(doubt, [absent('query', NOW - 1)]);
      expect(ask([...many.slice(1), named(asked, 'order-0')], fresh)).toEqual(status.slice(1));
      const shown = evolveAll(doubt, [absent(BULK, NOW - 1)]);
      expect(ask([...many.slice(1), named(shown, 'order-9')], fresh)).toContain('order-9 status');
    });

    it('are asked once more past the horizon, where the word of each source is needed', () => {
      const asked = evolveAll(doubt, [absent('query', HORIZON - 1)]);
      const waiting = times(6, asked);
      expect(ask(waiting, { bulkAt: HORIZON - 1, now: HORIZON - 1 })).toEqual([]);
      expect(ask(waiting, { bulkAt: HORIZON, now: HORIZON })).toHaveLength(6);
      const done = evolveAll(asked, [absent('query', HORIZON)]);
      expect(ask(times(6, done), { bulkAt: HORIZON, now: HORIZON })).toEqual([]);
    });

    it('are not asked before the fence, where a not-found proves nothing', () => {
      expect(ask(many, { bulkAt: FENCE - 1, now: FENCE })).toEqual([]);
      expect(ask(many, { bulkAt: FENCE, now: FENCE + 1 })).toEqual(status);
    });

    it('are asked all the same when the lists are old, or were never read, or orders are few', () => {
      const before = { now: FENCE };
      expect(ask(many, { ...before, bulkAt: FENCE - 30_000 })).toEqual(status);
      expect(ask(many, before)).toEqual(status);
      expect(ask(many.slice(1), { ...before, bulkAt: FENCE - 1 })).toEqual(status.slice(1));
    });

    it('are asked of what is watched, which the lists do not witness', () => {
      const watched = named(orderIn('NEVER_PLACED'), 'n1');
      expect(ask([...many, watched], { bulkAt: FENCE - 1, now: FENCE })).toEqual(['n1 status']);
    });
  });

  it('begin anew with a new attempt: what an earlier one proved is over', () => {
    const terms = limitTerms({ onNeverPlaced: 'resubmit', validUntil: NOON + 3_600_000 });
    const again = evolveAll(undefined, [
      received({ terms }),
      attemptStarted(),
      doubted(),
      absent('query', FENCE + 1),
      { type: 'ResubmissionAllowed', at: FENCE + 60_000 },
      attemptStarted({ attemptId: 'attempt-2', at: FENCE + 61_000, fenceAt: FENCE + 67_000 }),
      doubted({ attemptId: 'attempt-2', at: FENCE + 62_000 }),
    ]);
    const now = FENCE + 67_001;
    expect(ask(times(6, again), { bulkAt: now, now })).toHaveLength(6);
  });
});

const evidenceOfList = { source: 'history', at: NOON + 3_000 } as const;
