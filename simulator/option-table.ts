import { readAccountsFile } from './accounts-file.ts';
import { siteNamed } from './exchange/sites.ts';
import type { SimulatorOptions } from './options.ts';

/** A command line which cannot be used; the message says what to write instead. */
export class UsageError extends Error {}

type Reader = (text: string, name: string) => Partial<SimulatorOptions>;
export type OptionRow = {
  readonly name: string;
  readonly value: string;
  readonly help: string;
  readonly read: Reader;
};

const MILLISECONDS_MAX = 86_400_000;
const PER_SECOND_MAX = 100_000;
const SEED_MAX = 2_147_483_647;

/** Every option with its help; the README's table says the same. */
export const OPTION_ROWS: readonly OptionRow[] = [
  {
    name: 'port',
    value: 'N',
    help: 'port on 127.0.0.1; 0 takes a free one (8090)',
    read: (text, name) => ({ port: integer(text, name, 0, 65_535) }),
  },
  {
    name: 'site',
    value: 'HK|GLOBAL',
    help: 'whose rules, symbols and codes apply (HK)',
    read: (text) => {
      const site = siteNamed(text);
      if (!site) throw new UsageError(`--site ${text}: use HK or GLOBAL.`);
      return { site };
    },
  },
  {
    name: 'accounts',
    value: 'FILE',
    help: 'JSON file with accounts and keys (one demo key)',
    read: (text) => ({ accounts: readAccountsFile(text) }),
  },
  {
    name: 'state',
    value: 'FILE',
    help: 'SQLite file which survives a kill (in memory)',
    read: (text) => ({ stateFile: text }),
  },
  milliseconds('latency-ms', 'round trip added to each answer (0)', (ms) => ({ latencyMs: ms })),
  milliseconds('jitter-ms', 'its jitter, peak to peak, seeded (0)', (ms) => ({ jitterMs: ms })),
  {
    name: 'seed',
    value: 'N',
    help: 'seed of jitter, liquidity and faults by chance (1)',
    read: (text, name) => ({ seed: integer(text, name, 0, SEED_MAX) }),
  },
  {
    name: 'orders-per-second',
    value: 'N',
    help: 'order limit of a key (10)',
    read: (text, name) => ({ ordersPerSecond: integer(text, name, 1, PER_SECOND_MAX) }),
  },
  {
    name: 'queries-per-second',
    value: 'N',
    help: 'query limit of a key (2)',
    read: (text, name) => ({ queriesPerSecond: integer(text, name, 1, PER_SECOND_MAX) }),
  },
  milliseconds('suspension-ms', 'suspension after a 429 (60000)', (ms) => ({ suspensionMs: ms })),
  {
    name: 'ban-after',
    value: 'N',
    help: 'requests in a suspension until 418 for all (3)',
    read: (text, name) => ({ banAfter: integer(text, name, 0, PER_SECOND_MAX) }),
  },
  milliseconds('ban-ms', 'how long 418 lasts (300000)', (ms) => ({ banMs: ms })),
  choice('limit-unit', ['requests', 'weights'], 'what the limits count', (limitUnit) => ({
    limitUnit,
  })),
  choice('batch-counts', ['one', 'orders'], 'what a batch counts', (batchCounts) => ({
    batchCounts,
  })),
  choice('refused-count', ['no', 'yes'], 'answers 429 take up the window', (yes) => ({
    refusedCount: yes === 'yes',
  })),
  choice('cancels-count', ['yes', 'no'], 'cancels share the order limit', (yes) => ({
    cancelsCount: yes === 'yes',
  })),
  choice(
    'create-answer',
    ['by-site', 'PENDING_NEW', 'FINAL'],
    'status in a create answer',
    (v) => ({
      createAnswer: v,
    }),
  ),
  choice('post-only-cross', ['refuse', 'later'], 'code at once, or REJECTED later', (v) => ({
    postOnlyCross: v,
  })),
  {
    name: 'client-id-uniqueness',
    value: 'for-ever|while-open|never|<N>h',
    help: 'how long -1141 guards a client id (for-ever)',
    read: (text) => ({ clientIdUniqueness: uniqueness(text) }),
  },
  choice('refused-burns-client-id', ['no', 'yes'], 'a refused create uses its id up', (yes) => ({
    refusedBurnsClientId: yes === 'yes',
  })),
  choice(
    'duplicate-check',
    ['after-filters', 'first', 'last'],
    'when -1141 is checked',
    (duplicateCheck) => ({ duplicateCheck }),
  ),
  choice('signature-mode', ['raw', 'decoded'], 'which text a signature covers', (v) => ({
    signatureMode: v,
  })),
  choice('signature-code', ['0001', '0002'], 'code of a wrong signature', (v) => ({
    signatureCode: v,
  })),
  choice('refuse-replays', ['no', 'yes'], 'the same signed request twice: -1024', (yes) => ({
    refuseReplays: yes === 'yes',
  })),
  milliseconds('query-lag-ms', 'queries do not see an order before (0)', (ms) => ({
    queryLagMs: ms,
  })),
  choice('list-order', ['ascending', 'descending'], 'order of order lists', (listOrder) => ({
    listOrder,
  })),
  {
    name: 'liquidity-levels',
    value: 'N',
    help: 'resting prices per side; 0 for empty books (5)',
    read: (text, name) => ({ liquidityLevels: integer(text, name, 0, 100) }),
  },
  {
    name: 'liquidity-notional',
    value: 'N',
    help: 'rough size of each, in quote units (100000)',
    read: (text, name) => ({ liquidityNotional: integer(text, name, 1, 1_000_000_000) }),
  },
];

function milliseconds(
  name: string,
  help: string,
  set: (ms: number) => Partial<SimulatorOptions>,
): OptionRow {
  const read: Reader = (text, option) => set(integer(text, option, 0, MILLISECONDS_MAX));
  return { name, value: 'MS', help, read };
}

function choice<T extends string>(
  name: string,
  values: readonly [T, ...T[]],
  help: string,
  set: (value: T) => Partial<SimulatorOptions>,
): OptionRow {
  const read: Reader = (text) => {
    const value = values.find((candidate) => candidate === text);
    if (value === undefined) throw new UsageError(`--${name} ${text}: use ${values.join(' or ')}.`);
    return set(value);
  };
  return { name, value: values.join('|'), help: `${help} (${values[0]})`, read };
}

function uniqueness(text: string): SimulatorOptions['clientIdUniqueness'] {
  if (text === 'for-ever' || text === 'while-open' || text === 'never') return text;
  const hours = /^(\d{1,6})h$/.exec(text)?.[1];
  if (hours !== undefined) return Number(hours);
  throw new UsageError(`--client-id-uniqueness ${text}: use for-ever, while-open, never or 24h.`);
}

function integer(text: string, name: string, minimum: number, maximum: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new UsageError(`--${name} ${text}: use a whole number from ${minimum} to ${maximum}.`);
}
