import type { Case } from './cases/flow.ts';
import type { Result, Target } from './figures.ts';

/** One row of the benchmark. */
export interface Row {
  readonly id: number;
  readonly title: string;
  /** What ours has to reach, in words. */
  readonly wanted: string;
  readonly cases: readonly Case[];
  /** Its libraries run one by one too: others beside them would take the processor's caches. */
  readonly runsAlone?: boolean;
  /** Compares cases of this row: what does not hold. */
  readonly compare?: (results: readonly Result[]) => readonly string[];
}

/** How much is done: a full run takes about an hour and a half, a quick one a quarter of one. */
export interface Scale {
  readonly quick: boolean;
  readonly seed: number;
}

/** What holds of every run of ours. */
export const NO_REFUSALS: readonly Target[] = [
  { figure: 'refused429', atMost: 0 },
  { figure: 'refused418', atMost: 0 },
  { figure: 'duplicates', atMost: 0 },
];

/** Finds a figure of one case; NaN without it, which no comparison passes. */
export function figureOf(
  results: readonly Result[],
  name: string,
  contender: string,
  figure: string,
): number {
  const found = results.find((one) => one.case === name && one.contender === contender);
  return found?.figures[figure] ?? Number.NaN;
}

/** Says that a ratio is too small. */
export function atLeast(what: string, ratio: number, least: number): readonly string[] {
  return ratio >= least ? [] : [`${what}: ${ratio.toFixed(2)}, wanted at least ${least}`];
}

/** Says that a ratio is too great. */
export function atMost(what: string, ratio: number, most: number): readonly string[] {
  return ratio <= most ? [] : [`${what}: ${ratio.toFixed(2)}, wanted at most ${most}`];
}
