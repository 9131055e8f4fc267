import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { AlarmMetric, AlarmRow } from './alarm-row.ts';
import { METRICS_NAMESPACE } from './environment.ts';

/** Names of the built resources, as CloudWatch's dimensions want them. */
export interface MetricSources {
  readonly queueName: (queue: 'orders' | 'dead-letter') => string;
  readonly tableName: (table: 'orders' | 'rate-budgets') => string;
  /** Literal names: also the `service` dimension of the service's own metrics. */
  readonly functionName: (name: string) => string;
  readonly apiId: string;
}

/** Finds the metrics that a row looks at. */
export function metricsOf(row: AlarmRow, sources: MetricSources): readonly Metric[] {
  return dimensionsOf(row.metric, sources).map(
    ({ namespace, dimensionsMap }) =>
      new Metric({
        namespace,
        metricName: row.metric.name,
        dimensionsMap,
        statistic: row.statistic,
        period: Duration.seconds(row.periodS),
      }),
  );
}

function dimensionsOf(metric: AlarmMetric, sources: MetricSources) {
  switch (metric.kind) {
    case 'queue':
      return [named('AWS/SQS', { QueueName: sources.queueName(metric.queue) })];
    case 'table':
      return [named('AWS/DynamoDB', { TableName: sources.tableName(metric.table) })];
    case 'function':
      return [named('AWS/Lambda', { FunctionName: sources.functionName(metric.function) })];
    case 'api':
      return [named('AWS/ApiGateway', { ApiId: sources.apiId })];
    case 'own':
      return metric.from.flatMap((name) => {
        const service = sources.functionName(name);
        const reasons = metric.reasons?.map((reason) => ({ service, reason })) ?? [{ service }];
        return reasons.map((dimensions) => named(METRICS_NAMESPACE, dimensions));
      });
  }
}

function named(namespace: string, dimensionsMap: Record<string, string>) {
  return { namespace, dimensionsMap };
}
