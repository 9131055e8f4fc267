import { describe, expect, it } from '@jest/globals';
import {
  nextCronTime,
  parseScheduleExpression,
} from '../../../local/schedule/schedule-expression.ts';

function next(expression: string, from: string): string | undefined {
  const recurrence = parseScheduleExpression(expression);
  if (recurrence.kind !== 'cron') throw new Error(`${expression} is no cron expression`);
  const at = nextCronTime(recurrence.fields, Date.parse(from));
  return at === undefined ? undefined : new Date(at).toISOString();
}

describe('a rate', () => {
  it.each([
    ['rate(1 minute)', 60_000],
    ['rate(5 minutes)', 300_000],
    ['rate(1 hour)', 3_600_000],
    ['rate(2 days)', 172_800_000],
  ])('%s comes every %i ms', (expression, everyMs) => {
    expect(parseScheduleExpression(expression)).toEqual({ kind: 'rate', everyMs });
  });
});

describe('a calendar pattern', () => {
  it.each([
    ['cron(0 3 * * ? *)', '2026-01-31T03:00:00Z', '2026-02-01T03:00:00.000Z'],
    ['cron(*/15 * * * ? *)', '2026-01-01T10:14:59.999Z', '2026-01-01T10:15:00.000Z'],
    ['cron(0 9 ? * 2-6 *)', '2026-01-02T09:00:00Z', '2026-01-05T09:00:00.000Z'],
    ['cron(30 0,12 1 1,7 ? *)', '2026-01-01T00:30:00Z', '2026-01-01T12:30:00.000Z'],
    ['cron(0 0 29 2 ? *)', '2026-03-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is due after %s at %s', (expression, from, due) => {
    expect(next(expression, from)).toBe(due);
  });

  it('that names a day no month has is never due', () => {
    expect(next('cron(0 0 30 2 ? *)', '2026-01-01T00:00:00Z')).toBeUndefined();
  });
});

describe('an expression outside what is understood', () => {
  it.each([
    'rate(0 minutes)',
    'rate(1 second)',
    'at(2026-01-01T00:00:00)',
    'cron(0 3 * *)',
    'cron(60 * * * ? *)',
    'cron(0 3 ? * MON *)',
    'cron(0 3 * * ? 2026)',
  ])('%s is refused by name', (expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow(expression);
  });
});
