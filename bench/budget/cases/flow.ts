import type { Figures, Target } from '../figures.ts';
import { figuresOf } from '../figures.ts';
import { USUAL } from '../profiles.ts';
import { ORDERS_PER_SECOND, runWork } from '../run-work.ts';
import type { Contender, Work } from '../work.ts';

/** One run of one contender. */
export interface Case {
  readonly name: string;
  readonly contender: string;
  readonly run: () => Promise<Figures>;
  readonly targets: readonly Target[];
}

/** The real suspension after a 429. */
export const SUSPENSION_MS = 60_000;
/** What a run needs besides its orders: the first request, the last answer. */
const EDGES_MS = 15_000;

/** The work of a case, with what it does not name as usual. */
export type WorkChange = Pick<Work, 'orders' | 'seed'> & Partial<Work>;

/** Fills in the usual work: one key, one process, one lane, the usual way, a backlog. */
export function workOf(change: WorkChange): Work {
  const { orders, keys = 1, perSecond = ORDERS_PER_SECOND * keys } = change;
  // Half as long again as the limit allows, and one suspension.
  const withinMs = (orders / perSecond) * 1_500 + EDGES_MS + SUSPENSION_MS;
  return {
    profile: USUAL,
    keys: 1,
    processes: 1,
    lanes: 1,
    suspensionMs: SUSPENSION_MS,
    withinMs,
    ...change,
  };
}

/** Makes a case of one contender that only sends. */
export function flow(
  name: string,
  contender: Contender,
  change: WorkChange,
  targets: readonly Target[] = [],
): Case {
  const run = async () => figuresOf(await runWork(contender, workOf(change)));
  return { name, contender: contender.name, run, targets };
}
