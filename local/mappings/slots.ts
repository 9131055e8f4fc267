/** So many things at a time, and no more. */
export type Slots = {
  /** Settles when one more may start. */
  free(): Promise<void>;
  use(work: () => Promise<void>): void;
  /** Settles when nothing runs. */
  empty(): Promise<void>;
};

/** Keeps at most `most` works running; a work must not reject. */
export function createSlots(most: number): Slots {
  const running = new Set<Promise<void>>();
  return {
    async free() {
      while (running.size >= most) await Promise.race(running);
    },
    use(work) {
      const promise = work().finally(() => running.delete(promise));
      running.add(promise);
    },
    async empty() {
      await Promise.all(running);
    },
  };
}
