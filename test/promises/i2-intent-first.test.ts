import { describe, expect, it } from '@jest/globals';
import { inEveryWorld, WORLDS_TIMEOUT_MS, writesByOrder } from '../support/every-world.ts';

describe('I2 intent first', () => {
  it(
    'nothing is sent before its intent is durably stored, each intent at most once',
    () =>
      inEveryWorld((history) => {
        const writes = writesByOrder(history);
        const sent = new Map<string, number>();
        for (const [index, { call, at, clientOrderId }] of history.departures.entries()) {
          if (call !== 'submit') continue;
          const before = (writes.get(clientOrderId) ?? []).filter(
            ({ departed }) => departed <= index,
          );
          const intents = before
            .flatMap(({ events }) => events)
            .filter(({ type }) => type === 'AttemptStarted');
          sent.set(clientOrderId, (sent.get(clientOrderId) ?? 0) + 1);
          expect(intents.length).toBeGreaterThanOrEqual(sent.get(clientOrderId) ?? 0);

          const intent = before.at(-1)?.order.attempts.at(-1);
          expect(intent?.outcome).toBe('pending');
          expect(at).toBeLessThanOrEqual(intent?.sendBy ?? 0);
        }
      }),
    WORLDS_TIMEOUT_MS,
  );
});
