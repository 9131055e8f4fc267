import { EXPLAINED_BUDGET } from './explained-budget.ts';
import {
  ABSENT_EITHER_WAY,
  type Explanation,
  FALSE_EITHER_WAY,
  HAS_AN_ATTEMPT,
} from './explanation.ts';

/** What may survive, by file. */
export const EXPLAINED: Readonly<Record<string, readonly Explanation[]>> = {
  ...EXPLAINED_BUDGET,
  'lib/adapters/hashkey/answer.ts': [
    {
      at: "const listed = treatmentOfCode(answer.code, answer.message ?? '');",
      from: "''",
      to: '"Stryker was here!"',
      why: 'a text that names neither signature nor timestamp says nothing',
    },
  ],
  'lib/adapters/hashkey/cancel-order.ts': [
    {
      at: "const failed = (failure: CancelFailure): Told => ({ kind: 'failure', failure });",
      from: "'failure'",
      to: '""',
      why: 'asked is only whether it is an answer',
    },
  ],
  'lib/adapters/hashkey/mapping.ts': [
    {
      at: "type: TYPES.get(order.type ?? ''),",
      from: "''",
      to: '"Stryker was here!"',
      why: 'a type that is not listed is left out, whatever it is called',
    },
    {
      at: 'const stamp = stamps.find((text) => text !== undefined && UNIX_MS.test(text));',
      from: 'text !== undefined',
      to: 'true',
      why: 'undefined is no text of 13 digits',
    },
  ],
  'lib/application/reconcile/account-memory.ts': [
    {
      at: 'if (oldest !== undefined) seen.delete(oldest);',
      from: 'oldest !== undefined',
      to: 'true',
      why: 'deleting undefined from the map deletes nothing',
    },
  ],
  'lib/domain/absence.ts': [
    {
      at: "if (order.status !== 'IN_DOUBT' || attempt === undefined) return [];",
      from: 'attempt === undefined',
      to: 'false',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: "if (latestAttempt(order)?.outcome === 'duplicate') {",
      from: 'latestAttempt(order)?.outcome',
      to: 'latestAttempt(order).outcome',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'if (latestAttempt(order)?.evidence?.code === OTHER_ORDER) {',
      from: 'latestAttempt(order)?.evidence',
      to: 'latestAttempt(order).evidence',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'if (latestAttempt(order)?.evidence?.code === OTHER_ORDER) {',
      from: 'latestAttempt(order)?.evidence?.code',
      to: 'latestAttempt(order)?.evidence.code',
      why: 'an attempt in doubt has the evidence of its doubt',
    },
    {
      at: 'const queryFrom = last.at < horizonAt ? attempt.fenceAt + 1 : horizonAt;',
      from: 'attempt.fenceAt + 1',
      to: 'attempt.fenceAt - 1',
      why: 'no not-found is stored that was heard up to the fence',
    },
  ],
  'lib/domain/cancel.ts': [
    {
      at: "if (cancel === undefined || !isCancelPending(order)) return { kind: 'leave' };",
      from: 'cancel === undefined',
      to: 'false',
      why: 'without a cancel none is pending; the compiler asks for the check',
    },
    {
      at: 'const startedAt = latestAttempt(order)?.startedAt ?? order.updatedAt;',
      from: 'latestAttempt(order)?.startedAt',
      to: 'latestAttempt(order).startedAt',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'const attemptId = order.cancel?.attemptId;',
      from: 'order.cancel?.attemptId',
      to: 'order.cancel.attemptId',
      why: 'asked only of an order whose cancel is being sent',
    },
    {
      at: 'if (attemptId === undefined) return [];',
      from: 'attemptId === undefined',
      to: 'false',
      why: 'a cancel that is being sent has the id of its call',
    },
    {
      at: 'if (attemptId === undefined) return [];',
      from: '[]',
      to: '["Stryker was here"]',
      why: 'a cancel that is being sent has the id of its call',
    },
  ],
  'lib/domain/check-instrument.ts': [
    {
      at: 'return minimum === undefined ? undefined : { minimum };',
      from: 'minimum === undefined',
      to: 'false',
      why: ABSENT_EITHER_WAY,
    },
  ],
  'lib/domain/decide.ts': [
    {
      at: 'const until = (latest?.startedAt ?? order.updatedAt) + attemptMaxMs;',
      from: 'latest?.startedAt',
      to: 'latest.startedAt',
      why: HAS_AN_ATTEMPT,
    },
  ],
  'lib/domain/evolve.ts': [
    {
      at: '...(isWatched(order) ? [order.status] : []),',
      from: '[]',
      to: '["Stryker was here"]',
      why: 'no order has that status',
    },
    {
      at: "invariant(latest !== undefined, 'absence is proven of an attempt');",
      from: 'latest !== undefined',
      to: 'true',
      why: HAS_AN_ATTEMPT,
    },
  ],
  'lib/domain/evolve-cancel.ts': [
    {
      at: "invariant(cancel !== undefined && isCancelPending(order), 'a cancel is asked for first');",
      from: 'cancel !== undefined',
      to: 'true',
      why: 'without a cancel none is pending; the compiler asks for the check',
    },
  ],
  'lib/domain/evolve-execution.ts': [
    {
      at: "order.status !== 'RECEIVED' || order.attempts.length > 0,",
      from: "order.status !== 'RECEIVED'",
      to: 'false',
      why: 'in every other status that gets here an order has an attempt',
    },
    {
      at: "const attemptId = 'attemptId' in event ? event.attemptId : order.attempts.at(-1)?.attemptId;",
      from: 'order.attempts.at(-1)?.attemptId',
      to: 'order.attempts.at(-1).attemptId',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: '...(attemptId === undefined ? {} : { attemptId }),',
      from: 'attemptId === undefined',
      to: 'false',
      why: ABSENT_EITHER_WAY,
    },
    {
      at: "...('sentAt' in event && event.sentAt !== undefined ? { sentAt: event.sentAt } : {}),",
      from: 'event.sentAt !== undefined',
      to: 'true',
      why: ABSENT_EITHER_WAY,
    },
    {
      at: "...('sentAt' in event && event.sentAt !== undefined ? { sentAt: event.sentAt } : {}),",
      from: "'sentAt' in event && event.sentAt !== undefined",
      to: 'true',
      why: ABSENT_EITHER_WAY,
    },
    {
      at: "...('sentAt' in event && event.sentAt !== undefined ? { sentAt: event.sentAt } : {}),",
      from: "'sentAt' in event && event.sentAt !== undefined",
      to: "'sentAt' in event || event.sentAt !== undefined",
      why: ABSENT_EITHER_WAY,
    },
  ],
  'lib/domain/evolve-fills.ts': [
    {
      at: 'const { fills = [], executedQuantity } = order;',
      from: '[]',
      to: '["Stryker was here"]',
      why: 'asked only right after trades were recorded',
    },
  ],
  'lib/domain/fill.ts': [
    {
      at: '.sort((left, right) => (left.asset < right.asset ? -1 : 1));',
      from: 'left.asset < right.asset',
      to: 'left.asset <= right.asset',
      why: 'the assets of the sums are all different',
    },
    {
      at: 'if (left === right) return 0;',
      from: 'left === right',
      to: 'false',
      why: 'an order has each trade id once; with two of one id either order is right',
    },
    {
      at: 'return left < right ? -1 : 1;',
      from: 'left < right',
      to: 'left <= right',
      why: 'equal ids have returned on the line before',
    },
  ],
  'lib/domain/missing.ts': [
    {
      at: 'const fenceAt = latestAttempt(order)?.fenceAt ?? order.createdAt;',
      from: 'latestAttempt(order)?.fenceAt',
      to: 'latestAttempt(order).fenceAt',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'if (last !== undefined && now < last + MISSED_SPACING_MS) return [];',
      from: 'last !== undefined',
      to: 'true',
      why: FALSE_EITHER_WAY,
    },
  ],
  'lib/domain/order-terms.ts': [
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a line of the source as it stands
      at: "fault('timeInForce', `must be ${allowed.join(' or ')} on a ${terms.type} order`);",
      from: "' or '",
      to: '""',
      why: 'the one type with several times in force allows every one',
    },
  ],
  'lib/domain/plan-looks.ts': [
    {
      at: 'return bulkAt !== undefined && now - bulkAt < FRESH_MS;',
      from: 'bulkAt !== undefined',
      to: 'true',
      why: FALSE_EITHER_WAY,
    },
    {
      at: "return now > fenceAt && !hasWitness(order, 'query', now < horizonAt ? fenceAt + 1 : horizonAt);",
      from: 'fenceAt + 1',
      to: 'fenceAt - 1',
      why: 'no not-found is stored that was heard up to the fence',
    },
    {
      at: 'return (latestAttempt(order)?.fenceAt ?? 0) + rules.horizonMs;',
      from: 'latestAttempt(order)?.fenceAt',
      to: 'latestAttempt(order).fenceAt',
      why: HAS_AN_ATTEMPT,
    },
  ],
  'lib/domain/reconcile.ts': [
    {
      at: 'const attemptId = latestAttempt(order)?.attemptId;',
      from: 'latestAttempt(order)?.attemptId',
      to: 'latestAttempt(order).attemptId',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'const attempt = attemptId === undefined ? {} : { attemptId };',
      from: 'attemptId === undefined',
      to: 'false',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'if (executed !== 0) return executed > 0;',
      from: 'executed > 0',
      to: 'executed >= 0',
      why: 'zero has been left out just before',
    },
  ],
  'lib/domain/record-fills.ts': [
    {
      at: 'function isFull({ fills = [] }: Order): boolean {',
      from: '[]',
      to: '["Stryker was here"]',
      why: 'one trade or none, an order is not full',
    },
    {
      at: 'const isExpected = completeSince !== undefined && before.at >= completeSince;',
      from: 'completeSince !== undefined',
      to: 'true',
      why: FALSE_EITHER_WAY,
    },
  ],
  'lib/domain/review-schedule.ts': [
    {
      at: 'return (latestAttempt(order)?.startedAt ?? order.updatedAt) + rules.sendingSweepMs;',
      from: 'latestAttempt(order)?.startedAt',
      to: 'latestAttempt(order).startedAt',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: "case 'NEVER_PLACED':",
      from: "case 'NEVER_PLACED': return secondLookAt(order, now);",
      to: "case 'NEVER_PLACED':",
      why: 'the next case asks whether the order is watched, and it is',
    },
    {
      at: "const isSent = cancel?.status === 'ACKNOWLEDGED' || cancel?.status === 'IN_DOUBT';",
      from: 'cancel?.status',
      to: 'cancel.status',
      why: 'asked only of an order with a pending cancel',
    },
  ],
  'lib/domain/submit-outcome.ts': [
    {
      at: 'const known = order.attempts.at(-1)?.outcome;',
      from: 'order.attempts.at(-1)?.outcome',
      to: 'order.attempts.at(-1).outcome',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: "if (order.status !== 'SENDING' || latest === undefined) return [];",
      from: 'latest === undefined',
      to: 'false',
      why: HAS_AN_ATTEMPT,
    },
    {
      at: 'return order.attempts.at(-1)?.attemptId === attemptId;',
      from: 'order.attempts.at(-1)?.attemptId',
      to: 'order.attempts.at(-1).attemptId',
      why: HAS_AN_ATTEMPT,
    },
  ],
};
