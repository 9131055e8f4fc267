import type { AlarmDraft, AlarmRow, OwnMetric } from './alarm-row.ts';
import { cancelAlarms } from './cancel-alarms.ts';
import { egressAlarms } from './egress-alarms.ts';
import type { FunctionName } from './functions.ts';
import { resultAlarms } from './result-alarms.ts';
import { serviceAlarms } from './service-alarms.ts';
import { reconcilerPulse } from './shards.ts';
import type { AlarmThresholds, Stage } from './stages.ts';
import { trackingAlarms } from './tracking-alarms.ts';

/** Most alarms: the first event within a minute is worth a look. */
const ONCE = {
  statistic: 'Sum',
  periodS: 60,
  periods: 1,
  comparison: 'at least',
  threshold: 1,
  silence: 'good',
} as const;

const PERIODS_OF_A_STALL = 5;
/** In five minutes; the internet knocks at every open door now and then. */
const WEBHOOKS_REFUSED_MAX = 20;
/** Ages are told whenever an order is looked at, which may be minutes apart. */
const AGE_PERIOD_S = 300;

/** The alarms of a stage, one row each. A new row needs a section in the runbook. */
export function alarmsOf(stage: Stage): readonly AlarmRow[] {
  const { alarms: thresholds } = stage;
  const drafts = [
    ...queueAlarms(thresholds),
    ...functionAlarms(stage),
    ...storeAlarms(),
    ...cancelAlarms(thresholds),
    ...resultAlarms(),
  ];
  return [
    ...drafts,
    ...orderAlarms(thresholds),
    ...exchangeAlarms(),
    ...trackingAlarms(),
    ...serviceAlarms(stage, drafts),
    ...egressAlarms(stage),
  ].map((draft) => ({ ...ONCE, ...draft }));
}

function queueAlarms({ oldestMessageAgeS }: AlarmThresholds): readonly AlarmDraft[] {
  return [
    {
      id: 'dead-letter-queue-not-empty',
      metric: { kind: 'queue', queue: 'dead-letter', name: 'ApproximateNumberOfMessagesVisible' },
      statistic: 'Maximum',
      severity: 'page',
      meaning: 'A message was put aside: an order may be waiting for a person.',
    },
    {
      id: 'oldest-message-age',
      metric: { kind: 'queue', queue: 'orders', name: 'ApproximateAgeOfOldestMessage' },
      statistic: 'Maximum',
      threshold: oldestMessageAgeS,
      severity: 'page',
      meaning: 'Orders wait in the queue longer than they should live.',
    },
  ];
}

function functionAlarms(stage: Stage): readonly AlarmDraft[] {
  const lambda = (name: FunctionName, metric: string) =>
    ({ kind: 'function', function: name, name: metric }) as const;
  return [
    {
      id: 'submit-order-errors',
      metric: lambda('submit-order', 'Errors'),
      severity: 'page',
      meaning: 'The submitter crashed or ran out of time; its orders come back after 30 s.',
    },
    {
      id: 'submit-order-throttles',
      metric: lambda('submit-order', 'Throttles'),
      periods: 3,
      severity: 'page',
      meaning: 'Lambda has no room for the submitter: orders wait.',
    },
    {
      id: 'reconcile-orders-errors',
      metric: lambda('reconcile-orders', 'Errors'),
      periods: 2,
      severity: 'page',
      meaning: 'Passes of the reconciler fail: doubt does not end.',
    },
    {
      id: 'reconcile-orders-not-running',
      metric: reconcilerPulse(stage),
      periods: PERIODS_OF_A_STALL,
      comparison: 'below',
      silence: 'bad',
      severity: 'page',
      meaning: 'The reconciler has not started for five minutes.',
    },
    {
      id: 'publish-events-errors',
      metric: lambda('publish-events', 'Errors'),
      periods: PERIODS_OF_A_STALL,
      severity: 'ticket',
      meaning: 'Publishing keeps failing; changes wait in the stream for at most a day.',
    },
    {
      id: 'publish-events-lag',
      metric: lambda('publish-events', 'IteratorAge'),
      statistic: 'Maximum',
      periods: 3,
      threshold: stage.alarms.publishLagMs,
      severity: 'page',
      meaning: 'Events lag behind the orders table; a day late they are lost.',
    },
    {
      id: 'api-server-errors',
      metric: { kind: 'api', name: '5xx' },
      severity: 'page',
      meaning:
        'The API answered 5XX: callers could not place orders, read them or halt an account.',
    },
  ];
}

