import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import type { AlarmRow } from '../../infra/alarm-row.ts';
import { alarmsOf } from '../../infra/alarms.ts';
import { functionsOf } from '../../infra/functions.ts';
import { STAGES } from '../../infra/stages.ts';
import { METRICS } from '../../lib/application/metrics.ts';
import { type AlarmProperties, namesOf, type Series, sounds } from '../support/evaluate-alarm.ts';
import { synthesized } from './synthesized.ts';

const ROWS = alarmsOf({ ...STAGES.production, egress: 'static' });
const WITHOUT_OPTIONS = alarmsOf(STAGES.production);
/** CloudWatch allows no more in one alarm. */
const METRICS_MAX = 10;

let service: Template;
beforeAll(() => {
  service = synthesized('production', { egress: 'static' }).service;
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

  it('takes silence for good news, but of what has to speak by itself', () => {
    const worried = ROWS.filter(({ silence }) => silence === 'bad').map(({ id }) => id);
    expect(worried.toSorted()).toEqual([
      'egress-unchecked',
      'reconcile-orders-not-running',
      'retry-results-not-running',
    ]);
    service.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'Invocations',
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
  });
});

describe('every alarm, by what CloudWatch would see:', () => {
  it.each(ROWS)('$id takes silence as its row says', (row) => {
    const alarm = alarmOf(row.id);
    const silence = Object.fromEntries(namesOf(alarm).map((name) => [name, nothing(row)]));
    expect(sounds(alarm, silence)).toBe(row.silence === 'bad');
  });

  it.each(ROWS.filter(isPlain))('$id sounds at its threshold, whoever says it', (row) => {
    const alarm = alarmOf(row.id);
    const names = namesOf(alarm);
    const wrong = row.comparison === 'below' ? row.threshold - 1 : row.threshold;
    const right = row.comparison === 'below' ? row.threshold : row.threshold - 1;
    for (const speaker of names) {
      const data = (value: number) =>
        Object.fromEntries(
          names.map((name) => [name, name === speaker ? steady(row, value) : nothing(row)]),
        );
      expect(sounds(alarm, data(wrong))).toBe(true);
      expect(sounds(alarm, data(right))).toBe(false);
    }
  });

  it.each(ROWS.filter(({ periods }) => periods > 1))('$id bears one good period', (row) => {
    const alarm = alarmOf(row.id);
    const [first = '', second = ''] = namesOf(alarm);
    const good = row.comparison === 'below' ? row.threshold : 0;
    const bad = row.comparison === 'below' ? good - 1 : row.threshold;
    const mixed = [good, ...steady(row, bad).slice(1)];
    const data = { [second]: steady(row, 0), [first]: mixed };
    expect(sounds(alarm, data)).toBe(false);
  });

  it.each(ROWS.filter((row) => !isPlain(row)))('$id sounds while work lies idle', (row) => {
    const alarm = alarmOf(row.id);
    const [work = '', runs = ''] = namesOf(alarm);
    const seen = (waiting: number, started: number | undefined) =>
      sounds(alarm, { [work]: steady(row, waiting), [runs]: [...nothing(row)].fill(started) });
    expect(seen(5, undefined)).toBe(true);
    expect(seen(5, 0)).toBe(true);
    expect(seen(5, 1)).toBe(false);
    expect(seen(0, 0)).toBe(false);
  });
});

describe('F49 a queue that nobody consumes', () => {
  it('sounds by its messages, by their age and by the age of the oldest unsent order', () => {
    const ids = ['orders-not-consumed', 'oldest-message-age', 'oldest-received-age'];
    for (const id of ids) {
      const row = ROWS.find((one) => one.id === id);
      expect(row).toMatchObject({ id, severity: 'page' });
    }
  });
});

