import { describe, expect, it } from '@jest/globals';
import type { Finding } from '../../cli/doctor/finding.ts';
import {
  judgeAlarms,
  judgeLastRun,
  judgeMapping,
  judgeQueue,
  judgeRule,
  judgeTable,
} from '../../cli/doctor/judge-aws.ts';
import {
  judgeApi,
  judgeExchange,
  judgeGate,
  judgeHalt,
  judgeHeld,
  judgeOldest,
  judgeOverdue,
  judgeSecret,
} from '../../cli/doctor/judge-service.ts';
import { makeLooks } from '../../cli/doctor/look.ts';
import { AwsError } from '../../lib/adapters/aws/aws-client.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const closed = { kind: 'closed', until: 'operator', reason: 'banned' } as const;
const [tablesGood, tablesBad] = [true, false].map((pointInTimeRecovery) =>
  judgeTable('orders', { status: 'ACTIVE', pointInTimeRecovery }),
);

/** What was seen, whether it is well, and what the words have to name. */
const CASES: readonly (readonly [string, Finding | undefined, Finding['state'], RegExp])[] = [
  ['a busy queue', judgeQueue('orders.fifo', { waiting: 5, inHand: 2 }), 'good', /5 wait, 2/],
  [
    'an empty dead-letter queue',
    judgeQueue('orders-dead-letter.fifo', { waiting: 0, inHand: 0 }),
    'good',
    /empty/,
  ],
  [
    'a dead letter',
    judgeQueue('orders-dead-letter.fifo', { waiting: 0, inHand: 1 }),
    'wrong',
    /1 messages/,
  ],
  [
    'a table that is made',
    judgeTable('orders', { status: 'CREATING', pointInTimeRecovery: undefined })[0],
    'wrong',
    /CREATING/,
  ],
  ['recovery that is on', tablesGood?.[1], 'good', /any second/],
  ['recovery that is off', tablesBad?.[1], 'wrong', /is off/],
  ['a mapping', judgeMapping('submit-order', [{ uuid: 'u', state: 'Enabled' }]), 'good', /enabled/],
  ['no mapping', judgeMapping('submit-order', []), 'wrong', /missing/],
  [
    'a mapping that is off',
    judgeMapping('submit-order', [{ uuid: 'u-1', state: 'Disabled' }]),
    'wrong',
    /Disabled/,
  ],
  ['a rule', judgeRule('reconcile-orders', 'ENABLED'), 'good', /enabled/],
  ['a rule that is off', judgeRule('reconcile-orders', 'DISABLED'), 'wrong', /DISABLED/],
  ['no rule', judgeRule('reconcile-orders', undefined), 'wrong', /missing/],
  ['a run just now', judgeLastRun('reconcile-orders', MINUTE, MINUTE), 'good', /1 min ago/],
  ['a run long ago', judgeLastRun('reconcile-orders', 6 * MINUTE, MINUTE), 'wrong', /6 min ago/],
  ['no run', judgeLastRun('reconcile-orders', undefined, MINUTE), 'wrong', /none/],
  ['no alarms', judgeAlarms('p-', [])[0], 'wrong', /none/],
  ['quiet alarms', judgeAlarms('p-', [{ name: 'p-x', state: 'OK' }])[0], 'good', /1, none/],
  [
    'a loud alarm',
    judgeAlarms('p-', [{ name: 'p-order-held', state: 'ALARM' }])[0],
    'wrong',
    /speaks up/,
  ],
  ['a quick API', judgeApi('http://x', { tookMs: 20, offsetMs: 400 })[0], 'good', /20 ms/],
  [
    'a slow API',
    judgeApi('http://x', { tookMs: 3_000, offsetMs: undefined })[0],
    'wrong',
    /3000 ms/,
  ],
  ['our clock', judgeApi('http://x', { tookMs: 20, offsetMs: 900 })[1], 'good', /agree/],
  [
    'our clock far off',
    judgeApi('http://x', { tookMs: 20, offsetMs: -9_000 })[1],
    'wrong',
    /9 s off/,
  ],
  ['a secret', judgeSecret('desk-1', undefined), 'good', /can be read/],
  ['a damaged secret', judgeSecret('desk-1', 'keys is missing'), 'wrong', /keys is missing/],
  ['an open gate', judgeGate('egress', { kind: 'open' }, NOW), 'good', /open/],
  ['a closed gate', judgeGate('egress', closed, NOW), 'wrong', /blocked our address/],
  ['an account', judgeHalt('desk-1', { halted: false }), 'good', /takes orders/],
  ['a halted account', judgeHalt('desk-1', { halted: true, reason: 'drill' }), 'wrong', /drill/],
  ['an exchange', judgeExchange('x', { kind: 'read', offsetMs: 12 }), 'good', /12 ms apart/],
  [
    'an exchange of another time',
    judgeExchange('x', { kind: 'read', offsetMs: -1_500 }),
    'wrong',
    /1500 ms/,
  ],
  ['an exchange that is away', judgeExchange('x', { kind: 'failed' }), 'wrong', /failed/],
  ['looks in time', judgeOverdue(undefined, MINUTE), 'good', /none is overdue/],
  ['looks that are overdue', judgeOverdue(3 * MINUTE, MINUTE), 'wrong', /3 min overdue/],
  ['no doubt', judgeOldest('IN_DOUBT', undefined, MINUTE), 'good', /none/],
  ['a young doubt', judgeOldest('IN_DOUBT', { name: 'd/a', ageMs: 9_000 }, MINUTE), 'good', /9 s/],
  [
    'an old doubt',
    judgeOldest('IN_DOUBT', { name: 'd/a', ageMs: 2 * MINUTE }, MINUTE),
    'wrong',
    /d\/a/,
  ],
  ['nothing held', judgeHeld('desk-1', []), 'good', /none/],
  ['a held order', judgeHeld('desk-1', ['a', 'b']), 'wrong', /2 wait/],
];

describe('the doctor', () => {
  it.each(CASES)('judges %s', (_what, finding, state, says) => {
    expect(finding).toMatchObject({ state, says: expect.stringMatching(says) });
    // Whatever is wrong comes with what to do.
    if (state === 'wrong') expect(finding?.todo).toMatch(/.{10,}/);
    else expect(finding?.todo).toBeUndefined();
  });

  it('takes what cannot be looked at as wrong, and looks at the rest', async () => {
    const refused = new AwsError('AccessDeniedException', 400, { message: 'no' });
    const findings = await makeLooks([
      { check: 'alarms', look: () => Promise.reject(refused) },
      { check: 'API', look: async () => judgeApi('http://x', { tookMs: 1, offsetMs: undefined }) },
    ]);
    expect(findings.map(({ check, state }) => [check, state])).toEqual([
      ['alarms', 'wrong'],
      ['API', 'good'],
    ]);
    expect(findings[0]?.says).toContain('AWS refuses this: AccessDeniedException');
  });
});
