import type { StageFacts } from './stage-facts.ts';

/** A new account is seen by a reload after so long. */
const OLD_MS = 20_000;

/**
 * Asks for the accounts of a stage ahead of time, so that the first page does not wait for it, and
 * again in the background when what is known grows old.
 */
export function rememberAccounts(stage: StageFacts, now: () => number = Date.now): StageFacts {
  let asked: Promise<readonly string[]> = stage.accountIds();
  let askedAt = now();
  // Whoever asks first is told of a failure.
  asked.catch(() => undefined);

  return {
    ...stage,
    accountIds() {
      const known = asked;
      if (now() - askedAt > OLD_MS) {
        askedAt = now();
        asked = stage.accountIds();
        // What was known is better than nothing.
        asked = asked.catch(() => known);
      }
      return known;
    },
  };
}
