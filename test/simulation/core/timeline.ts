import { nextTurn } from '../../../lib/adapters/system/next-turn.ts';

/** True time, of which every clock of the world is a more or less faithful copy. */
export interface Timeline {
  /** Whole milliseconds since the world began. */
  readonly nowMs: () => number;
  /** Does something at a time; what is due at the same time happens in the order of asking. */
  at(timeMs: number, task: () => void): void;
  sleep(ms: number): Promise<void>;
  /** Lets time pass, from one task to the next, until all is done. */
  run(isDone: () => boolean): Promise<void>;
}

interface Task {
  readonly timeMs: number;
  readonly number: number;
  readonly run: () => void;
}

/** A world that takes more is caught in a circle. */
const TASKS_MAX = 400_000;

/** Makes a timeline on which nothing happens by itself. */
export function createTimeline(): Timeline {
  const heap: Task[] = [];
  let nowMs = 0;
  let asked = 0;

  const timeline: Timeline = {
    nowMs: () => nowMs,
    at(timeMs, run) {
      asked += 1;
      push(heap, { timeMs: Math.max(nowMs, Math.ceil(timeMs)), number: asked, run });
    },
    sleep(ms) {
      const { promise, resolve } = Promise.withResolvers<void>();
      timeline.at(nowMs + ms, resolve);
      return promise;
    },
    async run(isDone) {
      for (let done = 0; done < TASKS_MAX; done += 1) {
        await nextTurn();
        if (isDone()) return;
        const task = pop(heap);
        if (task === undefined) throw new Error(`The world stands still at ${nowMs} ms.`);
        nowMs = task.timeMs;
        task.run();
      }
      throw new Error(`The world does not come to an end: ${TASKS_MAX} tasks, ${nowMs} ms.`);
    },
  };
  return timeline;
}

function isBefore(one: Task, other: Task): boolean {
  return one.timeMs < other.timeMs || (one.timeMs === other.timeMs && one.number < other.number);
}

function push(heap: Task[], task: Task): void {
  let index = heap.length;
  heap.push(task);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || isBefore(above, task)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = task;
}

function pop(heap: Task[]): Task | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const [one, other] = [heap[left], heap[left + 1]];
    if (one === undefined) break;
    const isRight = other !== undefined && isBefore(other, one);
    const child = isRight ? other : one;
    if (!isBefore(child, last)) break;
    heap[index] = child;
    index = isRight ? left + 1 : left;
  }
  heap[index] = last;
  return top;
}
