import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import { ConfigurationError } from './configuration-error.ts';

/** One number that a stage may set in the environment of its functions. */
export interface StageSetting {
  readonly unit: 'ms' | 'requests a second' | 'calls';
  /** Undefined where it is off unless set. */
  readonly ifUnset: number | undefined;
  readonly least: number;
  readonly most: number;
  readonly why: string;
}

/** Guards, probes, caches and bounds that a stage may set, by the names of their variables. */
export const STAGE_SETTINGS = {
  BUDGET_GUARD_MS: {
    unit: 'ms',
    ifUnset: 50,
    least: 25,
    most: 500,
    why: 'how late a request may arrive until delays are learned: jitter, clocks of hosts, leaving late',
  },
  SLOT_GAP_MS: {
    unit: 'ms',
    ifUnset: 25,
    least: 1,
    most: SECOND_MS,
    why: 'closer together, requests could overtake one another on the way',
  },
  ADDRESS_REQUESTS_PER_SECOND: {
    unit: 'requests a second',
    ifUnset: undefined,
    least: 1,
    most: 1_000,
    why: 'only for an exchange that also counts by address; one more write a reservation',
  },
  SUSPENSION_MS: {
    unit: 'ms',
    ifUnset: MINUTE_MS + 2 * SECOND_MS,
    least: MINUTE_MS,
    most: HOUR_MS,
    why: 'the documented minute, which begins when the exchange sees the call, and a margin',
  },
  PROBE_ANSWER_MS: {
    unit: 'ms',
    ifUnset: 10 * SECOND_MS,
    least: 6 * SECOND_MS,
    most: 2 * MINUTE_MS,
    why: 'a probe without an end gives way to another after this: longer than any call may take',
  },
  UNAVAILABLE_AFTER: {
    unit: 'calls',
    ifUnset: 3,
    least: 1,
    most: 100,
    why: 'so many unanswered calls in a row are no accident; each leaves an order in doubt',
  },
  UNAVAILABLE_PAUSE_MS: {
    unit: 'ms',
    ifUnset: 5 * SECOND_MS,
    least: SECOND_MS,
    most: MINUTE_MS,
    why: 'until the first probe of an exchange that does not answer; doubled while that lasts',
  },
  UNAVAILABLE_PAUSE_MAX_MS: {
    unit: 'ms',
    ifUnset: MINUTE_MS,
    least: SECOND_MS,
    most: HOUR_MS,
    why: 'the longest pause between two such probes: how late its return is noticed',
  },
  ABSENCE_HORIZON_MS: {
    unit: 'ms',
    ifUnset: MINUTE_MS,
    least: SECOND_MS,
    most: DAY_MS,
    why: 'how long after the fence an accepted order may stay invisible; shorter is a risk of doubles',
  },
  ABSENCE_SPACING_MS: {
    unit: 'ms',
    ifUnset: 10 * SECOND_MS,
    least: 500,
    most: HOUR_MS,
    why: 'not-founds closer together may come from the same lagging copy',
  },
  SECRETS_CACHE_MS: {
    unit: 'ms',
    ifUnset: MINUTE_MS,
    least: SECOND_MS,
    most: HOUR_MS,
    why: 'how soon a changed key or limit counts, for a read of each secret so often',
  },
  INSTRUMENTS_CACHE_MS: {
    unit: 'ms',
    ifUnset: 5 * MINUTE_MS,
    least: SECOND_MS,
    most: HOUR_MS,
    why: 'rules change a few times a year, a halt within minutes; the exchange refuses in between',
  },
  CLOCK_CACHE_MS: {
    unit: 'ms',
    ifUnset: 5 * MINUTE_MS,
    least: 10 * SECOND_MS,
    most: HOUR_MS,
    why: 'clocks that nobody corrects drift by up to 0.1 ms a second: 30 ms in five minutes',
  },
} as const satisfies Readonly<Record<string, StageSetting>>;

/** The name of a number that a stage may set. */
export type StageSettingName = keyof typeof STAGE_SETTINGS;

/** The numbers of a stage, as text or not at all. */
export type StageValues = Readonly<Partial<Record<string, string>>>;

