import type { OwnMetric, PlainMetric, QueueName } from './alarm-row.ts';
import type { FunctionName } from './functions.ts';

/** One line of a graph, or one number. */
export interface DashboardLine {
  readonly label: string;
  readonly metric: PlainMetric;
  readonly statistic: 'Sum' | 'Maximum';
}

/** One part of the dashboard. A row of it is 24 wide. */
export type Widget =
  | {
      readonly kind: 'alarms';
      readonly title: string;
      readonly width: number;
      readonly alarms: readonly string[];
    }
  | {
      /** The numbers of the whole chosen time, or a line over it. */
      readonly kind: 'numbers' | 'graph';
      readonly title: string;
      readonly width: number;
      readonly lines: readonly DashboardLine[];
    };

const BOTH = ['submit-order', 'reconcile-orders'] as const;

/** Alarms that say: money may be where nobody knows of it. The first thing to look at. */
const MONEY_IN_DOUBT = [
  'order-held',
  'oldest-in-doubt-age',
  'order-resurrected',
  'execution-exceeded',
  'dead-letter-queue-not-empty',
  'oldest-received-age',
  'publish-events-lag',
];

/** Alarms that say: orders do not leave. */
const NOT_SENDING = [
  'banned-418',
  'key-refused',
  'throttled-429',
  'gate-closed',
  'orders-not-consumed',
  'oldest-message-age',
  'submit-order-errors',
  'reconcile-orders-not-running',
];

/** The dashboard of a stage from top to bottom: first what hurts, then why, then how much. */
export const DASHBOARD: readonly (readonly Widget[])[] = [
  [
    { kind: 'alarms', title: 'Is money in doubt?', width: 12, alarms: MONEY_IN_DOUBT },
    { kind: 'alarms', title: 'Do orders leave?', width: 12, alarms: NOT_SENDING },
  ],
  [
    {
      kind: 'numbers',
      title: 'In doubt, held and put aside',
      width: 24,
      lines: [
        own('Oldest doubt (ms)', 'OldestInDoubtAge', ['reconcile-orders'], 'Maximum'),
        own('Came into doubt', 'OrderInDoubt', BOTH),
        own('Held', 'OrderHeld', BOTH),
        own('Resurrected', 'OrderResurrected', BOTH),
        queue('Dead letters', 'dead-letter', 'ApproximateNumberOfMessagesVisible'),
        own('Oldest unsent (ms)', 'OldestReceivedAge', ['reconcile-orders'], 'Maximum'),
      ],
    },
  ],
  [
    {
      kind: 'graph',
      title: 'Orders',
      width: 12,
      lines: [
        own('received', 'OrderReceived', ['receive-order', 'submit-order']),
        own('sent', 'OrderSent', ['submit-order']),
        own('in doubt', 'OrderInDoubt', BOTH),
        own('rejected', 'OrderRejected', BOTH),
        own('denied', 'OrderDenied', ['submit-order']),
        own('expired', 'OrderExpired', BOTH),
        own('never placed', 'OrderNeverPlaced', ['reconcile-orders']),
      ],
    },
    {
      kind: 'graph',
      title: 'Rate budget and gates',
      width: 12,
      lines: [
        own('no slot within reach', 'BudgetFull', ['submit-order']),
        own('slots missed', 'SlotMissed', BOTH),
        own('429', 'Throttled429', BOTH),
        own('418', 'Banned418', BOTH),
        own('keys refused', 'KeyRefused', BOTH),
        own('used by others', 'ForeignUse', BOTH),
      ],
    },
  ],
  [
    {
      kind: 'graph',
      title: 'Results to producers',
      width: 16,
      lines: [
        own('delivered', 'ResultDelivered', ['deliver-results']),
        own('to be tried again', 'ResultRetried', ['deliver-results']),
        own('given up', 'ResultFailed', ['deliver-results']),
        queue('dead letters', 'results-dead-letter', 'ApproximateNumberOfMessagesVisible'),
      ],
    },
    {
      kind: 'graph',
      title: 'Time until producers know (ms)',
      width: 8,
      lines: [
        own('after the change', 'ResultLatency', ['deliver-results'], 'Maximum'),
        own('oldest that waits', 'OldestResultAge', ['retry-results'], 'Maximum'),
      ],
    },
  ],
  [
    {
      kind: 'graph',
      title: 'Queue',
      width: 8,
      lines: [
        queue('messages waiting', 'orders', 'ApproximateNumberOfMessagesVisible'),
        queue('oldest message (s)', 'orders', 'ApproximateAgeOfOldestMessage'),
      ],
    },
    {
      kind: 'graph',
      title: 'Time until others know (ms)',
      width: 8,
      lines: [
        own('exchange answers', 'SubmitLatency', ['submit-order'], 'Maximum'),
        lambda('events published', 'publish-events', 'IteratorAge', 'Maximum'),
      ],
    },
    {
      kind: 'graph',
      title: 'API',
      width: 8,
      lines: [api('requests', 'Count'), api('4XX', '4xx'), api('5XX', '5xx')],
    },
  ],
];

function own(
  label: string,
  name: OwnMetric,
  from: readonly [FunctionName, ...FunctionName[]],
  statistic: DashboardLine['statistic'] = 'Sum',
): DashboardLine {
  return { label, statistic, metric: { kind: 'own', name, from } };
}

function queue(label: string, name: QueueName, metric: string): DashboardLine {
  return { label, statistic: 'Maximum', metric: { kind: 'queue', queue: name, name: metric } };
}

function lambda(
  label: string,
  name: FunctionName,
  metric: string,
  statistic: DashboardLine['statistic'],
): DashboardLine {
  return { label, statistic, metric: { kind: 'function', function: name, name: metric } };
}

function api(label: string, name: string): DashboardLine {
  return { label, statistic: 'Sum', metric: { kind: 'api', name } };
}
