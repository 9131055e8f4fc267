import type { Clock } from '../../lib/application/ports.ts';

/** Connections of one process to one host: so many calls at once, more wait in line. */
export interface Sockets {
  /** @returns whether a connection was free within the limit; then `leave` has to follow */
  enter(): Promise<boolean>;
  leave(): void;
  /** Calls that found no connection in time. */
  readonly late: () => number;
}

/** Makes connections on virtual time, as the agents of Node hand them out: first come, first served. */
export function createSockets(
  clock: Pick<Clock, 'now' | 'sleep'>,
  { max, waitMaxMs }: { readonly max: number; readonly waitMaxMs: number },
): Sockets {
  const line: { readonly go: (isFree: boolean) => void; isOver: boolean }[] = [];
  let taken = 0;
  let late = 0;
  return {
    late: () => late,
    async enter() {
      if (taken < max) {
        taken += 1;
        return true;
      }
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const place = { go: resolve, isOver: false };
      line.push(place);
      void clock.sleep(waitMaxMs).then(() => {
        if (place.isOver) return;
        place.isOver = true;
        late += 1;
        resolve(false);
      });
      return promise;
    },
    leave() {
      for (let next = line.shift(); next !== undefined; next = line.shift()) {
        if (next.isOver) continue;
        next.isOver = true;
        next.go(true);
        return;
      }
      taken -= 1;
    },
  };
}
