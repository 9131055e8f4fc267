import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { AlarmRow, Severity } from '../alarm-row.ts';
import type { Stage } from '../stages.ts';
import { buildAlarmTopic } from './alarm-topic.ts';

/** Finds the metrics behind a row: one, or one for each function that emits it. */
export type MetricFinder = (row: AlarmRow) => readonly Metric[];

const SEVERITIES: readonly Severity[] = ['page', 'ticket'];

/** Builds every alarm of the table and one topic for each severity, to which people subscribe. */
export function buildAlarms(
  scope: Construct,
  stage: Stage,
  rows: readonly AlarmRow[],
  { find, key }: { readonly find: MetricFinder; readonly key: IKey | undefined },
): ReadonlyMap<string, Alarm> {
  const alarms = new Map<string, Alarm>();
  const group = new Construct(scope, 'Alarms');
  const actions = new Map(
    SEVERITIES.map((severity) => [
      severity,
      new SnsAction(buildAlarmTopic(group, stage, { severity, key })),
    ]),
  );

  for (const row of rows) {
    const alarm = new Alarm(group, row.id, {
      alarmName: `${stage.prefix}${row.id}`,
      alarmDescription: `${row.meaning} What to do: docs/runbook.md#${row.id}`,
      metric: combine(row, find(row)),
      evaluationPeriods: row.periods,
      threshold: row.threshold,
      comparisonOperator:
        row.comparison === 'below'
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData:
        row.silence === 'bad' ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const action = actions.get(row.severity);
    if (action !== undefined) alarm.addAlarmAction(action);
    alarms.set(row.id, alarm);
  }
  return alarms;
}

/** CloudWatch keeps the same name apart by function, so several are put together again here. */
function combine(row: AlarmRow, metrics: readonly Metric[]): IMetric {
  const [only, ...others] = metrics;
  if (only === undefined) throw new TypeError(`Alarm ${row.id} has no metric: name its source.`);
  if (others.length === 0) return only;

  const usingMetrics = Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric]));
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  const all = `[${filled.join(', ')}]`;
  // What must not fall below something must not do so anywhere.
  const together =
    row.comparison === 'below'
      ? `MIN(${all})`
      : `${row.statistic === 'Sum' ? 'SUM' : 'MAX'}(${all})`;
  const stalled = `IF(${filled[0]} > 0 AND ${filled[1]} < 1, 1, 0)`;
  return new MathExpression({
    expression: row.metric.kind === 'stalled' ? stalled : together,
    usingMetrics,
    label: row.id,
    period: Duration.seconds(row.periodS),
  });
}
