import { faultOf, isStageSetting } from '../lib/application/stage-settings.ts';
import type { Stage } from './stages.ts';

/** A setting of the command line is not known or not possible. One line for a terminal. */
export class UnknownOptionError extends Error {
  override readonly name = 'UnknownOptionError';
}

type Values = Readonly<Record<string, Partial<Stage>>>;

/** What may be chosen differently for one deployment, each with its possible values. */
const OPTIONS: Readonly<Record<string, Values>> = {
  egress: { shared: { egress: 'shared' }, static: { egress: 'static' } },
  encryption: { aws: { encryption: 'aws' }, customer: { encryption: 'customer' } },
  retention: {
    forever: { orderRetentionDays: undefined },
    '90': { orderRetentionDays: 90 },
    '365': { orderRetentionDays: 365 },
    '2555': { orderRetentionDays: 2_555 },
  },
  archive: { no: { archive: false }, monthly: { archive: true } },
  shards: {
    '1': { reconcilerShards: 1 },
    '2': { reconcilerShards: 2 },
    '4': { reconcilerShards: 4 },
    '8': { reconcilerShards: 8 },
  },
};

/** Settings of the toolkit itself have such marks in their names. */
const OF_THE_TOOLKIT = /[:@/]|^cli-telemetry$/;

/**
 * Gives a stage with the options of the command line, as in `-c egress=static`.
 *
 * @param context - everything that the toolkit was told
 * @throws UnknownOptionError for a misspelt name, which would otherwise change nothing in silence,
 *   and for a value that the option does not have
 */
export function withOptions(stage: Stage, context: Readonly<Record<string, unknown>>): Stage {
  const given = Object.entries(context).filter(
    ([name]) => name !== 'stage' && !OF_THE_TOOLKIT.test(name),
  );
  let chosen = stage;
  for (const [name, value] of given) {
    const change = isStageSetting(name) ? settingOf(chosen, name, value) : changeOf(name, value);
    chosen = { ...chosen, ...change };
  }
  return chosen;
}

/** A number of docs/settings.md, as in `-c BUDGET_GUARD_MS=80`; refused as a function would. */
function settingOf(
  { settings }: Stage,
  name: Parameters<typeof faultOf>[0],
  value: unknown,
): Partial<Stage> {
  const fault = faultOf(name, String(value));
  if (fault !== undefined) throw new UnknownOptionError(`Impossible value -c ${fault}.`);
  return { settings: { ...settings, [name]: String(value) } };
}

function changeOf(name: string, value: unknown): Partial<Stage> {
  const values = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
  if (values === undefined) {
    const names = ['stage', ...Object.keys(OPTIONS)].join(', ');
    throw new UnknownOptionError(
      `Unknown setting -c ${name}: there are ${names}, and those of docs/settings.md.`,
    );
  }
  const text = String(value);
  const change = Object.hasOwn(values, text) ? values[text] : undefined;
  if (change !== undefined) return change;
  const possible = Object.keys(values).join(' or ');
  throw new UnknownOptionError(`Unknown value -c ${name}=${text}: it is ${possible}.`);
}
