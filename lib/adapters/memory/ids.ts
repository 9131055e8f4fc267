import type { Ids } from '../../application/ports.ts';

/** Counts ids up: `attempt-1`, `attempt-2` … */
export function createCountedIds(prefix = 'attempt'): Ids {
  let given = 0;
  return {
    attemptId() {
      given += 1;
      return `${prefix}-${given}`;
    },
  };
}
