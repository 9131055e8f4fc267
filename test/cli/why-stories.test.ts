import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainOrder, explanationLines } from '../../cli/why/explain-order.ts';
import { rebuildOrder } from '../../cli/why/rebuild-order.ts';
import { tell } from '../../cli/why/trail.ts';
import type { Outlook } from '../../cli/why/what-next.ts';
import type { Account, Order as OrderView } from '../../client/index.ts';
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
    const text = told(orderAfter(received(), attemptStarted(), doubted(), absent()), {
      now: FENCE + 5,
    });
    expect(text).toMatch(/HTTP|whether the exchange took it is unknown/);
    expect(text).toMatch(/1 authoritative not-founds are counted \(a question for this order\)/);
    expect(text).toMatch(/Absence can be proven from .* on \(fence and horizon of 1 min\)/);
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
        expect(tell(one)).toMatch(/^[A-Z][\s\S]*\.$/);
        expect(tell(one)).not.toContain('[object Object]');
      }),
    );
  });
});
