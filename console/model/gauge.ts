import type { AccountResource } from './resources.ts';

/** How much of one budget of one key is taken. */
export interface GaugeSample {
  readonly at: number;
  /** Weight in the second that was looked at; undefined when the service does not tell. */
  readonly taken: number | undefined;
  readonly limit: number;
  readonly isOpen: boolean;
}

/** One budget of one key over time, the oldest sample first. */
export interface GaugeHistory {
  readonly keyId: string;
  readonly class: 'order' | 'query';
  readonly samples: readonly GaugeSample[];
}

/** Kept while the page is open: five minutes at a look every two seconds. */
export const SAMPLES_MAX = 150;

/** Adds one look at an account to what is known of its keys; keys that are gone go. */
export function withSample(
  known: readonly GaugeHistory[],
  account: AccountResource,
  at: number,
): readonly GaugeHistory[] {
  const { limits, keys, egress } = account;
  return keys.flatMap(({ keyId, gate, budgets }) =>
    budgets.map((budget) => {
      const before = known.find((one) => one.keyId === keyId && one.class === budget.class);
      const limit = budget.class === 'order' ? limits.ordersPerSecond : limits.queriesPerSecond;
      const sample = {
        at,
        taken: budget.taken,
        limit: budget.slowedTo ?? limit,
        isOpen: gate.kind === 'open' && egress.gate.kind === 'open',
      };
      const samples = [...(before?.samples ?? []), sample].slice(-SAMPLES_MAX);
      return { keyId, class: budget.class, samples };
    }),
  );
}

/** The part of the limit that is taken, from 0 to 1. */
export function shareOf({ taken = 0, limit }: GaugeSample): number {
  return limit <= 0 ? 0 : Math.min(1, taken / limit);
}

/** The mean of what was taken over the samples of the last so many milliseconds; undefined for none. */
export function meanTaken(samples: readonly GaugeSample[], sinceMs: number): number | undefined {
  const newest = samples.at(-1)?.at ?? 0;
  const known = samples.flatMap(({ at, taken }) =>
    taken !== undefined && at > newest - sinceMs ? [taken] : [],
  );
  if (known.length === 0) return undefined;
  return known.reduce((sum, taken) => sum + taken, 0) / known.length;
}

/** Points of a line over so many columns, newest at the right, as SVG wants them; heights from 0 to 1. */
export function sparkPoints(
  samples: readonly GaugeSample[],
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const step = width / (SAMPLES_MAX - 1);
  return samples
    .map((sample, index) => {
      const x = width - (samples.length - 1 - index) * step;
      const y = height - shareOf(sample) * height;
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