/** What a stage has set, with the default where it has not. */
export type ReadStageSettings = {
  readonly [Name in StageSettingName]: (typeof STAGE_SETTINGS)[Name]['ifUnset'] extends number
    ? number
    : number | undefined;
};

/** Says whether a variable is one of these settings. */
export function isStageSetting(name: string): name is StageSettingName {
  return Object.hasOwn(STAGE_SETTINGS, name);
}

/**
 * Says what is wrong with the text of a setting; undefined when nothing is.
 *
 * @returns one line that names the setting and what it has to be, without the value
 */
export function faultOf(name: StageSettingName, text: string): string | undefined {
  const { least, most, unit }: StageSetting = STAGE_SETTINGS[name];
  const isWhole = /^\d{1,9}$/.test(text);
  if (isWhole && Number(text) >= least && Number(text) <= most) return undefined;
  return `${name}: must be a whole number from ${least} to ${most} (${unit})`;
}

/**
 * Reads all settings of a stage.
 *
 * @param values - usually the environment
 * @throws ConfigurationError naming every setting that is wrong, and what it has to be
 */
export function readStageSettings(values: StageValues): ReadStageSettings {
  const names = Object.keys(STAGE_SETTINGS).filter(isStageSetting);
  const faults = names.flatMap((name) => {
    const text = values[name];
    return text === undefined ? [] : (faultOf(name, text) ?? []);
  });
  const numberOf = <IfUnset>(name: StageSettingName, { ifUnset }: { ifUnset: IfUnset }) => {
    const text = values[name];
    return text === undefined ? ifUnset : Number(text);
  };
  const read: ReadStageSettings = {
    BUDGET_GUARD_MS: numberOf('BUDGET_GUARD_MS', STAGE_SETTINGS.BUDGET_GUARD_MS),
    SLOT_GAP_MS: numberOf('SLOT_GAP_MS', STAGE_SETTINGS.SLOT_GAP_MS),
    ADDRESS_REQUESTS_PER_SECOND: numberOf(
      'ADDRESS_REQUESTS_PER_SECOND',
      STAGE_SETTINGS.ADDRESS_REQUESTS_PER_SECOND,
    ),
    SUSPENSION_MS: numberOf('SUSPENSION_MS', STAGE_SETTINGS.SUSPENSION_MS),
    PROBE_ANSWER_MS: numberOf('PROBE_ANSWER_MS', STAGE_SETTINGS.PROBE_ANSWER_MS),
    UNAVAILABLE_AFTER: numberOf('UNAVAILABLE_AFTER', STAGE_SETTINGS.UNAVAILABLE_AFTER),
    UNAVAILABLE_PAUSE_MS: numberOf('UNAVAILABLE_PAUSE_MS', STAGE_SETTINGS.UNAVAILABLE_PAUSE_MS),
    UNAVAILABLE_PAUSE_MAX_MS: numberOf(
      'UNAVAILABLE_PAUSE_MAX_MS',
      STAGE_SETTINGS.UNAVAILABLE_PAUSE_MAX_MS,
    ),
    ABSENCE_HORIZON_MS: numberOf('ABSENCE_HORIZON_MS', STAGE_SETTINGS.ABSENCE_HORIZON_MS),
    ABSENCE_SPACING_MS: numberOf('ABSENCE_SPACING_MS', STAGE_SETTINGS.ABSENCE_SPACING_MS),
    SECRETS_CACHE_MS: numberOf('SECRETS_CACHE_MS', STAGE_SETTINGS.SECRETS_CACHE_MS),
    INSTRUMENTS_CACHE_MS: numberOf('INSTRUMENTS_CACHE_MS', STAGE_SETTINGS.INSTRUMENTS_CACHE_MS),
    CLOCK_CACHE_MS: numberOf('CLOCK_CACHE_MS', STAGE_SETTINGS.CLOCK_CACHE_MS),
  };
  if (read.UNAVAILABLE_PAUSE_MS > read.UNAVAILABLE_PAUSE_MAX_MS) {
    faults.push('UNAVAILABLE_PAUSE_MS: must be at most UNAVAILABLE_PAUSE_MAX_MS');
  }
  if (faults.length === 0) return read;
  throw new ConfigurationError(`Wrong settings of this stage: ${faults.join('; ')}.`);
}
