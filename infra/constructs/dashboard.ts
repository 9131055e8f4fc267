import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  type Metric,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { DashboardLine, Widget } from '../dashboard.ts';
import type { Look } from '../metric-sources.ts';
import type { Stage } from '../stages.ts';

const PERIOD_S = 60;
const HEIGHT = 6;

/** Where the dashboard finds what its rows name. */
export interface DashboardSources {
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly find: (look: Look) => readonly Metric[];
}

/** Builds the dashboard of a stage from its rows. */
export function buildDashboard(
  scope: Construct,
  stage: Stage,
  rows: readonly (readonly Widget[])[],
  sources: DashboardSources,
): void {
  new Dashboard(scope, 'Dashboard', {
    dashboardName: `${stage.prefix}orders`,
    defaultInterval: Duration.hours(3),
    widgets: rows.map((row) => row.map((widget) => build(widget, sources))),
  });
}

function build(widget: Widget, sources: DashboardSources): IWidget {
  const { title, width } = widget;
  if (widget.kind === 'alarms') {
    const alarms = widget.alarms.map((id) => alarmOf(id, sources));
    return new AlarmStatusWidget({ title, width, height: HEIGHT, alarms });
  }
  const metrics = widget.lines.map((line) => metricOf(line, sources));
  if (widget.kind === 'graph')
    return new GraphWidget({ title, width, height: HEIGHT, left: metrics });
  return new SingleValueWidget({ title, width, height: 4, metrics, setPeriodToTimeRange: true });
}

function alarmOf(id: string, { alarms }: DashboardSources): Alarm {
  const alarm = alarms.get(id);
  if (alarm === undefined) throw new TypeError(`The dashboard names alarm ${id}: there is none.`);
  return alarm;
}

/** Several functions count the same thing: a person wants one line of it. */
function metricOf(
  { label, metric, statistic }: DashboardLine,
  { find }: DashboardSources,
): IMetric {
  const metrics = find({ metric, statistic, periodS: PERIOD_S });
  const [only, ...others] = metrics;
  if (only === undefined) throw new TypeError(`The dashboard's line ${label} has no metric.`);
  if (others.length === 0) return only.with({ label });
  // Ids are unique within a widget, so they carry the name of what they are of.
  const stem = metric.name.charAt(0).toLowerCase() + metric.name.slice(1);
  const usingMetrics = Object.fromEntries(metrics.map((one, index) => [`${stem}${index}`, one]));
  const filled = Object.keys(usingMetrics).map((id) => `FILL(${id}, 0)`);
  const together = statistic === 'Sum' ? 'SUM' : 'MAX';
  return new MathExpression({
    expression: `${together}([${filled.join(', ')}])`,
    usingMetrics,
    label,
    period: Duration.seconds(PERIOD_S),
  });
}
