import type { Random } from '../random.ts';

/** Start of the exchange's id epoch: gives 19 digits until about the year 2085. */
const ID_EPOCH_MS = 1_259_778_117_901;
const TIME_SHIFT_BITS = 22n;
const LOW_BITS_LIMIT = 2 ** 20;

export type IdMaker = {
  /** The next id: 19 digits, larger than every id before. */
  readonly next: (nowMs: number) => string;
  readonly last: () => string;
};

/**
 * Makes ids as the exchange does. Every id is odd and far above 2^53, so that a client which reads
 * one as a JSON number always gets a wrong one, not only sometimes.
 */
export function idMaker(random: Random, lastUsed = '1'): IdMaker {
  let last = BigInt(lastUsed);
  const next = (nowMs: number): string => {
    const time = BigInt(Math.max(nowMs - ID_EPOCH_MS, 1)) << TIME_SHIFT_BITS;
    const candidate = time | BigInt(random.below(LOW_BITS_LIMIT)) | 1n;
    last = candidate > last ? candidate : last + 2n;
    return last.toString();
  };
  return { next, last: () => last.toString() };
}
