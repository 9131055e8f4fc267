import { MINUTE_MS, SECOND_MS } from '../domain/time.ts';
import type { WaitingLine, WaitingResults } from './deliver-results/ports.ts';
import { dueMessage } from './deliver-results/result-message.ts';
import { METRICS } from './metrics.ts';
import type { Clock, Metrics, OrderQueue } from './ports.ts';

/** What queueing due results again needs. */
export interface RetryDependencies {
  readonly waiting: Pick<WaitingResults, 'claim' | 'listDue'>;
  readonly queue: Pick<OrderQueue, 'enqueue'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly settings: RetrySettings;
}

/** How a pass works. */
export interface RetrySettings {
  /** Whether a pass stays until its end though nothing is about to fall due. */
  readonly watches: boolean;
  /** Pause between two looks. */
  readonly idleMs: number;
}

/** Whose word was lost is told again after so long. */
const CLAIM_MS = 5 * MINUTE_MS;
/** Lines of one look. */
const PAGE = 100;
/** Kept free for what one look does. */
const RESERVE_MS = 5 * SECOND_MS;

/**
 * Tells the queue of results which orders' waiting results are due, as long as some fall due within
 * this pass. The queue does the rest: a receiver is called from one place only.
 *
 * @param remainingMs - milliseconds before the function is killed
 * @returns how many orders it told of
 */
export async function retryResults(
  { clock, metrics, queue, settings, waiting }: RetryDependencies,
  remainingMs: () => number,
): Promise<{ readonly told: number }> {
  let told = 0;
  while (remainingMs() > RESERVE_MS) {
    const now = clock.now();
    const lines = await waiting.listDue(now, PAGE);
    const toldBefore = told;
    for (const line of lines) {
      metrics.duration(METRICS.oldestResultAge, Math.max(0, now - line.since));
      if (await tell(line)) told += 1;
    }
    if (told > toldBefore) continue;
    const [next] = await waiting.listDue(now + remainingMs() - RESERVE_MS, 1);
    if (next === undefined && !settings.watches) break;
    await clock.sleep(settings.idleMs);
  }
  return { told };

  /** Claimed first: told twice does no harm, but a newer state must not be written over. */
  async function tell(line: WaitingLine): Promise<boolean> {
    if (!(await waiting.claim(line, clock.now() + CLAIM_MS))) return false;
    await queue.enqueue(dueMessage({ ...line, round: line.dueAt }));
    return true;
  }
}
