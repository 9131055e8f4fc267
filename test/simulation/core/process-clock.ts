import type { Clock } from '../../../lib/application/ports.ts';
import type { Chance } from './chance.ts';
import type { Timeline } from './timeline.ts';

/** The greatest drift of a clock that nobody corrects: 100 parts in a million. */
const DRIFT_MAX = 1e-4;

/**
 * Makes the clock of one process: off by at most `errorMs`, drifting, and set anew now and then by
 * whoever keeps the host's time. Its monotonic time only drifts.
 */
export function createProcessClock(
  timeline: Timeline,
  chance: Chance,
  { startAt, errorMs }: { readonly startAt: number; readonly errorMs: number },
): Clock {
  const drift = (chance.share() * 2 - 1) * DRIFT_MAX;
  const draw = () => chance.between(-errorMs, errorMs);
  let offsetMs = draw();
  let setMs = chance.between(20_000, 200_000);

  return {
    now() {
      const nowMs = timeline.nowMs();
      if (nowMs >= setMs) {
        offsetMs = draw();
        setMs = nowMs + chance.between(20_000, 200_000);
      }
      const errorNowMs = offsetMs + nowMs * drift;
      return startAt + nowMs + Math.round(Math.max(-errorMs, Math.min(errorMs, errorNowMs)));
    },
    monotonicMs: () => timeline.nowMs() * (1 + drift),
    sleep: (ms) => (ms <= 0 ? Promise.resolve() : timeline.sleep(ms)),
  };
}
