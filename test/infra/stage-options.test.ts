import { describe, expect, it } from '@jest/globals';
import { withOptions } from '../../infra/stage-options.ts';
import { STAGES } from '../../infra/stages.ts';

const STAGE = STAGES.production;

describe('the options of a stage', () => {
  it('change nothing when none is given', () => {
    expect(withOptions(STAGE, { stage: 'production' })).toEqual(STAGE);
  });

  it('are cheap by default', () => {
    for (const { archive, egress, encryption, orderRetentionDays } of Object.values(STAGES)) {
      expect([archive, egress, encryption, orderRetentionDays]).toEqual([
        false,
        'shared',
        'aws',
        undefined,
      ]);
    }
  });

  it('change what they name and no more', () => {
    expect(withOptions(STAGE, { egress: 'static' })).toEqual({ ...STAGE, egress: 'static' });
    expect(withOptions(STAGE, { encryption: 'customer', egress: 'shared' })).toEqual({
      ...STAGE,
      encryption: 'customer',
    });
  });

  it('set numbers of the stage, one beside the other', () => {
    const given = { BUDGET_GUARD_MS: 80, ADDRESS_REQUESTS_PER_SECOND: '10' };
    const settings = { BUDGET_GUARD_MS: '80', ADDRESS_REQUESTS_PER_SECOND: '10' };
    expect(withOptions(STAGE, given)).toEqual({ ...STAGE, settings });
  });

  it.each([0, -1, 24, 501, 'many', true])('refuse a number that cannot be: %p', (value) => {
    expect(() => withOptions(STAGE, { BUDGET_GUARD_MS: value })).toThrow(
      'Impossible value -c BUDGET_GUARD_MS: must be a whole number from 25 to 500 (ms).',
    );
  });

  it('let the toolkit have settings of its own', () => {
    const toolkit = { '@aws-cdk/core:x': true, 'aws:cdk:y': [], 'cli-telemetry': false };
    expect(withOptions(STAGE, toolkit)).toEqual(STAGE);
  });

  it.each([
    ['Stage', 'production'],
    ['egres', 'static'],
    ['toString', 'x'],
  ])('are refused in one line when misspelt: %s', (name, value) => {
    expect(() => withOptions(STAGE, { [name]: value })).toThrow(
      new RegExp(`^Unknown setting -c ${name}: there are stage, egress, encryption.*\\.$`),
    );
  });

  it.each(['yes', '', 'Static', true, 'toString'])('take no value such as %p', (value) => {
    expect(() => withOptions(STAGE, { egress: value })).toThrow(
      `Unknown value -c egress=${value}: it is shared or static.`,
    );
  });
});
