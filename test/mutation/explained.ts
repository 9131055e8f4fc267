/** A mutant that no test can or should notice, and why. */
export interface Explanation {
  /** The line as it stands, without its indentation. */
  readonly at: string;
  /** What was there, and what took its place. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

/** What may survive, by file. */
export const EXPLAINED: Readonly<Record<string, readonly Explanation[]>> = {};
