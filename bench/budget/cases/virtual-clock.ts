import { nextTurn } from '../../../lib/adapters/system/next-turn.ts';
import type { Clock } from '../../../lib/application/ports.ts';

/** Time that jumps from one sleeper to the next; made for many thousands of them. */
export interface ManySleepersClock extends Clock {
  runUntil(work: Promise<unknown>): Promise<void>;
}

/** Makes the clock; it starts at a round time. */
export function createManySleepersClock(): ManySleepersClock {
  const wakes = new Map<number, (() => void)[]>();
  const times = createHeap();
  let nowMs = 0;
  return {
    now: () => 1_800_000_000_000 + nowMs,
    monotonicMs: () => nowMs,
    sleep(ms) {
      if (ms <= 0) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const at = nowMs + Math.ceil(ms);
      const known = wakes.get(at);
      if (known === undefined) {
        wakes.set(at, [resolve]);
        times.push(at);
      } else {
        known.push(resolve);
      }
      return promise;
    },
    async runUntil(work) {
      let isDone = false;
      const settled = work.finally(() => {
        isDone = true;
      });
      // The caller gets the rejection below; here it must not count as unhandled meanwhile.
      settled.catch(() => undefined);
      for (;;) {
        await nextTurn();
        if (isDone) break;
        const at = times.pop();
        if (at === undefined) continue;
        nowMs = at;
        const due = wakes.get(at) ?? [];
        wakes.delete(at);
        for (const wake of due) wake();
      }
      await settled;
    },
  };
}

/** A binary heap: the smallest number comes out first. */
export function createHeap(): { push(value: number): void; pop(): number | undefined } {
  const values: number[] = [];
  const at = (index: number) => values[index] ?? Number.POSITIVE_INFINITY;
  const swap = (left: number, right: number) => {
    const kept = at(left);
    values[left] = at(right);
    values[right] = kept;
  };
  return {
    push(value) {
      values.push(value);
      for (let index = values.length - 1; index > 0; ) {
        const parent = (index - 1) >> 1;
        if (at(parent) <= at(index)) break;
        swap(parent, index);
        index = parent;
      }
    },
    pop() {
      const top = values[0];
      const last = values.pop();
      if (last === undefined || values.length === 0) return top;
      values[0] = last;
      for (let index = 0; ; ) {
        const left = 2 * index + 1;
        const child = at(left + 1) < at(left) ? left + 1 : left;
        if (at(child) >= at(index)) break;
        swap(child, index);
        index = child;
      }
      return top;
    },
  };
}
