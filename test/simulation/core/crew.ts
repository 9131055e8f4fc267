import type { Commons } from './commons.ts';
import { type Process, startProcess } from './process.ts';

/** The functions of a world: warm instances that are used again, and die. */
export interface Crew {
  /**
   * Runs one invocation until its end: done, thrown, dead, or out of time.
   *
   * @returns undefined when nobody will ever hear of its result
   */
  invoke<Result>(
    functionName: string,
    lifeMs: number,
    work: (process: Process, remainingMs: () => number) => Promise<Result>,
  ): Promise<Result | undefined>;
}

/** An instance that is not needed is kept for the next invocation with this likelihood. */
const STAYS_WARM = 0.9;

/** Makes a crew that nobody has called yet. */
export function createCrew(commons: Commons): Crew {
  const { recorder, timeline } = commons;
  const chance = commons.chance.fork('crew');
  const idle = new Map<string, Process[]>();
  let started = 0;

  const take = (functionName: string): Process => {
    const warm = idle.get(functionName)?.pop();
    if (warm !== undefined) return warm;
    started += 1;
    return startProcess(commons, `${functionName}-${started}`);
  };
  const giveBack = (functionName: string, process: Process) => {
    if (process.life.isOver() || !chance.happens(STAYS_WARM)) return;
    const others = idle.get(functionName) ?? [];
    others.push(process);
    idle.set(functionName, others);
  };

  return {
    async invoke(functionName, lifeMs, work) {
      const process = take(functionName);
      const { clock, life, name } = process;
      let isDone = false;
      timeline.at(timeline.nowMs() + lifeMs, () => {
        if (isDone || life.isOver()) return;
        recorder.note(name, { kind: 'death', cause: 'timeout', at: functionName });
        life.end();
      });
      const endsMs = clock.monotonicMs() + lifeMs;
      const result = work(process, () => endsMs - clock.monotonicMs()).catch((error: unknown) => {
        const text = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
        recorder.note(name, { kind: 'threw', error: text });
        return undefined;
      });
      const end = await Promise.race([result, life.ended.then(() => undefined)]);
      isDone = true;
      giveBack(functionName, process);
      return end;
    },
  };
}
