import type { Timers } from '../schedule/timers.ts';

/** First come, first served; a place may be given up by the clock. */
export type WaitingLine<Served> = {
  readonly length: number;
  join(): Place<Served>;
  /** Serves the first in line; false when nobody waits. */
  serve(what: Served): boolean;
  serveAll(what: Served): void;
};

export type Place<Served> = {
  readonly served: Promise<Served>;
  giveUpAfter(waitMs: number, instead: Served): void;
};

export function createWaitingLine<Served>(timers: Timers): WaitingLine<Served> {
  const places: ((what: Served) => void)[] = [];

  const serve = (what: Served): boolean => {
    const first = places.shift();
    first?.(what);
    return first !== undefined;
  };

  return {
    get length() {
      return places.length;
    },
    serve,
    serveAll(what) {
      while (serve(what));
    },
    join() {
      const { promise, resolve } = Promise.withResolvers<Served>();
      places.push(resolve);
      return {
        served: promise,
        giveUpAfter(waitMs, instead) {
          const cancel = timers.after(waitMs, () => {
            const position = places.indexOf(resolve);
            if (position >= 0) places.splice(position, 1);
            resolve(instead);
          });
          void promise.then(cancel);
        },
      };
    },
  };
}
