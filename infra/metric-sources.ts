import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmMetric, PlainMetric, QueueName } from './alarm-row.ts';
import { METRICS_NAMESPACE } from './environment.ts';

/** Names of the built resources, as CloudWatch's dimensions want them. */
export interface MetricSources {
  readonly queueName: (queue: QueueName) => string;
  readonly tableName: (table: 'orders' | 'rate-budgets') => string;
  /** Literal names: also the `service` dimension of the service's own metrics. */
  readonly functionName: (name: string) => string;
  readonly apiId: string;
}

/** What is looked at, how and over which time. */
export interface Look {
  readonly metric: AlarmMetric;
  readonly statistic: 'Sum' | 'Maximum';
  readonly periodS: number;
}

/** Finds the metrics of one look; of a stall first those of the work, then that of its worker. */
export function metricsOf(look: Look, sources: MetricSources): readonly Metric[] {
  const { metric, statistic } = look;
  if (metric.kind === 'stalled') {
    const runs: PlainMetric = { kind: 'function', function: metric.by, name: 'Invocations' };
    return [metric.work, runs].flatMap((part) =>
      metricsOf({ ...look, metric: part, statistic: 'Sum' }, sources),
    );
  }
  return dimensionsOf(metric, sources).map(
    ({ namespace, dimensionsMap }) =>
      new Metric({
        namespace,
        metricName: metric.name,
        dimensionsMap,
        statistic,
        period: Duration.seconds(look.periodS),
      }),
  );
}

function dimensionsOf(metric: PlainMetric, sources: MetricSources) {
  switch (metric.kind) {
    case 'queue':
      return [named('AWS/SQS', { QueueName: sources.queueName(metric.queue) })];
    case 'table':
      return [named('AWS/DynamoDB', { TableName: sources.tableName(metric.table) })];
    case 'function':
      return [named('AWS/Lambda', { FunctionName: sources.functionName(metric.function) })];
    case 'functions':
      return metric.functions.map((name) =>
        named('AWS/Lambda', { FunctionName: sources.functionName(name) }),
      );
    case 'api':
      return [named('AWS/ApiGateway', { ApiId: sources.apiId })];
    case 'own':
      return metric.from.flatMap((name) => {
        const service = sources.functionName(name);
        return partsOf(metric).map((part) => named(METRICS_NAMESPACE, { service, ...part }));
      });
  }
}

/** What sets the numbers of one function apart, besides its name. */
function partsOf({
  reasons,
  shards,
}: Extract<PlainMetric, { kind: 'own' }>): readonly Record<string, string>[] {
  if (reasons !== undefined) return reasons.map((reason) => ({ reason }));
  if (shards === undefined) return [{}];
  return Array.from({ length: shards }, (_, shard) => ({ shard: String(shard) }));
}

function named(namespace: string, dimensionsMap: Record<string, string>) {
  return { namespace, dimensionsMap };
}
