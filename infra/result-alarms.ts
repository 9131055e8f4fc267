import type { AlarmDraft } from './alarm-row.ts';

/** Results may wait so long before somebody looks at their receiver. */
const RESULT_AGE_MAX_MS = 3_600_000;
/** Ages are told whenever an order's results fall due, which may be some time apart. */
const AGE_PERIOD_S = 300;
const PERIODS_OF_A_STALL = 5;

/** The alarms about results on their way to producers. */
export function resultAlarms(): readonly AlarmDraft[] {
  return [
    {
      id: 'results-dead-letter-not-empty',
      metric: {
        kind: 'queue',
        queue: 'results-dead-letter',
        name: 'ApproximateNumberOfMessagesVisible',
      },
      statistic: 'Maximum',
      severity: 'ticket',
      meaning: 'Results were given up: their receiver did not take them for a day, or is gone.',
    },
    {
      id: 'oldest-result-age',
      metric: { kind: 'own', name: 'OldestResultAge', from: ['retry-results'] },
      statistic: 'Maximum',
      periodS: AGE_PERIOD_S,
      threshold: RESULT_AGE_MAX_MS,
      severity: 'ticket',
      meaning: 'A receiver has not taken a result for an hour.',
    },
    {
      id: 'deliver-results-errors',
      metric: { kind: 'function', function: 'deliver-results', name: 'Errors' },
      severity: 'ticket',
      meaning: 'Delivering results crashed or ran out of time; they come back after a minute.',
    },
    {
      id: 'results-not-consumed',
      metric: {
        kind: 'stalled',
        work: { kind: 'queue', queue: 'results', name: 'ApproximateNumberOfMessagesVisible' },
        by: 'deliver-results',
      },
      periods: PERIODS_OF_A_STALL,
      severity: 'page',
      meaning: 'Results wait in the queue and nobody delivers them: the mapping is disabled.',
    },
    {
      id: 'retry-results-not-running',
      metric: { kind: 'function', function: 'retry-results', name: 'Invocations' },
      periods: PERIODS_OF_A_STALL,
      comparison: 'below',
      silence: 'bad',
      severity: 'ticket',
      meaning: 'Nobody looks which results are to be tried again.',
    },
  ];
}
