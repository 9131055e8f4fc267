import type { AlarmDraft } from './alarm-row.ts';
import { type FunctionName, functionsOf } from './functions.ts';
import type { Stage } from './stages.ts';

/** A closed gate hides messages for a minute or so at a time; only longer is a stall. */
const PERIODS_OF_A_STALL = 3;
/** A burst may fill a budget; work that fills it for so long is more than the key can do. */
const PERIODS_AT_THE_LIMIT = 10;

/**
 * Alarms on what holds for every function and mapping alike, so that a new one is never without.
 *
 * @param others - alarms that name a function themselves; the same metric is not counted twice
 */
export function serviceAlarms(stage: Stage, others: readonly AlarmDraft[]): readonly AlarmDraft[] {
  const without = (metric: string): readonly FunctionName[] =>
    functionsOf(stage)
      .map(({ name }) => name)
      .filter((name) => !others.some((other) => isOn(other, name, metric)));
  return [
    {
      id: 'function-errors',
      metric: { kind: 'functions', functions: without('Errors'), name: 'Errors' },
      severity: 'ticket',
      meaning: 'A function that has no alarm of its own crashed or ran out of time.',
    },
    {
      id: 'function-throttles',
      metric: { kind: 'functions', functions: without('Throttles'), name: 'Throttles' },
      periods: PERIODS_OF_A_STALL,
      severity: 'page',
      meaning: 'Lambda keeps having no room for functions: callers get 5XX, passes are missed.',
    },
    {
      id: 'orders-not-consumed',
      metric: {
        kind: 'stalled',
        work: { kind: 'queue', queue: 'orders', name: 'ApproximateNumberOfMessagesVisible' },
        by: 'submit-order',
      },
      periods: PERIODS_OF_A_STALL,
      severity: 'page',
      meaning: 'Orders wait in the queue and no submitter starts: its mapping is disabled.',
    },
    {
      id: 'changes-not-consumed',
      metric: {
        kind: 'stalled',
        work: { kind: 'table', table: 'orders', name: 'ConsumedWriteCapacityUnits' },
        by: 'publish-events',
      },
      periods: PERIODS_OF_A_STALL,
      severity: 'page',
      meaning: 'Orders change and no publisher starts: the mapping of the stream is disabled.',
    },
    {
      id: 'budget-use',
      metric: { kind: 'own', name: 'BudgetFull', from: ['submit-order'] },
      periods: PERIODS_AT_THE_LIMIT,
      severity: 'ticket',
      meaning: 'A key has worked at its limit for ten minutes: its orders wait for the rate alone.',
    },
  ];
}

function isOn({ metric }: AlarmDraft, name: FunctionName, wanted: string): boolean {
  return metric.kind === 'function' && metric.function === name && metric.name === wanted;
}
