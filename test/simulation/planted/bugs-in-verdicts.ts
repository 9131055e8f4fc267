import type { PlantedBug } from './planted-bug.ts';

const ABSENCE = 'lib/domain/absence.ts';
const OUTCOMES = 'lib/adapters/hashkey/outcomes.ts';
const REVIEW = 'lib/application/reconcile/review-order.ts';
const ONE_BY_ONE = 'lib/application/reconcile/ask-one-by-one.ts';
const LISTS = 'lib/application/reconcile/read-lists.ts';
const RECONCILE = 'lib/domain/reconcile.ts';
const SCHEDULE = 'lib/domain/review-schedule.ts';

/** Wrong versions of what an answer, or the lack of one, proves. */
export const BUGS_IN_VERDICTS: readonly PlantedBug[] = [
  {
    name: 'a broken connection counts as not sent',
    file: 'lib/adapters/hashkey/classify-submit.ts',
    find: "return { kind: 'unknown', evidence: fault(now, end.errno), timing: end.timing };",
    replace: "return { kind: 'not-sent', evidence: fault(now, end.errno), timing: end.timing };",
    killedBy: ['wrong-verdict', 'duplicate'],
  },
  {
    name: 'a 5XX counts as a refusal',
    file: OUTCOMES,
    find: 'if (httpStatus >= 500) return UNKNOWN;',
    replace: 'if (httpStatus >= 500) return REFUSED;',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'a 5XX counts as "come back later"',
    file: OUTCOMES,
    find: 'if (httpStatus >= 500) return UNKNOWN;',
    replace: 'if (httpStatus >= 500) return LATER;',
    killedBy: ['wrong-verdict', 'duplicate'],
  },
  {
    name: '-1006 counts as a refusal',
    file: OUTCOMES,
    find: "['-1006', UNKNOWN,",
    replace: "['-1006', REFUSED,",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'a code that nobody knows counts as a refusal',
    file: OUTCOMES,
    find: 'return httpStatus === 401 || httpStatus === 403 ? BAD_KEY : UNKNOWN;',
    replace: 'return httpStatus === 401 || httpStatus === 403 ? BAD_KEY : REFUSED;',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'an unreadable answer counts as a refusal',
    file: 'lib/adapters/hashkey/answer.ts',
    find: 'if (answer.body === undefined) return UNKNOWN;',
    replace: "if (answer.body === undefined) return treatmentOfCode('0401', '');",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'a duplicate counts as a refusal',
    file: OUTCOMES,
    find: "['-1141', DUPLICATE,",
    replace: "['-1141', REFUSED,",
    survives:
      'a duplicate is only ever answered to a second request of one id, and nothing sends one ' +
      'while the first may live: the rule guards against an id that others have used',
  },
  {
    name: 'a 418 counts as a 429',
    file: OUTCOMES,
    find: 'return httpStatus === 418 ? BANNED : undefined;',
    replace: 'return httpStatus === 418 ? THROTTLED : undefined;',
    killedBy: ['closed-gate', 'wrong-verdict'],
  },
  {
    name: 'absence counts before the fence',
    file: ABSENCE,
    find: 'if (now <= attempt.fenceAt) return [];',
    replace: '',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'absence is proven without the horizon',
    file: ABSENCE,
    find: 'absence.at >= fenceAt + rules.horizonMs',
    replace: 'absence.at > fenceAt',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'one witness proves absence',
    file: ABSENCE,
    find: 'if (new Set(pastHorizon.map((absence) => absence.source)).size < 2) return false;',
    replace: '',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'only one witness has to speak past the horizon',
    file: ABSENCE,
    find: 'if (new Set(pastHorizon.map((absence) => absence.source)).size < 2) return false;',
    replace:
      'if (pastHorizon.length === 0) return false;' +
      'if (new Set(afterFence.map((absence) => absence.source)).size < 2) return false;',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'one observation proves absence',
    file: ABSENCE,
    find: 'return spacedCount(afterFence, rules.spacingMs) >= rules.observationsMin;',
    replace: 'return true;',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'observations of one moment count as several',
    file: ABSENCE,
    find: 'if (at < last + spacingMs) continue;',
    replace: '',
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'an order is sent again though the caller did not allow it',
    file: ABSENCE,
    find: "order.terms.onNeverPlaced === 'resubmit' &&",
    replace: '',
  },
  {
    name: 'a duplicate that is absent is declared never placed',
    file: ABSENCE,
    find: "if (latestAttempt(order)?.outcome === 'duplicate') {",
    replace: "if (latestAttempt(order)?.outcome === 'never') {",
    survives: 'as above: these worlds have no second order of an id that others have used',
  },
  {
    name: 'a query that failed counts as not found',
    file: REVIEW,
    find: "if (answer.kind !== 'not-found') {",
    replace: "if (answer.kind !== 'not-found' && answer.kind !== 'unavailable') {",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'an absence is as new as the answer, not as the question',
    file: REVIEW,
    find: "...observeAbsence(known, 'query', askedAt, dependencies.settings),",
    replace: "...observeAbsence(known, 'query', now, dependencies.settings),",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'an absence from lists is as new as their last page',
    file: ONE_BY_ONE,
    find: "observeAbsence(one, 'open-orders-and-history', open.askedAt, settings);",
    replace: "observeAbsence(one, 'open-orders-and-history', clock.now(), settings);",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'a list that cannot be read counts as empty',
    file: LISTS,
    find: "if (answer.kind !== 'entries') return incomplete(afterFailedRead(clock.now()));",
    replace:
      "if (answer.kind !== 'entries') return { entries, askedAt, end: { kind: 'complete' } };",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'open orders are a witness without the history',
    file: ONE_BY_ONE,
    find: "open.end.kind === 'complete'\n      ? await readHistory(",
    replace: "open.end.kind === 'complete'\n      ? open ?? await readHistory(",
    killedBy: ['wrong-verdict'],
  },
  {
    name: 'an older report of less executed is adopted',
    file: RECONCILE,
    find: 'if (executed !== 0) return executed > 0;',
    replace: 'if (executed !== 0) return true;',
  },
  {
    name: 'a canceled order that was partly filled counts as filled',
    file: 'lib/domain/reported-status.ts',
    find: "return executed ? 'PARTIALLY_CANCELED' : 'CANCELED';",
    replace: "return executed ? 'FILLED' : 'CANCELED';",
    killedBy: ['unresolved'],
  },
  {
    name: 'an order that is not visible yet is held as missing',
    file: 'lib/domain/missing.ts',
    find: 'if (now < fenceAt + rules.horizonMs) return [];',
    replace: '',
    killedBy: ['unresolved'],
  },
  {
    name: 'an order in doubt is looked at once',
    file: SCHEDULE,
    find: 'return order.absences.length === 0 ? Math.min(now + FIRST_LOOK_MS, counts) : counts;',
    replace:
      'return order.absences.length === 0 ? Math.min(now + FIRST_LOOK_MS, counts) : undefined;',
    killedBy: ['unresolved'],
  },
  {
    name: 'an open order is not followed',
    file: SCHEDULE,
    find: 'return openLookAt(order, now);',
    replace: 'return undefined;',
    killedBy: ['unresolved'],
  },
  {
    name: 'a received order is not swept',
    file: SCHEDULE,
    find: 'return receivedReviewAt(order, now, rules);',
    replace: 'return undefined;',
    killedBy: ['unresolved'],
  },
  {
    name: 'an attempt whose sender died is not swept',
    file: SCHEDULE,
    find: 'return (latestAttempt(order)?.startedAt ?? order.updatedAt) + rules.sendingSweepMs;',
    replace: 'return undefined;',
    survives:
      'the message comes back and gives the attempt up; the sweep is left alone only where the ' +
      'message is gone as well, which one of some hundred worlds has (seed 286 of an older weather)',
  },
  {
    name: 'an outcome is applied to whatever attempt is the latest',
    file: 'lib/domain/submit-outcome.ts',
    find: 'return order.attempts.at(-1)?.attemptId === attemptId;',
    replace: 'return true;',
    survives:
      'a second attempt begins at the earliest a minute after the first one ended in doubt, and ' +
      'whoever could still tell of the first one has been killed at 20 s by then',
  },
];
