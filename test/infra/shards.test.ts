import { beforeAll, describe, expect, it } from '@jest/globals';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { alarmsOf } from '../../infra/alarms.ts';
import { assertDeployable } from '../../infra/deployable.ts';
import { FUNCTIONS } from '../../infra/functions.ts';
import { QUEUE_SETTINGS } from '../../infra/queue-settings.ts';
import { dueShardsOf } from '../../infra/shards.ts';
import { STAGES, type Stage } from '../../infra/stages.ts';
import { type AlarmProperties, namesOf, sounds } from '../support/evaluate-alarm.ts';
import { synthesized } from './synthesized.ts';

interface Rule {
  readonly Properties: Readonly<Record<string, unknown>>;
}

let plain: { readonly state: Template; readonly service: Template };
let sharded: typeof plain;
beforeAll(() => {
  plain = synthesized('production');
  sharded = synthesized('production', { shards: '4' });
});

const rulesOf = (template: Template): readonly Rule[] =>
  Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => ({
    Properties,
  }));
const resourcesOf = (template: Template): Readonly<Record<string, unknown>> =>
  template.toJSON().Resources;

describe('one reconciler', () => {
  it('is what there is unless more are asked for, and asking for one changes nothing', () => {
    const one = synthesized('production', { shards: '1' });
    expect(one.service.toJSON()).toEqual(plain.service.toJSON());
    expect(one.state.toJSON()).toEqual(plain.state.toJSON());
  });

  it('starts without a word of shards', () => {
    for (const { Properties } of rulesOf(plain.service)) {
      expect(JSON.stringify(Properties)).not.toMatch(/"Input"|shard/);
    }
  });
});

describe('four reconcilers', () => {
  it.each(['reconcile-orders', 'stream-orders'])(
    'start %s once a minute for each share',
    (name) => {
      const rules = rulesOf(sharded.service).filter(({ Properties }) =>
        String(Properties.Name).startsWith(`hashkey-orders-production-${name}`),
      );
      const inputs = rules.map(({ Properties }) => {
        expect(Properties).toMatchObject({
          ScheduleExpression: 'rate(1 minute)',
          State: 'ENABLED',
        });
        const [target] = Properties.Targets as readonly { readonly Input: string }[];
        return JSON.parse(target?.Input ?? '');
      });
      expect(inputs.toSorted((a, b) => a.shard - b.shard)).toEqual(
        [0, 1, 2, 3].map((shard) => ({ shard, of: 4 })),
      );
      expect(new Set(rules.map(({ Properties }) => Properties.Name)).size).toBe(4);
    },
  );

  it('leave everything of one reconciler in its place, and touch nothing that remembers', () => {
    const before = Object.keys(resourcesOf(plain.service));
    expect(Object.keys(resourcesOf(sharded.service))).toEqual(expect.arrayContaining(before));
    expect(sharded.state.toJSON()).toEqual(plain.state.toJSON());
  });

  it('may do what one may do and no more', () => {
    const roles = (template: Template) => template.findResources('AWS::IAM::Role');
    expect(roles(sharded.service)).toEqual(roles(plain.service));
  });

  it('never keep each other from starting', () => {
    sharded.service.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'hashkey-orders-production-reconcile-orders',
      ReservedConcurrentExecutions: 4,
    });
  });

  it('each have shards of the index of due orders, told to all who write or read it', () => {
    const eight = synthesized('production', { shards: '8' }).service;
    eight.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'hashkey-orders-production-reconcile-orders',
      Environment: { Variables: Match.objectLike({ DUE_SHARDS: '8' }) },
    });
    const users = Object.values(eight.findResources('AWS::Lambda::Function')).flatMap(
      ({ Properties }) => Properties.Environment?.Variables?.DUE_SHARDS ?? [],
    );
    expect(users.length).toBeGreaterThan(3);
    expect(new Set(users)).toEqual(new Set(['8']));
    for (const dueShards of [1, 2, 4, 5, 16]) {
      for (const reconcilerShards of [1, 2, 4, 8]) {
        const shards = dueShardsOf({ dueShards, reconcilerShards });
        expect(shards % reconcilerShards).toBe(0);
        expect(shards).toBeGreaterThanOrEqual(dueShards);
      }
    }
  });

  it('wake a person when a single one of them is late', () => {
    const alarm = alarmOf(sharded.service);
    const names = namesOf(alarm);
    expect(names).toHaveLength(4);
    const minutes = Array.from({ length: alarm.EvaluationPeriods }, () => 1);
    const silent = minutes.map(() => undefined);
    const all = Object.fromEntries(names.map((name) => [name, minutes]));
    expect(sounds(alarm, all)).toBe(false);
    for (const late of names) expect(sounds(alarm, { ...all, [late]: silent })).toBe(true);
    // Others that start twice do not make up for it.
    const twice = Object.fromEntries(names.map((name) => [name, minutes.map(() => 2)]));
    expect(sounds(alarm, { ...twice, [names[0] ?? '']: silent })).toBe(true);
  });

  it('are watched by the shard that each of them names', () => {
    const looked = JSON.stringify(alarmOf(sharded.service));
    for (const shard of [0, 1, 2, 3]) expect(looked).toContain(`"Name":"shard","Value":"${shard}"`);
    expect(looked).not.toContain('Invocations');
  });

  it('have no alarm that one reconciler does not have', () => {
    const ids = (stage: Stage) => alarmsOf(stage).map(({ id }) => id);
    const four = { ...STAGES.production, reconcilerShards: 4 };
    expect(ids(four)).toEqual(ids(STAGES.production));
  });
});

describe('a synthesis stops', () => {
  it.each([0, 3, 16, 1.5])('when there are to be %p reconcilers', (reconcilerShards) => {
    const plan = {
      stage: { ...STAGES.production, reconcilerShards },
      functions: FUNCTIONS,
      queue: QUEUE_SETTINGS,
      reconcileEveryS: 60,
      answering: [],
    };
    expect(() => assertDeployable(plan)).toThrow(`1, 2, 4 or 8 shards, not ${reconcilerShards}:`);
  });
});

function alarmOf(template: Template): AlarmProperties {
  const [alarm] = Object.values(
    template.findResources('AWS::CloudWatch::Alarm', {
      Properties: { AlarmName: 'hashkey-orders-production-reconcile-orders-not-running' },
    }),
  );
  return alarm?.Properties;
}
