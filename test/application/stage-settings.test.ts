import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ConfigurationError } from '../../lib/application/configuration-error.ts';
import { DEFAULT_SETTINGS, settingsOf } from '../../lib/application/settings.ts';
import {
  readStageSettings,
  STAGE_SETTINGS,
  type StageSetting,
} from '../../lib/application/stage-settings.ts';
import { PROBE_ANSWER_MS } from '../../lib/domain/gate.ts';

const ROWS: readonly (readonly [string, StageSetting])[] = Object.entries(STAGE_SETTINGS);

describe('the settings of a stage', () => {
  it('are those for real money when nothing is set', () => {
    expect(settingsOf(readStageSettings({}))).toEqual(DEFAULT_SETTINGS);
    expect(DEFAULT_SETTINGS.metering.probeAnswerMs).toBe(PROBE_ANSWER_MS);
  });

  it('reach where they are used', () => {
    const set = Object.fromEntries(ROWS.map(([name, { least }]) => [name, String(least)]));
    const settings = settingsOf(readStageSettings(set));
    expect(settings.metering).toEqual({
      guardMs: 25,
      guardLeastMs: 25,
      minGapMs: 1,
      probeAnswerMs: 6_000,
      addressPerSecond: 1,
    });
    const sending = {
      suspensionMs: 60_000,
      unavailableAfter: 1,
      unavailablePauseMs: 1_000,
      unavailablePauseMaxMs: 1_000,
    };
    expect(settings.submit).toMatchObject(sending);
    expect(settings.cancel).toMatchObject(sending);
    expect(settings.reconcile).toMatchObject({
      suspensionMs: 60_000,
      horizonMs: 1_000,
      spacingMs: 500,
    });
  });

  describe.each(ROWS)('%s', (name, { ifUnset, least, most, unit }) => {
    it('has a default within its bounds, and a reason', () => {
      expect(least).toBeLessThan(most);
      if (ifUnset === undefined) return;
      expect(ifUnset).toBeGreaterThanOrEqual(least);
      expect(ifUnset).toBeLessThanOrEqual(most);
    });

    it.each([least, most])('may be %i', (value) => {
      const most = name === 'UNAVAILABLE_PAUSE_MS' ? { UNAVAILABLE_PAUSE_MAX_MS: '3600000' } : {};
      const least = name === 'UNAVAILABLE_PAUSE_MAX_MS' ? { UNAVAILABLE_PAUSE_MS: '1000' } : {};
      const read = readStageSettings({ ...most, ...least, [name]: String(value) });
      expect(Object(read)[name]).toBe(value);
    });

    it.each([
      '0',
      '-1',
      String(least - 1),
      String(most + 1),
      '',
      ' 50',
      '5e3',
      '50.5',
      '0x20',
      '9'.repeat(10),
    ])('is refused by its name and without its value: %j', (text) => {
      const read = () => readStageSettings({ [name]: text });
      expect(read).toThrow(ConfigurationError);
      expect(read).toThrow(`${name}: must be a whole number from ${least} to ${most} (${unit})`);
    });
  });

  it('are refused all at once', () => {
    const set = { BUDGET_GUARD_MS: '0', SECRETS_CACHE_MS: 'soon' };
    expect(() => readStageSettings(set)).toThrow(/BUDGET_GUARD_MS: .*; SECRETS_CACHE_MS: /);
  });

  it('have no first pause that is longer than the longest', () => {
    const set = { UNAVAILABLE_PAUSE_MS: '20000', UNAVAILABLE_PAUSE_MAX_MS: '10000' };
    expect(() => readStageSettings(set)).toThrow('must be at most UNAVAILABLE_PAUSE_MAX_MS');
  });

  it('never come out of bounds, whatever the text', () => {
    const property = fc.property(fc.constantFrom(...ROWS), fc.string(), ([name, row], text) => {
      try {
        const value: unknown = Object(readStageSettings({ [name]: text }))[name];
        expect(value).toBeGreaterThanOrEqual(row.least);
        expect(value).toBeLessThanOrEqual(row.most);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
      }
    });
    fc.assert(property);
  });

  it('stand in their page as they are', () => {
    const page = readFileSync('docs/settings.md', 'utf8');
    const english = (value: number) => value.toLocaleString('en-US');
    for (const [name, { ifUnset, least, most, unit, why }] of ROWS) {
      const shown = ifUnset === undefined ? 'off' : english(ifUnset);
      const row = `| \`${name}\` | ${unit} | ${shown} | ${english(least)} | ${english(most)} | ${why} |`;
      expect(page).toContain(row);
    }
  });
});
