/** What one look at a stage found. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  /** `not-here`: this stage has no such thing, as the local one has no alarms. */
  readonly state: 'good' | 'wrong' | 'not-here';
  readonly says: string;
  /** What to do; only where something is wrong. */
  readonly todo?: string;
}

/** All is well. */
export function good(check: string, says: string): Finding {
  return { check, state: 'good', says };
}

/** Something is wrong, and what to do about it. */
export function wrong(check: string, says: string, todo: string): Finding {
  return { check, state: 'wrong', says, todo };
}

/** This stage has no such thing. */
export function notHere(check: string, says: string): Finding {
  return { check, state: 'not-here', says };
}
