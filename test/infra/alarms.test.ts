import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { AlarmRow } from '../../infra/alarm-row.ts';
import { alarmsOf } from '../../infra/alarms.ts';
import { STAGES } from '../../infra/stages.ts';
import { METRICS } from '../../lib/application/metrics.ts';
import { synthesized } from './synthesized.ts';

const ROWS = alarmsOf(STAGES.production.alarms);
/** CloudWatch allows no more in one alarm. */
const METRICS_MAX = 10;

let service: Template;
beforeAll(() => {
  service = synthesized('production').service;
});

describe('every alarm', () => {
  it('has an id of its own, fit for a heading', () => {
    const ids = ROWS.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it.each(ROWS)('$id is in the template, reaches people and leads to the runbook', (row) => {
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `hashkey-orders-production-${row.id}`,
      AlarmDescription: Match.stringLikeRegexp(`docs/runbook\\.md#${row.id}$`),
      AlarmActions: [{ Ref: Match.stringLikeRegexp(`^Alarms${row.severity}`) }],
      Threshold: row.threshold,
      EvaluationPeriods: row.periods,
    });
  });

  it('is a row', () => {
    service.resourceCountIs('AWS::CloudWatch::Alarm', ROWS.length);
  });

  it('adds up no more metrics than CloudWatch can', () => {
    for (const { Properties } of Object.values(service.findResources('AWS::CloudWatch::Alarm'))) {
      const looked = (Properties.Metrics ?? []).filter((metric: object) => 'MetricStat' in metric);
      expect(looked.length).toBeLessThanOrEqual(METRICS_MAX);
    }
  });

  it('takes silence for good news, but for the reconciler', () => {
    const worried = ROWS.filter(({ silence }) => silence === 'bad').map(({ id }) => id);
    expect(worried).toEqual(['reconcile-orders-not-running']);
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });
});

describe('an alarm on a number that the service counts', () => {
  it('knows it by the name under which it is counted', () => {
    const counted: readonly string[] = Object.values(METRICS);
    for (const { metric } of ROWS.filter(isOwn)) expect(counted).toContain(metric.name);
  });

  it('looks at its own stage and at every function that counts it', () => {
    const counters = ['submit-order', 'reconcile-orders'];
    expect(metricsOf('order-held')).toEqual(
      counters.map((name) => ({
        Namespace: 'HashkeyOrders',
        MetricName: 'OrderHeld',
        Dimensions: [{ Name: 'service', Value: `hashkey-orders-production-${name}` }],
      })),
    );
  });

  it('looks at every reason where one is counted', () => {
    const reasons = metricsOf('gate-closed').map(
      ({ Dimensions }) => Dimensions.find(({ Name }) => Name === 'reason')?.Value,
    );
    expect(new Set(reasons)).toEqual(new Set(['throttled', 'banned', 'bad-key', 'unavailable']));
  });

  it('takes ages in milliseconds, as they are counted', () => {
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'OldestInDoubtAge',
      Statistic: 'Maximum',
      Threshold: 5 * 60 * 1000,
    });
  });
});

describe('the topics of alarms', () => {
  it('take messages from CloudWatch of this account only, and over TLS', () => {
    service.resourceCountIs('AWS::SNS::Topic', 2);
    service.allResourcesProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Deny',
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
          }),
        ]),
      },
    });
  });
});

interface Looked {
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

function isOwn(row: AlarmRow): boolean {
  return row.metric.kind === 'own';
}

function metricsOf(id: string): readonly Looked[] {
  const alarms = service.findResources('AWS::CloudWatch::Alarm', {
    Properties: { AlarmName: `hashkey-orders-production-${id}` },
  });
  const metrics: readonly { readonly MetricStat?: { readonly Metric: Looked } }[] =
    Object.values(alarms)[0]?.Properties.Metrics ?? [];
  return metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}
