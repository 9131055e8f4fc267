import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { receiptAnswer } from '../../lambdas/edge/receipt-answer.ts';
import { inEveryWorld, WORLDS_TIMEOUT_MS } from '../support/every-world.ts';
import { apiKey } from '../support/order-desk.ts';

/** Parts of every key, of every secret and of every signature of these worlds. */
const SECRETS = /secret-of-|api-key-|signature=/;

const told = (value: unknown): string =>
  `${JSON.stringify(value)} ${inspect(value, { depth: 20 })}`;

describe('I8 secrets', () => {
  it(
    'no key, secret or signature reaches a table, an event, a line, a number or an answer',
    () =>
      inEveryWorld(
        ({ writes, published, lines, measurements, receipts, texts, aside, closings }) => {
          const answers = receipts.map(receiptAnswer);
          const all = [writes, published, lines, measurements, answers, texts, aside, closings];
          for (const one of all) expect(told(one)).not.toMatch(SECRETS);
        },
        { submitFates: ['throws', 'bad-key', 'throttled', 'answer-lost'] },
      ),
    WORLDS_TIMEOUT_MS,
  );

  it('a key does not tell itself, however it is printed', () => {
    const key = apiKey('key-1');
    expect(key.apiSecret.reveal()).toMatch(SECRETS);
    for (const text of [told(key), String(key.apiKey), String(key.apiSecret)]) {
      expect(text).not.toMatch(SECRETS);
    }
  });
});