describe('errors and throttles', () => {
  it.each(['Errors', 'Throttles'])('of every function are watched: %s', (name) => {
    const watched = ROWS.flatMap(({ metric }) => {
      if (metric.kind === 'function' && metric.name === name) return [metric.function];
      return metric.kind === 'functions' && metric.name === name ? metric.functions : [];
    });
    const all = functionsOf({ egress: 'static' }).map((row) => row.name);
    expect(watched.toSorted()).toEqual(all.toSorted());
  });
});

describe('a stage without options', () => {
  it('has no alarm on what it does not have', () => {
    const extra = ROWS.filter(({ id }) => !WITHOUT_OPTIONS.some((row) => row.id === id));
    expect(extra.map(({ id }) => id)).toEqual(['egress-address-changed', 'egress-unchecked']);
  });
});

describe('the dashboard', () => {
  it('says first whether money is in doubt', () => {
    const [first] = dashboard().widgets;
    expect(first?.properties.title).toBe('Is money in doubt?');
    const shown = JSON.stringify(first?.properties.alarms);
    for (const id of ['orderheld', 'oldestindoubtage', 'orderresurrected', 'deadletterqueue']) {
      expect(shown).toContain(`Alarms${id}`);
    }
  });

  it('shows only numbers that are counted, and of this stage', () => {
    const shown = JSON.stringify(dashboard().widgets);
    const own = [...shown.matchAll(/"HashkeyOrders","(\w+)","service","([\w-]+)"/g)];
    const counted: readonly string[] = Object.values(METRICS);
    expect(own.length).toBeGreaterThan(20);
    for (const [, name = '', from = ''] of own) {
      expect(counted).toContain(name);
      expect(from).toMatch(/^hashkey-orders-production-/);
    }
  });

  it('fills its rows, 24 wide', () => {
    const widths = Map.groupBy(dashboard().widgets, ({ y }) => y);
    for (const row of widths.values()) {
      expect(row.reduce((sum, { width }) => sum + width, 0)).toBe(24);
    }
  });
});

describe('an alarm on a number that the service counts', () => {
  it('knows it by the name under which it is counted', () => {
    const counted: readonly string[] = Object.values(METRICS);
    for (const { metric } of ROWS) {
      if (metric.kind === 'own') expect(counted).toContain(metric.name);
    }
  });

  it('looks at its own stage and at every function that counts it', () => {
    const counters = [
      ...['publish-events', 'submit-order', 'cancel-order', 'reconcile-orders', 'stream-orders'],
    ];
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

/** An empty past as long as the alarm looks. */
function nothing({ periods }: AlarmRow): Series {
  return Array.from({ length: periods }, () => undefined);
}

function steady({ periods }: AlarmRow, value: number): readonly number[] {
  return Array.from({ length: periods }, () => value);
}

function isPlain({ metric }: AlarmRow): boolean {
  return metric.kind !== 'stalled';
}

function alarmOf(id: string): AlarmProperties {
  const [alarm] = Object.values(
    service.findResources('AWS::CloudWatch::Alarm', {
      Properties: { AlarmName: `hashkey-orders-production-${id}` },
    }),
  );
  return alarm?.Properties;
}

interface Dashboard {
  readonly widgets: readonly {
    readonly y: number;
    readonly width: number;
    readonly properties: { readonly title: string; readonly alarms?: unknown };
  }[];
}

/** The dashboard's text with a word in place of each reference. */
function dashboard(): Dashboard {
  const [found] = Object.values(service.findResources('AWS::CloudWatch::Dashboard'));
  const parts: readonly unknown[] = found?.Properties.DashboardBody['Fn::Join'][1];
  const text = parts.map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part).replaceAll(/[^\w]/g, ''),
  );
  return JSON.parse(text.join(''));
}

interface Looked {
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

function metricsOf(id: string): readonly Looked[] {
  const alarms = service.findResources('AWS::CloudWatch::Alarm', {
    Properties: { AlarmName: `hashkey-orders-production-${id}` },
  });
  const metrics: readonly { readonly MetricStat?: { readonly Metric: Looked } }[] =
    Object.values(alarms)[0]?.Properties.Metrics ?? [];
  return metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}
