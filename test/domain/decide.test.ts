import { describe, expect, it } from '@jest/globals';
import {
  decideHandling,
  decidePreparationFailure,
  PREPARATION_FAILURES_MAX,
  type SendingContext,
} from '../../lib/domain/decide.ts';
import { ATTEMPTS_MAX, evolveAll } from '../../lib/domain/evolve.ts';
import { ORDER_STATUSES, type Order } from '../../lib/domain/order.ts';
import { attemptStarted, NOON } from '../support/order-events.ts';
import { orderIn, returned } from '../support/order-stories.ts';

const context = (change: Partial<SendingContext> = {}): SendingContext => ({
  now: NOON + 2_000,
  attemptMaxMs: 10_000,
  halted: false,
  ...change,
});
const denial = { code: 'SYMBOL_UNKNOWN', message: 'not listed' } as const;
const { validUntil } = orderIn('RECEIVED').terms;

describe('a received order', () => {
  const order = orderIn('RECEIVED');
  const concluded = (change: Partial<SendingContext>) => {
    const handling = decideHandling(order, context(change));
    return handling.kind === 'conclude' ? handling.events : handling.kind;
  };

  it('may be sent', () => {
    expect(concluded({})).toBe('send');
  });

  it('F43 expires at its deadline, to the millisecond', () => {
    expect(concluded({ now: validUntil - 1 })).toBe('send');
    expect(concluded({ now: validUntil })).toMatchObject([{ type: 'OrderExpired' }]);
  });

  it('is denied while its account is halted', () => {
    expect(concluded({ halted: true })).toMatchObject([
      { type: 'OrderDenied', code: 'ACCOUNT_HALTED', message: 'the account takes no new orders' },
    ]);
  });

  it("is denied by its instrument's rules", () => {
    expect(concluded({ denial })).toMatchObject([{ type: 'OrderDenied', ...denial }]);
  });

  it('expires rather than being denied', () => {
    expect(concluded({ now: validUntil, halted: true, denial })).toMatchObject([
      { type: 'OrderExpired' },
    ]);
  });

  it('is held when its attempts are used up', () => {
    let tried: Order = order;
    for (let number = 0; number < ATTEMPTS_MAX; number += 1) {
      expect(decideHandling(tried, context()).kind).toBe('send');
      const attemptId = `attempt-${number}`;
      tried = evolveAll(tried, [attemptStarted({ attemptId }), returned({ attemptId })]);
    }
    expect(decideHandling(tried, context())).toMatchObject({
      events: [{ type: 'OrderHeld', reason: 'ATTEMPTS_EXHAUSTED' }],
    });
  });
});

describe('an order that is being sent', () => {
  const order = orderIn('SENDING');
  const givenUpAt = attemptStarted().at + 10_000;

  it('F1 is waited for while its sender may live, never sent', () => {
    expect(decideHandling(order, context({ now: givenUpAt - 1 }))).toEqual({
      kind: 'wait',
      until: givenUpAt,
    });
  });

  it('F1 is in doubt once its sender cannot live', () => {
    expect(decideHandling(order, context({ now: givenUpAt }))).toMatchObject({
      kind: 'conclude',
      events: [{ type: 'OrderDoubted', outcome: 'unknown' }],
    });
  });
});

describe('an order that is being sent while its cancel is asked for', () => {
  it('is waited for from the start of its attempt, not from the wish', () => {
    const wished = evolveAll(orderIn('SENDING'), [{ type: 'CancelRequested', at: NOON + 4_000 }]);

    expect(decideHandling(wished, context({ now: NOON + 4_000 }))).toEqual({
      kind: 'wait',
      until: NOON + 11_000,
    });
  });
});

describe('an order in any other status', () => {
  const others = ORDER_STATUSES.filter((status) => status !== 'RECEIVED' && status !== 'SENDING');

  it.each(others)('F4 is acknowledged without a send: %s', (status) => {
    for (const now of [NOON + 2_000, validUntil + 1_000_000]) {
      expect(decideHandling(orderIn(status), context({ now, halted: true, denial }))).toEqual({
        kind: 'acknowledge',
      });
    }
  });
});

describe('an order that always breaks its handling', () => {
  it('F42 is held after some failures', () => {
    let order = orderIn('RECEIVED');
    for (let failure = 1; failure <= PREPARATION_FAILURES_MAX; failure += 1) {
      expect(order.status).toBe('RECEIVED');
      order = evolveAll(order, decidePreparationFailure(order, 'TypeError', NOON));
    }
    expect(order).toMatchObject({ status: 'HELD', reason: 'CANNOT_BE_HANDLED' });
  });

  it.each(ORDER_STATUSES.filter((status) => status !== 'RECEIVED'))(
    'is not touched once it is %s',
    (status) => {
      expect(decidePreparationFailure(orderIn(status), 'TypeError', NOON)).toEqual([]);
    },
  );
});
