import { optional } from 'zod/mini';
import { createWaitingResults } from '../../lib/adapters/dynamodb/waiting-results.ts';
import type { RetrySettings } from '../../lib/application/retry-results.ts';
import { documents, queueAt } from './compose.ts';
import { readEnvironment, text, yesOrNo } from './environment.ts';

/** Looks at the waiting room are so far apart while nothing is due. */
const IDLE_MS = 500;

/** The queue of results; only who delivers has its dead-letter queue. */
export function composeResultQueue() {
  const { RESULTS_QUEUE_URL, RESULTS_DEAD_LETTER_QUEUE_URL } = readEnvironment({
    RESULTS_QUEUE_URL: text,
    RESULTS_DEAD_LETTER_QUEUE_URL: optional(text),
  });
  return queueAt(RESULTS_QUEUE_URL, RESULTS_DEAD_LETTER_QUEUE_URL ?? '');
}

/** The waiting room of results. */
export function composeWaiting() {
  const { RESULTS_TABLE } = readEnvironment({ RESULTS_TABLE: text });
  return createWaitingResults({ client: documents(), tableName: RESULTS_TABLE });
}

/** How a pass over the waiting room works. */
export function composeRetry(): RetrySettings {
  const { RESULTS_WATCH } = readEnvironment({ RESULTS_WATCH: yesOrNo });
  return { watches: RESULTS_WATCH, idleMs: IDLE_MS };
}
