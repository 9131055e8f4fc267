import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Account, Order as OrderView } from '../../client/index.ts';
import { codeMeaning } from '../../lib/adapters/hashkey/code-meaning.ts';
import { explainOrder, explanationLines } from '../../lib/application/explain/explain-order.ts';
import { rebuildOrder } from '../../lib/application/explain/rebuild-order.ts';
import { tell } from '../../lib/application/explain/trail.ts';
import type { Outlook } from '../../lib/application/explain/what-next.ts';
import { orderResource } from '../../lib/application/order-resource.ts';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { evolve } from '../../lib/domain/evolve.ts';
import { ORDER_STATUSES, type Order } from '../../lib/domain/order.ts';
import { reviewAt } from '../../lib/domain/review-schedule.ts';
import { attemptStarted, NOON, received } from '../support/order-events.ts';
import { absent, doubted, evidence, FENCE, orderIn, returned } from '../support/order-stories.ts';

const RULES = DEFAULT_SETTINGS.reconcile;
const outlook = (change: Partial<Outlook> = {}): Outlook => ({
  now: NOON + 10_000,
  zone: 'Asia/Hong_Kong',
  rules: RULES,
  codeMeaning,
  ...change,
});

/** The order as a caller of the API has it: JSON. */
function viewOf(order: Order): OrderView {
  return JSON.parse(JSON.stringify(orderResource(order)));
}

function told(order: Order, change: Partial<Outlook> = {}): string {
  const view = viewOf(order);
  const given = outlook(change);
  return explanationLines(view, explainOrder(view, given), given).join('\n');
}

/** Gives an order after further changes. */
function orderAfter(...[first, ...more]: Parameters<typeof evolve>[1][]): Order {
  if (first === undefined) throw new Error('an order begins with a change');
  return more.reduce<Order>((order, event) => evolve(order, event), evolve(undefined, first));
}

describe('the story of an order', () => {
  it.each(ORDER_STATUSES)('that is %s is whole sentences about every change', (status) => {
    const order = orderIn(status);
    const { trail, next } = explainOrder(viewOf(order), outlook());
    expect(trail).toHaveLength(order.history.length);
    expect(next.length).toBeGreaterThan(0);
    for (const text of [...trail.map((one) => one.text), ...next]) {
      expect(text).toMatch(/^[A-Z].{10,}\.$/);
      expect(text).not.toMatch(/undefined|NaN|\[object|unknown status|"null"/);
    }
    expect(told(order)).toContain(`${status} since 2027-01-15 `);
  });

  it.each(ORDER_STATUSES)('that is %s knows the next look as the service does', (status) => {
    const order = orderIn(status);
    const now = NOON + 10_000;
    expect(reviewAt(rebuildOrder(viewOf(order)), now, RULES)).toBe(reviewAt(order, now, RULES));
  });

  it('says local times with their offset, and how far away they are', () => {
    expect(told(orderIn('RECEIVED'))).toContain('2027-01-15 16:01:00.000 +08:00 (in 50 s)');
    expect(told(orderIn('RECEIVED'), { zone: 'UTC' })).toContain('08:01:00.000 +00:00');
  });

  it('in doubt says fence, horizon and what was counted', () => {
    const story = [received(), attemptStarted(), doubted(), absent()] as const;
    const text = told(orderAfter(...story), { now: FENCE + 5 });
    expect(text).toMatch(/whether the exchange took it is unknown/);
    expect(text).toMatch(/counted since: 1 by client order id, 0 in the lists/);
    expect(text).toMatch(/Absence can be proven from .* on \(fence and horizon of 1 min\)/);
    expect(text).toContain('both sources have to say it once more: 0 of 2 did.');

    const past = absent('open-orders-and-history', FENCE + RULES.horizonMs);
    const later = told(orderAfter(...story, past), { now: FENCE + RULES.horizonMs + 5 });
    expect(later).toMatch(/1 by client order id, 1 in the lists .* 1 of 2 did\./s);
  });

  it('in doubt says what a proof would lead to', () => {
    const resubmit = { terms: { ...received().terms, onNeverPlaced: 'resubmit' as const } };
    const long = { terms: { ...resubmit.terms, validUntil: NOON + 600_000 } };
    const afterProof = (change: Partial<ReturnType<typeof received>>, doubt = doubted()) =>
      told(orderAfter(received(change), attemptStarted(), doubt));
    expect(afterProof({})).toContain('Once proven, it becomes NEVER_PLACED.');
    expect(afterProof(resubmit)).toContain('Once proven, it becomes NEVER_PLACED.');
    expect(afterProof(long)).toContain('Once proven, it may be sent again under the same id');
    expect(afterProof(long, doubted({ outcome: 'duplicate' }))).toContain('it becomes HELD');
  });

  it('does not call on an answer for what lists and questions proved', () => {
    const said = evidence({ source: 'submit', httpStatus: 503 });
    const story = [received(), attemptStarted(), doubted({ evidence: said })] as const;
    expect(told(orderAfter(...story))).toContain(
      'is unknown (the answer to sending it: HTTP 503).',
    );
    const proven = told(orderAfter(...story, { type: 'AbsenceProven', at: FENCE + 60_000 }));
    expect(proven).toContain('One attempt to send it: the exchange provably never had it.');
  });

  it('says what an attempt that placed nothing means for the next one', () => {
    const text = told(orderAfter(received(), attemptStarted(), returned()));
    expect(text).toContain('did not take it (the answer to sending it). Its key pauses for about');
  });

  it('that waits for a closed gate says which, until when and why', () => {
    const closed = { kind: 'closed', until: 'operator', reason: 'banned' } as const;
    const account: Account = {
      ...{ accountId: 'desk-1', halted: true, reason: 'drill', site: 'HK', environment: 'sandbox' },
      ...{ lanes: 1, limits: { ordersPerSecond: 10, queriesPerSecond: 2 }, keys: [] },
      ...{ egress: { gate: closed, closings: 1 }, externalOrders: [] },
    };
    const text = told(orderIn('RECEIVED'), { account });
    expect(text).toMatch(/a gate is closed until a person opens it .*because the exchange blocked/);
    expect(text).toMatch(/The account is halted \(drill\)/);
  });

  it('names what the exchange said in its own words beside ours', () => {
    const said = evidence({
      source: 'submit',
      httpStatus: 400,
      code: '-1015',
      message: 'slow down',
    });
    const text = told(orderAfter(received(), attemptStarted(), returned({ evidence: said })));
    expect(text).toContain('HTTP 400, -1015 (too many new orders), “slow down”');
  });

  it('stays readable whatever a newer service puts into a change', () => {
    const entry = fc.record(
      {
        sequence: fc.nat(),
        type: fc.oneof(fc.constantFrom('OrderDoubted', 'FillsRecorded', 'OrderHeld'), fc.string()),
        at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        status: fc.constantFrom(...ORDER_STATUSES),
        evidence: fc.jsonValue(),
        fills: fc.jsonValue(),
        reason: fc.jsonValue(),
      },
      { requiredKeys: ['sequence', 'type', 'at', 'status'] },
    );
    fc.assert(
      fc.property(entry, (one) => {
        const text = tell(one, { codeMeaning });
        expect(text).toMatch(/^[A-Z][\s\S]*\.$/);
        expect(text).not.toContain('[object Object]');
      }),
    );
  });
});
