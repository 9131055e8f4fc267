import type { ViolationKind } from '../check/violation.ts';

/** A text of one file that is replaced. */
export interface Replacement {
  /** Relative to the project. */
  readonly file: string;
  /** Text that is there exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** A small wrong version of one of our rules. */
export interface PlantedBug extends Replacement {
  /** Unique; says what is wrong. */
  readonly name: string;
  /** In other files, where one place is not enough. */
  readonly also?: readonly Replacement[];
  /** What finds it; any violation does when absent. */
  readonly killedBy?: readonly ViolationKind[];
  /** Why nothing, or only luck, finds it, where that is so. */
  readonly survives?: string;
}
