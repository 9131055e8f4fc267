import type { Run } from './run-work.ts';

/** Numbers of one case by name; shares are from 0 to 1, times in milliseconds. */
export type Figures = Readonly<Record<string, number>>;

/** What a figure has to be for ours. */
export interface Target {
  readonly figure: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** One line of the table. */
export interface Result {
  readonly row: number;
  readonly case: string;
  readonly contender: string;
  readonly figures: Figures;
  readonly targets: readonly Target[];
  /** Why there are no figures. */
  readonly error?: string;
}

/** Gives what every run is measured by. */
export function figuresOf(run: Run): Figures {
  const { work, report, exchange } = run;
  const isBacklog = work.perSecond === undefined;
  const usesStore = Object.keys(report.storeCalls).length > 0;
  return {
    asked: work.orders,
    accepted: run.accepted,
    refused429: run.refused429,
    refused418: run.refused418,
    // Without a backlog the rate says how much was asked for, and with one the wait says nothing.
    ...(isBacklog && { utilisation: run.utilisation ?? 0 }),
    ...(work.keys > 1 && { keysWorth: run.keysWorth }),
    ...(!isBacklog && { p50Ms: run.p50Ms ?? Number.NaN, p99Ms: run.p99Ms ?? Number.NaN }),
    overtaken: run.overtaken,
    ...(usesStore && { budgetWritesPerOrder: run.budgetWritesPerOrder }),
    ...(run.orderWritesPerOrder > 0 && { orderWritesPerOrder: run.orderWritesPerOrder }),
    cpuMsPerOrder: run.cpuMsPerOrder,
    duplicates: exchange.duplicates,
    ...ownNotes(report.notes),
  };
}

/** What is worth a word: anything but zero, and what must be zero is named by a target. */
function ownNotes(notes: Figures): Figures {
  const told = Object.entries(notes).filter(([name, value]) => {
    if (/^metric (?:OrderSent|OrderReported|OrderReceived)$/.test(name)) return false;
    if (name === 'status FILLED') return false;
    return value > 0 && !(name === 'receivesMax' && value === 1);
  });
  return Object.fromEntries(told);
}

/** Says for each target of ours whether it is met; a missing figure is not. */
export function missedTargets({ figures, targets, error }: Result): readonly string[] {
  if (error !== undefined) return [error];
  return targets.flatMap(({ figure, atLeast, atMost }) => {
    const value = figures[figure] ?? Number.NaN;
    const holds = value >= (atLeast ?? value) && value <= (atMost ?? value);
    if (holds) return [];
    const wanted = atLeast === undefined ? `at most ${atMost}` : `at least ${atLeast}`;
    return [`${figure} ${round(value)}, wanted ${wanted}`];
  });
}

/** Rounds for people: three digits. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  return String(Number(value.toPrecision(value >= 1_000 ? 4 : 3)));
}
