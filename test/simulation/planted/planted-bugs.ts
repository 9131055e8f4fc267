import { BUGS_IN_CANCELING } from './bugs-in-canceling.ts';
import { BUGS_IN_HEARING } from './bugs-in-hearing.ts';
import { BUGS_IN_KEEPING } from './bugs-in-keeping.ts';
import { BUGS_IN_SENDING } from './bugs-in-sending.ts';
import { BUGS_IN_VERDICTS } from './bugs-in-verdicts.ts';
import type { PlantedBug } from './planted-bug.ts';

/** Every planted bug. */
export const PLANTED_BUGS: readonly PlantedBug[] = [
  ...BUGS_IN_SENDING,
  ...BUGS_IN_VERDICTS,
  ...BUGS_IN_KEEPING,
  ...BUGS_IN_CANCELING,
  ...BUGS_IN_HEARING,
];
