import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { KEY_REFUSALS } from '../../cli/account/key-refusals.ts';
import { codeMeaning } from '../../lib/adapters/hashkey/code-meaning.ts';
import { CODE_ROWS } from '../../lib/adapters/hashkey/outcomes.ts';
import { STATUS_MEANINGS } from '../../lib/application/explain/explain-order.ts';
import {
  CANCEL_MEANINGS,
  CANCEL_OUTCOME_MEANINGS,
  DENIAL_MEANINGS,
  GATE_MEANINGS,
  HELD_MEANINGS,
  OTHER_REASONS,
  OUTCOME_MEANINGS,
  RETURN_MEANINGS,
  reasonMeaning,
} from '../../lib/application/explain/meanings.ts';
import { TELLINGS } from '../../lib/application/explain/trail.ts';
import { NEXT_STEPS } from '../../lib/application/explain/what-next.ts';
import { evolveAll } from '../../lib/domain/evolve.ts';
import { ORDER_STATUSES } from '../../lib/domain/order.ts';
import { doubted, orderIn } from '../support/order-stories.ts';

const API = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const EVENTS = readFileSync(new URL('../../lib/domain/events.ts', import.meta.url), 'utf8');

/** Codes in backticks of the line that begins so. */
function codesOf(beginning: string): readonly string[] {
  const line = API.split('\n').find((one) => one.startsWith(beginning)) ?? '';
  return [...line.matchAll(/`([A-Z_]{4,})`/g)]
    .map(([, code = '']) => code)
    .filter((code) => code !== 'DENIED' && code !== 'HELD');
}

describe('every word that an order can carry', () => {
  it.each(ORDER_STATUSES)('has a sentence and a next step: %s', (status) => {
    expect(STATUS_MEANINGS[status]).toMatch(/^[A-Z].{20,}\.$/);
    expect(NEXT_STEPS[status]).toBeInstanceOf(Function);
  });

  it('has a meaning for each code of a local refusal that the API documents', () => {
    const codes = codesOf('Codes of a local refusal');
    expect(codes.length).toBeGreaterThan(10);
    expect(Object.keys(DENIAL_MEANINGS).toSorted()).toEqual(codes.toSorted());
  });

  it('has a meaning for each reason of HELD that the API documents', () => {
    const codes = codesOf('Reasons of `HELD`');
    expect(codes.length).toBeGreaterThan(5);
    expect(Object.keys(HELD_MEANINGS).toSorted()).toEqual(codes.toSorted());
  });

  it('has a sentence for each kind of change', () => {
    const types = [...EVENTS.matchAll(/readonly type: '(\w+)'/g)].map(([, type = '']) => type);
    expect(types.length).toBeGreaterThan(20);
    expect(Object.keys(TELLINGS).toSorted()).toEqual(types.toSorted());
  });

  it.each(Object.entries(RETURN_MEANINGS))('has what follows an attempt: %s', (_, meaning) => {
    expect(meaning).toMatch(/^[A-Z].{10,}\.$/);
  });

  it.each(CODE_ROWS)('means something in words: code %s', (code) => {
    expect(reasonMeaning(code, { codeMeaning }).length).toBeGreaterThan(8);
    expect(reasonMeaning(code, { codeMeaning })).not.toMatch(/does not know/);
  });

  it.each(['unknown', 'duplicate'] as const)('means something in words: a doubt, %s', (outcome) => {
    const { reason = '' } = evolveAll(orderIn('SENDING'), [doubted({ outcome })]);
    expect(reason).not.toBe('');
    expect(reasonMeaning(reason, { codeMeaning })).not.toMatch(/does not know/);
  });

  it('is explained in words, not in codes', () => {
    const tables = [
      CANCEL_MEANINGS,
      CANCEL_OUTCOME_MEANINGS,
      DENIAL_MEANINGS,
      GATE_MEANINGS,
      HELD_MEANINGS,
      OTHER_REASONS,
      OUTCOME_MEANINGS,
    ];
    for (const meaning of tables.flatMap((table) => Object.values(table))) {
      expect(meaning).toMatch(/^[a-z“].{8,}[^.]$/);
      expect(meaning).not.toMatch(/[A-Z]{2,}_[A-Z]+/);
    }
  });
});

describe('every way in which the exchange refuses a key', () => {
  const codes = CODE_ROWS.filter(([, treatment]) => treatment.query === 'bad-key');

  it.each(codes)('says what to do: code %s', (code) => {
    expect(KEY_REFUSALS[code]?.means.length).toBeGreaterThan(10);
    expect(KEY_REFUSALS[code]?.todo).toMatch(/^[A-Z].{10,}\.$/);
  });
});
