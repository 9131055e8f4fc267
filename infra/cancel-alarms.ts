import type { AlarmDraft } from './alarm-row.ts';
import type { AlarmThresholds } from './stages.ts';

/** Ages are told whenever an order is looked at, which may be some time apart. */
const AGE_PERIOD_S = 300;

/** The alarms about cancels. */
export function cancelAlarms({ oldestMessageAgeS }: AlarmThresholds): readonly AlarmDraft[] {
  return [
    {
      id: 'cancel-order-errors',
      metric: { kind: 'function', function: 'cancel-order', name: 'Errors' },
      severity: 'page',
      meaning: 'The canceler crashed or ran out of time; its cancels come back after 30 s.',
    },
    {
      id: 'oldest-cancel-age',
      metric: { kind: 'own', name: 'OldestCancelAge', from: ['reconcile-orders'] },
      statistic: 'Maximum',
      periodS: AGE_PERIOD_S,
      threshold: oldestMessageAgeS * 1_000,
      severity: 'page',
      meaning: 'An order that is wanted canceled is still open.',
    },
    {
      id: 'cancel-gate-closed',
      metric: {
        kind: 'own',
        name: 'GateClosed',
        from: ['cancel-order'],
        reasons: ['throttled', 'banned', 'bad-key', 'unavailable'],
      },
      severity: 'ticket',
      meaning: 'A cancel closed a gate: orders of a key, or of all keys, wait.',
    },
    {
      id: 'cancel-refused',
      metric: { kind: 'own', name: 'CancelRefused', from: ['cancel-order'] },
      severity: 'page',
      meaning: 'The exchange refuses to cancel an order: it stays open.',
    },
  ];
}
