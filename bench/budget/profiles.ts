import type { Profile } from './work.ts';

/** Late requests of the heavy tail: 0.1 %. */
const TAIL = { oneIn: 1_000, lateByMs: 200 };

function profile(latencyMs: number, jitterMs: number, tail?: Profile['tail']): Profile {
  const name = `${latencyMs} ms, jitter ${jitterMs}${tail === undefined ? '' : ', heavy tail'}`;
  return { name, latencyMs, jitterMs, ...(tail === undefined ? {} : { tail }) };
}

/** The usual way: what the libraries are measured on. */
export const USUAL = profile(40, 20);

/**
 * The usual way with 40 ms as the mean of the round trip: where waits are measured, the way itself
 * must not take up more than it is said to.
 */
export const USUAL_IN_THE_MEAN: Profile = {
  ...profile(USUAL.latencyMs - USUAL.jitterMs, USUAL.jitterMs),
  name: '40 ms in the mean, jitter 20',
};

/** Every way of the first row with the share of the limit that has to be reached on it. */
export const PROFILES: readonly { readonly profile: Profile; readonly atLeast: number }[] = [
  40, 150,
].flatMap((latencyMs) => [
  { profile: profile(latencyMs, 0), atLeast: 0.99 },
  { profile: profile(latencyMs, 20), atLeast: 0.98 },
  { profile: profile(latencyMs, 50), atLeast: 0.96 },
  { profile: profile(latencyMs, 20, TAIL), atLeast: 0.96 },
]);
