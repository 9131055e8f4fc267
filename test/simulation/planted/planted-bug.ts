import type { ViolationKind } from '../check/violation.ts';

/** A small wrong version of one of our rules. */
export interface PlantedBug {
  /** Unique; says what is wrong. */
  readonly name: string;
  /** Relative to the project. */
  readonly file: string;
  /** Text that is there exactly once. */
  readonly find: string;
  readonly replace: string;
  /** What finds it; any violation does when absent. */
  readonly killedBy?: readonly ViolationKind[];
  /** Why nothing, or only luck, finds it, where that is so. */
  readonly survives?: string;
}
