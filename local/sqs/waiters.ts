import type { Queue } from './queues.ts';
import type { Timer } from './system.ts';

/** Holds the receives that wait for a queue to change. */
export type Waiters = {
  /** Ends when the queue changes, the time is up, the caller gives up, or all are released. */
  wait(queue: Queue, delayMs: number, signal: AbortSignal | undefined): Promise<void>;
  wake(queue: Queue): void;
  /** Ends every wait, for good. */
  end(): void;
  ended(): boolean;
};

export function startWaiters(timer: Timer): Waiters {
  let ended = false;
  const byQueue = new Map<number, Set<() => void>>();

  const wait: Waiters['wait'] = (queue, delayMs, signal) =>
    new Promise((resolve) => {
      const waiting = byQueue.get(queue.id) ?? new Set();
      byQueue.set(queue.id, waiting);
      const end = () => {
        cancelTimer();
        signal?.removeEventListener('abort', end);
        waiting.delete(end);
        resolve();
      };
      const cancelTimer = timer(delayMs, end);
      signal?.addEventListener('abort', end);
      // In the order they came: the one that waits longest looks first.
      waiting.add(end);
    });

  const release = (waiting: Set<() => void> | undefined) => {
    for (const end of [...(waiting ?? [])]) end();
  };

  return {
    wait,
    wake: (queue) => release(byQueue.get(queue.id)),
    ended: () => ended,
    end: () => {
      ended = true;
      for (const waiting of byQueue.values()) release(waiting);
    },
  };
}
