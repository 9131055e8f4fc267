import { describe, expect, it } from '@jest/globals';
import { InvariantError } from '../../lib/domain/invariant.ts';
import { settleAttempt } from '../../lib/domain/settle-attempt.ts';
import { evidence, orderIn } from '../support/order-stories.ts';

const order = orderIn('SENDING');

describe('the outcome of an attempt', () => {
  it('is written to the attempt that it names', () => {
    const [attempt] = order.attempts;
    const settled = settleAttempt(
      order,
      { attemptId: 'attempt-1', evidence: evidence() },
      'throttled',
    );
    expect(settled.attempts).toStrictEqual([
      { ...attempt, outcome: 'throttled', evidence: evidence() },
    ]);
  });

  it('changes nothing when it names none', () => {
    expect(settleAttempt(order, { evidence: evidence() }, 'accepted')).toBe(order);
  });

  it('is a bug of ours when the order has no such attempt', () => {
    const other = { attemptId: 'attempt-9', evidence: evidence() };
    expect(() => settleAttempt(order, other, 'accepted')).toThrow(InvariantError);
  });
});
