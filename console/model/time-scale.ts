/** Where moments lie on a line. */
export interface TimeScale {
  /** The place of a moment, from 0 to 1; moments between the known ones lie between their places. */
  placeOf(at: number): number;
}

/** No gap is drawn narrower, next to one second, than this. */
const GAP_LEAST = 0.12;

/**
 * Lays moments on a line so that all of them can be told apart.
 *
 * An order's life has milliseconds, a minute of doubt and perhaps days, so a gap is drawn by the
 * logarithm of its length: ten times longer is one step wider. Order is kept, lengths are not, and
 * whoever draws it says so.
 *
 * @param moments - in any order; one or more
 */
export function timeScaleOf(moments: readonly number[]): TimeScale {
  const known = [...new Set(moments)].sort((one, two) => one - two);
  const steps = known.slice(1).map((at, index) => widthOf(at - (known[index] ?? at)));
  const total = steps.reduce((sum, step) => sum + step, 0);
  const places = [0];
  for (const step of steps) places.push((places.at(-1) ?? 0) + step / total);

  return {
    placeOf(at) {
      const after = known.findIndex((moment) => moment >= at);
      if (after === 0) return 0;
      if (after < 0) return total === 0 ? 0 : 1;
      const [from = 0, to = 0] = [known[after - 1], known[after]];
      const [start = 0, end = 0] = [places[after - 1], places[after]];
      return start + ((at - from) / (to - from)) * (end - start);
    },
  };
}

function widthOf(gapMs: number): number {
  return Math.max(GAP_LEAST, Math.log10(1 + gapMs / 100));
}
