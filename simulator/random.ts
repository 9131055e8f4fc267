/** A source of chance which repeats itself exactly for the same seed. */
export type Random = {
  /** A number in [0, 1). */
  readonly next: () => number;
  /** A whole number in [0, limit). */
  readonly below: (limit: number) => number;
};

const TWO_TO_THE_32 = 4_294_967_296;

/**
 * Makes one independent stream of chance (mulberry32).
 *
 * @param stream - a name, so that e.g. jitter and faults of one seed do not disturb each other
 */
export function seededRandom(seed: number, stream: string): Random {
  let state = mixName(seed, stream);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / TWO_TO_THE_32;
  };
  return { next, below: (limit) => Math.floor(next() * limit) };
}

function mixName(seed: number, stream: string): number {
  let hash = seed ^ 0x811c9dc5;
  for (const character of stream) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  return hash | 0;
}
