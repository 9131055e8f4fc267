import { describe, expect, it } from '@jest/globals';
import { inEveryWorld, WORLDS_TIMEOUT_MS } from '../support/every-world.ts';
import type { Departure } from '../support/exchange-model.ts';
import type { WorldHistory } from '../support/small-world.ts';

/**
 * The gate is read at most this long before a request leaves where no call of the store is slow.
 * Whatever closes in between is met by the next request.
 */
const READ_BEFORE_MS = 40;
/** How long the exchange suspends a key after a 429. */
const SUSPENSION_MS = 60_000;
const ORDERS_PER_SECOND = 3;
const QUERIES_PER_SECOND = 2;
/** The faults end, and a person opens the gates that need one, four minutes after the start. */
const OPENED_AT = 1_800_000_000_000 + 240_000;

/** Departures while a gate that holds for them is closed. */
function throughClosedGates({ closings, departures }: WorldHistory): readonly Departure[] {
  return departures.filter(({ at, keyId }) =>
    closings.some(({ gate, until, doneAt }) => {
      if (gate !== 'egress' && gate.keyId !== keyId) return false;
      const opensAt = until === 'operator' ? OPENED_AT : until;
      return at > doneAt + READ_BEFORE_MS && at < opensAt;
    }),
  );
}

/** Departures of a key while the exchange has it suspended, by processes that all live on. */
function whileSuspended({ suspensions, departures }: WorldHistory): readonly Departure[] {
  return departures.filter(({ at, keyId }) =>
    suspensions.some(
      (one) => one.keyId === keyId && at > one.at + READ_BEFORE_MS && at < one.at + SUSPENSION_MS,
    ),
  );
}

/** Departures with more before them, within a second, than the exchange takes. */
function beyondLimits({ departures }: WorldHistory): readonly Departure[] {
  const isCommand = (call: Departure['call']) => call === 'submit' || call === 'cancel';
  const byKey = Map.groupBy(departures, ({ keyId, call }) => `${keyId} ${isCommand(call)}`);
  return [...byKey.values()].flatMap((ofKey) =>
    ofKey.filter(({ at, call }, index) => {
      const limit = isCommand(call) ? ORDERS_PER_SECOND : QUERIES_PER_SECOND;
      const before = ofKey[index - limit];
      return before !== undefined && at - before.at <= 1_000;
    }),
  );
}

/** Calls of the other class: they have a window of their own. */
const ORDER_CALLS: ReadonlySet<string> = new Set(['submit', 'cancel']);

describe('I5 closed gate', () => {
  it(
    'no request leaves while a gate is closed, from any process',
    () =>
      inEveryWorld((history) => expect(throughClosedGates(history)).toEqual([]), {
        submitFates: ['throttled', 'throttled', 'not-taken', 'banned', 'bad-key'],
        submitFault: 0.3,
        twice: 1,
        slowness: 0,
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'a 429 closes the gate for as long as the key is suspended',
    () =>
      inEveryWorld((history) => expect(whileSuspended(history)).toEqual([]), {
        submitFates: ['throttled', 'not-taken'],
        submitFault: 0.4,
        twice: 1,
        death: 0,
        budgetFault: 0,
        slowness: 0,
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'no key sends more in any second than the exchange takes',
    () =>
      inEveryWorld((history) => expect(beyondLimits(history)).toEqual([]), {
        twice: 1,
        slowness: 0.15,
      }),
    WORLDS_TIMEOUT_MS,
  );

  it(
    'a heavy question leaves the second after it alone',
    () =>
      inEveryWorld(({ departures }) => {
        for (const [index, { call, at, keyId }] of departures.entries()) {
          if (call !== 'history') continue;
          const next = departures
            .slice(index + 1)
            .find((one) => one.keyId === keyId && !ORDER_CALLS.has(one.call));
          if (next !== undefined) expect(next.at - at).toBeGreaterThan(2_000);
        }
      }),
    WORLDS_TIMEOUT_MS,
  );
});
