import { spanText } from '../../lib/application/explain/time-text.ts';

/** How far a long piece of work is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  /** Since this run began, without what was done before. */
  readonly elapsedMs: number;
  /** Done before this run began. */
  readonly before: number;
  /** Of those done, how many went wrong. */
  readonly wrong: number;
}

const BAR_MAX = 30;
const SECOND_MS = 1_000;

/** Draws progress as a bar that fits a terminal of so many columns. */
export function progressBar(progress: Progress, columns: number): string {
  const words = ` ${progressWords(progress)}`;
  const width = Math.min(BAR_MAX, columns - words.length - 3);
  if (width < 5) return words.trim().slice(0, Math.max(0, columns - 1));
  const filled = Math.floor(width * share(progress));
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]${words}`;
}

/** Says progress in words: how many, how fast, how long still. */
export function progressWords(progress: Progress): string {
  const { done, total, elapsedMs, before, wrong } = progress;
  const percent = Math.floor(100 * share(progress));
  const perSecond = elapsedMs > 0 ? ((done - before) * SECOND_MS) / elapsedMs : 0;
  const left =
    perSecond > 0 && done < total
      ? [`${spanText(((total - done) / perSecond) * SECOND_MS)} left`]
      : [];
  const faults = wrong > 0 ? [`${wrong} refused`] : [];
  return [
    `${done} of ${total}`,
    `${percent} %`,
    `${Math.round(perSecond)}/s`,
    ...left,
    ...faults,
  ].join(', ');
}

function share({ done, total }: Progress): number {
  return total === 0 ? 1 : Math.min(1, done / total);
}
