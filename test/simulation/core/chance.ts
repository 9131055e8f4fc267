/** Everything that happens by chance; the same for the same seed. */
export interface Chance {
  /** From 0 up to 1. */
  share(): number;
  /** A whole number from 0 up to, without, `limit`. */
  below(limit: number): number;
  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number;
  happens(likelihood: number): boolean;
  oneOf<Value>(values: readonly [Value, ...Value[]]): Value;
  /** Chance of its own for one part of the world, so that parts do not shift each other. */
  fork(name: string): Chance;
}

/** Makes chance from a seed. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  // Mulberry32: small, quick, and good enough for many dimensions.
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(share() * limit);
  return {
    share,
    below,
    between: (least, most) => least + below(most - least + 1),
    happens: (likelihood) => share() < likelihood,
    oneOf: (values) => values[below(values.length)] ?? values[0],
    fork: (name) => createChance(hashOf(`${seed} ${name}`)),
  };
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
