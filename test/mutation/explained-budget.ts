import { ABSENT_EITHER_WAY, type Explanation, FALSE_EITHER_WAY } from './explanation.ts';

/** What may survive of the rate budget, by file. */
export const EXPLAINED_BUDGET: Readonly<Record<string, readonly Explanation[]>> = {
  'lib/domain/gate.ts': [
    {
      at: "return other.kind === 'closed' ? longerClosed(one, other) : one;",
      from: "other.kind === 'closed'",
      to: 'true',
      why: 'an open gate has no time that would be the longer one',
    },
  ],
  'lib/domain/key-budget.ts': [
    {
      at: 'const plan = planSlots(window, wanted, address === undefined ? pace : { ...pace, address });',
      from: 'address === undefined',
      to: 'false',
      why: ABSENT_EITHER_WAY,
    },
    {
      at: 'const isContended = isStamped && metAt !== undefined && now - metAt < CONTENDED_MS;',
      from: 'metAt !== undefined',
      to: 'true',
      why: FALSE_EITHER_WAY,
    },
    {
      at: 'return contendedAt !== undefined && now - contendedAt < CONTENDED_MS;',
      from: 'contendedAt !== undefined',
      to: 'true',
      why: FALSE_EITHER_WAY,
    },
    {
      at: 'const news = window.filter(({ stampedAt }, index) => stampedAt !== stored[index]?.stampedAt);',
      from: 'stored[index]?.stampedAt',
      to: 'stored[index].stampedAt',
      why: 'a refined window has as many entries as the stored one',
    },
  ],
  'lib/domain/foreign-use.ts': [
    {
      at: 'return [{ slotAt, leftAt, arrivesBy, ...(stampedAt !== undefined && { stampedAt }) }];',
      from: 'stampedAt !== undefined',
      to: 'true',
      why: ABSENT_EITHER_WAY,
    },
    {
      at: "case 'not-sent':",
      from: "case 'not-sent': return [];",
      to: "case 'not-sent':",
      why: 'a call without a time of leaving is counted as little as none',
    },
    {
      at: 'return [];',
      from: '[]',
      to: '["Stryker was here"]',
      why: 'a call without a time of leaving is counted as little as none',
    },
  ],
  'lib/domain/live-calls.ts': [
    {
      at: 'if (fates.size > FATES_MAX && oldest !== undefined) fates.delete(oldest);',
      from: 'oldest !== undefined',
      to: 'true',
      why: 'more than two hundred calls have an oldest one',
    },
  ],
  'lib/domain/request-window.ts': [
    {
      at: 'return Math.max(now + 1, Math.ceil(last - reachMs));',
      from: 'now + 1',
      to: 'now - 1',
      why: 'the slot lies beyond the reach, so the whole millisecond is after now already',
    },
  ],
  'lib/domain/tell-calls.ts': [
    {
      at: 'return isOver ? (refineWindow([entry], live, { now: of.now, boundMs: 0 })[0] ?? entry) : entry;',
      from: '{ now: of.now, boundMs: 0 }',
      to: '{}',
      why: 'for a call that is over neither the time nor a bound is asked',
    },
    {
      at: 'const isNews = told.some(({ arrivesBy }, index) => arrivesBy !== stored[index]?.arrivesBy);',
      from: 'stored[index]?.arrivesBy',
      to: 'stored[index].arrivesBy',
      why: 'what is told has as many entries as what is stored',
    },
  ],
};
