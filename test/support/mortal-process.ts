import type { Clock } from '../../lib/application/ports.ts';
import { intercepted } from './intercepted-port.ts';

/** The life of one invocation. Whoever lives in it never hears of anything after its end. */
export interface Life {
  isOver(): boolean;
  end(): void;
  /** Settles with the life. */
  readonly ended: Promise<void>;
}

export function createLife(): Life {
  const { promise, resolve } = Promise.withResolvers<void>();
  let over = false;
  return {
    isOver: () => over,
    end() {
      over = true;
      resolve();
    },
    ended: promise,
  };
}

/** The answer that a dead process gets. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/**
 * Lets a process die at calls of a port: before the call is made, or after it is made and before
 * its answer is heard.
 */
export function mortal<Port extends object>(
  port: Port,
  life: Life,
  dies: (method: string) => 'before' | 'after' | undefined,
): Port {
  return intercepted(port, async ({ method }, proceed) => {
    if (life.isOver()) return never();
    const death = dies(method);
    if (death === undefined) {
      const answer = await proceed().catch((error: unknown) => {
        if (life.isOver()) return never();
        throw error;
      });
      return life.isOver() ? never() : answer;
    }
    // A call that is made goes its way, whoever made it.
    if (death === 'after') proceed().catch(() => undefined);
    life.end();
    return never();
  });
}

/** A clock on which the dead never wake. */
export function mortalClock(clock: Clock, life: Life): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    async sleep(ms) {
      if (life.isOver()) return never();
      await clock.sleep(ms);
      return life.isOver() ? never() : undefined;
    },
  };
}
