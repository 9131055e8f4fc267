import type { Clock } from '../../application/ports.ts';
import type { UnixMs } from '../../domain/time.ts';
import { nextTurn } from '../system/next-turn.ts';

/** Wake-ups of one `runUntil`; a run that needs more hangs. */
const WAKE_UPS_MAX = 1_000_000;

/** Time that passes only when told to. */
export interface VirtualClock extends Clock {
  /** Lets time pass and wakes every sleeper at its time, in order. */
  advance(ms: number): Promise<void>;
  /** Moves only the time of day, as a corrected clock does; nobody wakes. */
  jump(ms: number): void;
  /** Lets time pass, from one sleeper to the next, until the work is done. */
  runUntil<Result>(work: Promise<Result>): Promise<Result>;
}

interface Sleeper {
  readonly wakesAtMs: number;
  readonly wake: () => void;
}

/** Makes a clock that stands at a time of day; its monotonic time starts at zero. */
export function createVirtualClock(startAt: UnixMs): VirtualClock {
  const sleepers: Sleeper[] = [];
  let passedMs = 0;
  let offset = startAt;

  const earliest = () =>
    sleepers.reduce<Sleeper | undefined>(
      (first, one) => (first === undefined || one.wakesAtMs < first.wakesAtMs ? one : first),
      undefined,
    );
  const wake = async (sleeper: Sleeper) => {
    passedMs = Math.max(passedMs, sleeper.wakesAtMs);
    sleepers.splice(sleepers.indexOf(sleeper), 1);
    sleeper.wake();
    await nextTurn();
  };

  return {
    now: () => offset + Math.floor(passedMs),
    monotonicMs: () => passedMs,
    sleep(ms) {
      if (ms <= 0) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      sleepers.push({ wakesAtMs: passedMs + ms, wake: resolve });
      return promise;
    },

    async advance(ms) {
      const untilMs = passedMs + ms;
      await nextTurn();
      for (let next = earliest(); next && next.wakesAtMs <= untilMs; next = earliest()) {
        await wake(next);
      }
      passedMs = untilMs;
    },
    jump(ms) {
      offset += ms;
    },
    async runUntil(work) {
      let done = false;
      const settled = work.finally(() => {
        done = true;
      });
      // The caller gets the rejection below; here it must not count as unhandled meanwhile.
      settled.catch(() => undefined);

      for (let wakeUps = 0; wakeUps < WAKE_UPS_MAX; wakeUps += 1) {
        await nextTurn();
        if (done) return settled;
        const next = earliest();
        if (next !== undefined) await wake(next);
      }
      throw new Error(`The work is not done after ${WAKE_UPS_MAX} wake-ups at ${passedMs} ms.`);
    },
  };
}
