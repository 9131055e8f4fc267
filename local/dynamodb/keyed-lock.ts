/** Runs tasks of one name one after the other, and tasks of different names at the same time. */
export interface KeyedLock {
  run<T>(name: string, task: () => Promise<T>): Promise<T>;
}

/** Makes a lock with no names held; it remembers a name only while a task of it runs or waits. */
export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<void>>();

  return {
    async run(name, task) {
      const before = tails.get(name);
      const { promise: done, resolve: release } = Promise.withResolvers<void>();
      tails.set(name, done);

      try {
        await before;
        return await task();
      } finally {
        if (tails.get(name) === done) tails.delete(name);
        release();
      }
    },
  };
}
