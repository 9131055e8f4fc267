/** The exchange states its limits per second. */
export const WINDOW_MS = 1000;

type Arrival = { readonly at: number; readonly cost: number };

export type SlidingWindow = {
  /** What arrived in the second which ends now, not counting this moment's newcomer. */
  readonly used: (at: number) => number;
  readonly add: (at: number, cost: number) => void;
};

/** Sums arrivals over the last second; two exactly one second apart never meet. */
export function slidingWindow(): SlidingWindow {
  const arrivals: Arrival[] = [];
  let sum = 0;

  const used = (at: number): number => {
    const kept = arrivals.findIndex((arrival) => arrival.at > at - WINDOW_MS);
    const gone = arrivals.splice(0, kept < 0 ? arrivals.length : kept);
    sum -= gone.reduce((total, { cost }) => total + cost, 0);
    return sum;
  };
  const add = (at: number, cost: number): void => {
    arrivals.push({ at, cost });
    sum += cost;
  };
  return { used, add };
}

/**
 * Decides whether a request fits. One that is heavier than the whole limit passes only into an
 * empty window, else it could never pass.
 */
export function fits(used: number, cost: number, limit: number): boolean {
  return cost > limit ? used === 0 : used + cost <= limit;
}
