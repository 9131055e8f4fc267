import { describe, expect, it } from '@jest/globals';
import type { OrderEvent } from '../../lib/domain/events.ts';
import { inEveryWorld, WORLDS_TIMEOUT_MS, writesByOrder } from '../support/every-world.ts';
import type { WorldHistory, Write } from '../support/small-world.ts';

/** Verdicts that no attempt of the order has placed anything. */
const OF_ALL_ATTEMPTS: readonly OrderEvent['type'][] = [
  'AbsenceProven',
  'ResubmissionAllowed',
  'OrderExpired',
  'OrderDenied',
  'OrderRejected',
  'OrderCanceled',
];

/** The attempts of which a write says that they placed nothing. */
function deniedAttempts({ events, order }: Write): readonly string[] {
  const all = order.attempts.map(({ attemptId }) => attemptId);
  return events.flatMap((event) => {
    if (event.type === 'AttemptReturned') return [event.attemptId];
    if (event.type === 'OrderRejected' && event.attemptId !== undefined) return [event.attemptId];
    return OF_ALL_ATTEMPTS.includes(event.type) ? all : [];
  });
}

/** The attempt that made each order of the exchange. */
function placingAttempts(history: WorldHistory): readonly string[] {
  const writes = writesByOrder(history);
  return history.exchangeOrders.map(({ clientOrderId, departure }) => {
    const before = (writes.get(clientOrderId) ?? []).filter(
      ({ departed }) => departed <= departure,
    );
    return before.at(-1)?.order.attempts.at(-1)?.attemptId ?? '';
  });
}

function expectNoFalseVerdict(history: WorldHistory): void {
  const placed = new Set(placingAttempts(history));
  const denied = history.writes.flatMap(deniedAttempts);
  expect(denied.filter((attemptId) => placed.has(attemptId))).toEqual([]);
}

describe('I3 evidence only', () => {
  it(
    'no negative verdict is written while the exchange has, or could still get, the order',
    () => inEveryWorld(expectNoFalseVerdict),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'also where everything takes as long as it may',
    () =>
      inEveryWorld(expectNoFalseVerdict, {
        submitFault: 1,
        submitFates: ['delayed', 'delayed', 'answer-lost', 'not-taken'],
        utmost: true,
      }),
    WORLDS_TIMEOUT_MS,
  );
});
