/** A mutant that no test can or should notice, and why. */
export interface Explanation {
  /** The line as it stands, without its indentation. */
  readonly at: string;
  /** What was there, and what took its place. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** A comparison with `undefined` is false, as the answer without it would be. */
export const FALSE_EITHER_WAY =
  'a comparison with undefined is false, so the check changes nothing';
/** By `evolve`, an order in this status has an attempt; the check is for the compiler. */
export const HAS_AN_ATTEMPT =
  'an order in this status has an attempt; the compiler asks for the check';
/** A key with the value `undefined` is read as one that is not there. */
export const ABSENT_EITHER_WAY = 'undefined under a key is read as if the key were not there';
