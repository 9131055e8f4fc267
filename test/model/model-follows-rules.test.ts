import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ABSENCE_RULES, provesAbsence } from '../../lib/domain/absence.ts';
import type { Absence } from '../../lib/domain/order.ts';

const MODEL = readFileSync('test/model/ending-doubt.qnt', 'utf8');
const WORLDS = readFileSync('test/model/worlds.qnt', 'utf8');
const FENCE_AT = 1_000_000;
const { horizonMs, observationsMin, spacingMs } = ABSENCE_RULES;

describe('the formal model of doubt', () => {
  it('asks for as many not-founds as the rules do', () => {
    const stated = /OBSERVATIONS_MIN = (\d+)/.exec(MODEL)?.[1];
    expect(Number(stated)).toBe(observationsMin);
  });

  it('asks both sources past the horizon where the rules do', () => {
    const query: Absence = { source: 'query', at: FENCE_AT + 1 };
    const lists = [1, 2, 3].map(
      (count): Absence => ({
        source: 'open-orders-and-history',
        at: FENCE_AT + horizonMs + count * spacingMs,
      }),
    );
    const isEnough = provesAbsence(FENCE_AT, [query, ...lists], ABSENCE_RULES);

    const assumed = /module assumed \{[^}]*BOTH_PAST_HORIZON = (true|false)/.exec(WORLDS)?.[1];
    expect(assumed).toBe(String(!isEnough));
  });
});
