import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../lib/application/settings.ts';
import { ABSENCE_RULES, observeAbsence } from '../../lib/domain/absence.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { SECOND_MS } from '../../lib/domain/time.ts';
import { FENCE, orderIn } from '../support/order-stories.ts';

const PAGE = readFileSync(new URL('../../docs/explanation.md', import.meta.url), 'utf8');
const ROWS = [
  ...PAGE.matchAll(/^\| (-?\d+) s \| (query|lists) \| not found \| (yes|no) \| `(\w+)` \|$/gm),
].map(([, seconds, source, noted, status]) => ({
  at: FENCE + Number(seconds) * SECOND_MS,
  source: source === 'query' ? ('query' as const) : ('open-orders-and-history' as const),
  noted,
  status,
}));

describe('docs/explanation.md', () => {
  it('tells of not-founds what the code makes of them', () => {
    let order = orderIn('IN_DOUBT');
    const seen = ROWS.map(({ at, source }) => {
      const events = observeAbsence(order, source, at, ABSENCE_RULES);
      order = evolveAll(order, events);
      const isNoted = events.some(({ type }) => type === 'AbsenceObserved');
      return { at, source, noted: isNoted ? 'yes' : 'no', status: order.status };
    });

    expect(ROWS.at(-1)?.status).toBe('NEVER_PLACED');
    expect(ROWS).toEqual(seen);
  });

  const { submit, metering } = DEFAULT_SETTINGS;
  it.each([
    `its receive window, ${submit.recvWindowMs / SECOND_MS} s.`,
    `lies ${ABSENCE_RULES.horizonMs / SECOND_MS} s behind the fence`,
    `At least ${ABSENCE_RULES.observationsMin} not-founds, ${ABSENCE_RULES.spacingMs / SECOND_MS} s apart`,
    `a bound, ${metering.guardMs} ms after the slot`,
    `at least ${metering.minGapMs} ms`,
    `more than ${submit.slotToleranceMs} ms late`,
  ])('has the figure of the settings: %s', (words) => {
    expect(PAGE).toContain(words);
  });
});
