import { describe, expect, it } from '@jest/globals';
import { STAGES, secretsPrefixOf, stageOf } from '../../infra/stages.ts';

describe('the stage an app is built for', () => {
  it('is none when nobody says', () => {
    expect(() => stageOf(undefined)).toThrow(/^No stage is named: give one of local, /);
  });

  it.each(Object.values(STAGES))('is $name when the context says so', (stage) => {
    expect(stageOf(stage.name)).toBe(stage);
  });

  it.each(['', 'prod', 'Production', 'toString', 7, true])('is never %p', (value) => {
    expect(() => stageOf(value)).toThrow('give one of local, development, sandbox, production');
  });

  it('is refused in one line', () => {
    expect(() => stageOf('prod')).toThrow(/^Unknown stage "prod": .*$/);
  });
});

describe('the stages', () => {
  it('are found under their own names', () => {
    for (const [name, stage] of Object.entries(STAGES)) expect(stage.name).toBe(name);
  });

  it('share no name of a resource, although they may share an account', () => {
    const prefixes = Object.values(STAGES).map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
    for (const stage of [STAGES.development, STAGES.sandbox, STAGES.production]) {
      expect(stage.prefix).toBe(`hashkey-orders-${stage.name}-`);
    }
  });

  it('share no secret', () => {
    expect(secretsPrefixOf(STAGES.production)).toBe('hashkey-orders/production');
    expect(secretsPrefixOf(STAGES.local)).toBe('hashkey-orders/local');
  });

  it('trade for real money in production only', () => {
    const real = Object.values(STAGES).filter((s) => s.exchangeEnvironment === 'production');
    expect(real).toEqual([STAGES.production]);
  });

  it('keep their state in sandbox and production', () => {
    const keeping = Object.values(STAGES).filter((s) => s.keepsState);
    expect(keeping).toEqual([STAGES.sandbox, STAGES.production]);
  });

  it('prove absence no sooner than a minute after the fence', () => {
    for (const { absenceHorizonMs } of Object.values(STAGES)) {
      expect(absenceHorizonMs).toBeGreaterThanOrEqual(60_000);
    }
  });
});
