import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type AttemptEnd,
  DEFAULT_RETRIES,
  RETRY_AFTER_MAX_MS,
  retryWaitMs,
} from '../../client/src/retry.ts';

const chance = fc.record({
  now: fc.constant(1_795_366_303_000),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});
const answered = (status: number, retryAfter: string | null = null): AttemptEnd => ({
  kind: 'answer',
  status,
  retryAfter,
});
const retriable = fc.oneof(
  fc.constant<AttemptEnd>({ kind: 'no-answer' }),
  fc
    .oneof(fc.constantFrom(408, 429), fc.integer({ min: 500, max: 599 }))
    .map((status) => answered(status)),
);
const refusal = fc
  .integer({ min: 200, max: 499 })
  .filter((status) => status !== 408 && status !== 429);
const made = fc.integer({ min: 1, max: DEFAULT_RETRIES.retries });

describe('the wait before a request is repeated', () => {
  it('is drawn from zero up to a bound that doubles', () => {
    fc.assert(
      fc.property(retriable, made, chance, (end, attempts, drawn) => {
        const wait = retryWaitMs(end, attempts, DEFAULT_RETRIES, drawn) ?? -1;
        const bound = Math.min(8_000, 200 * 2 ** (attempts - 1));
        expect(wait).toBe(Math.ceil(drawn.random * bound));
      }),
    );
  });

  it('does not come after a refusal, nor once the retries are used up', () => {
    fc.assert(
      fc.property(refusal, made, chance, (status, attempts, drawn) => {
        expect(
          retryWaitMs(answered(status, '1'), attempts, DEFAULT_RETRIES, drawn),
        ).toBeUndefined();
      }),
    );
    fc.assert(
      fc.property(retriable, fc.integer({ min: 1, max: 9 }), chance, (end, more, drawn) => {
        const used = DEFAULT_RETRIES.retries + more;
        expect(retryWaitMs(end, used, DEFAULT_RETRIES, drawn)).toBeUndefined();
      }),
    );
  });

  it('is never shorter than what the server asks for', () => {
    const asked = fc.integer({ min: 0, max: RETRY_AFTER_MAX_MS / 1_000 });
    fc.assert(
      fc.property(asked, made, chance, fc.boolean(), (seconds, attempts, drawn, asDate) => {
        const at = new Date(drawn.now + seconds * 1_000).toUTCString();
        const end = answered(503, asDate ? at : String(seconds));
        const wait = retryWaitMs(end, attempts, DEFAULT_RETRIES, drawn);
        expect(wait).toBeGreaterThanOrEqual(seconds * 1_000);
      }),
    );
  });

  it.each(['soon', '-5', '1e9', ''])('takes no word from "Retry-After: %s"', (retryAfter) => {
    const drawn = { now: 1_795_366_303_000, random: 0 };
    expect(retryWaitMs(answered(503, retryAfter), 1, DEFAULT_RETRIES, drawn)).toBe(0);
  });
});