function storeAlarms(): readonly AlarmDraft[] {
  return [
    {
      id: 'orders-table-throttled',
      metric: { kind: 'table', table: 'orders', name: 'WriteThrottleEvents' },
      severity: 'ticket',
      meaning: 'DynamoDB refused writes of orders for load.',
    },
    {
      id: 'rate-budgets-throttled',
      metric: { kind: 'table', table: 'rate-budgets', name: 'WriteThrottleEvents' },
      severity: 'page',
      meaning: 'DynamoDB refused writes of budgets: without a slot nothing is sent.',
    },
  ];
}

function orderAlarms(thresholds: AlarmThresholds): readonly AlarmDraft[] {
  return [
    {
      id: 'oldest-in-doubt-age',
      metric: own('OldestInDoubtAge', 'reconcile-orders'),
      statistic: 'Maximum',
      periodS: AGE_PERIOD_S,
      threshold: thresholds.oldestInDoubtAgeMs,
      severity: 'page',
      meaning: 'An order has been in doubt for longer than a proof takes.',
    },
    {
      id: 'oldest-received-age',
      metric: own('OldestReceivedAge', 'reconcile-orders'),
      statistic: 'Maximum',
      periodS: AGE_PERIOD_S,
      threshold: thresholds.oldestReceivedAgeMs,
      severity: 'page',
      meaning: 'A stored order is not being sent, whatever the queue says.',
    },
    {
      id: 'webhooks-refused',
      metric: own('WebhookRefused', 'receive-order'),
      periodS: 300,
      threshold: WEBHOOKS_REFUSED_MAX,
      severity: 'ticket',
      meaning: 'Many webhooks were not authentic: a secret is out of step, or somebody tries.',
    },
    {
      id: 'poison-message',
      metric: own('PoisonMessage', 'submit-order', 'cancel-order'),
      severity: 'ticket',
      meaning: 'A message could not be parsed and was put aside so that its group goes on.',
    },
    {
      id: 'conflicting-message',
      metric: own('ConflictingMessage', 'submit-order'),
      severity: 'ticket',
      meaning: 'A message reused a client order id for another order and was not followed.',
    },
    {
      id: 'enqueue-failed',
      metric: own('EnqueueFailed', 'receive-order', 'reconcile-orders'),
      severity: 'ticket',
      meaning: 'Stored orders did not reach the queue; callers got 503 and the sweep queues them.',
    },
  ];
}

function exchangeAlarms(): readonly AlarmDraft[] {
  const sending = ['submit-order', 'cancel-order', 'reconcile-orders', 'stream-orders'] as const;
  return [
    {
      id: 'throttled-429',
      metric: own('Throttled429', ...sending),
      severity: 'page',
      meaning: 'The exchange suspended a key for a minute. In normal operation it never does.',
    },
    {
      id: 'banned-418',
      metric: own('Banned418', ...sending),
      severity: 'page',
      meaning: 'The exchange banned our address: nothing is sent with any key.',
    },
    {
      id: 'key-refused',
      metric: own('KeyRefused', ...sending),
      severity: 'page',
      meaning: 'The exchange refused a key twice: its gate stays closed until a person opens it.',
    },
    {
      id: 'gate-closed',
      // Not `halted-by-operator`: whoever did that knows.
      metric: {
        // At most ten metrics in one alarm: the canceler's are another row, and the few calls of
        // stream-orders have the one above.
        ...own('GateClosed', 'submit-order', 'reconcile-orders'),
        reasons: ['throttled', 'banned', 'bad-key', 'unavailable'],
      },
      severity: 'ticket',
      meaning: 'A gate closed: orders of a key, or of all keys, wait.',
    },
    {
      id: 'foreign-use',
      metric: own('ForeignUse', ...sending),
      periodS: 900,
      severity: 'ticket',
      meaning: 'Somebody else spends the rate budget of a key.',
    },
  ];
}

function own(name: OwnMetric, ...from: [FunctionName, ...FunctionName[]]) {
  return { kind: 'own', name, from } as const;
}
