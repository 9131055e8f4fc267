import { spanText } from '../../lib/application/explain/time-text.ts';
import { type Finding, good, wrong } from './finding.ts';

/** Pure: what facts about a stage's AWS resources mean. */

/** A queue's messages: those that wait and those in hand. */
export function judgeQueue(
  name: string,
  { waiting, inHand }: { readonly waiting: number; readonly inHand: number },
): Finding {
  const check = `queue ${name}`;
  const isDeadLetter = name.includes('dead-letter');
  if (isDeadLetter && waiting + inHand > 0) {
    const todo = name.startsWith('results')
      ? 'See docs/runbook.md, "results-dead-letter-not-empty".'
      : 'See docs/runbook.md, "dead-letter-queue-not-empty"; "hashkey-orders redrive" says what would become of each.';
    return wrong(check, `${waiting + inHand} messages were put aside`, todo);
  }
  return good(check, isDeadLetter ? 'is empty' : `${waiting} wait, ${inHand} in hand`);
}

/** A table: whether it takes calls, and whether it can be restored. */
export function judgeTable(
  name: string,
  {
    status,
    pointInTimeRecovery,
  }: { readonly status: string; readonly pointInTimeRecovery: boolean | undefined },
): readonly Finding[] {
  const check = `table ${name}`;
  const state =
    status === 'ACTIVE'
      ? good(check, 'is active')
      : wrong(check, `is ${status}`, 'Wait until it is active; nothing can be stored before.');
  if (pointInTimeRecovery === undefined) return [state];
  const recovery = `recovery of ${name}`;
  return [
    state,
    pointInTimeRecovery
      ? good(recovery, 'any second can be restored')
      : wrong(
          recovery,
          'point-in-time recovery is off',
          'Deploy the state stack again: it turns it on.',
        ),
  ];
}

/** What feeds a function. */
export function judgeMapping(
  functionName: string,
  mappings: readonly { readonly uuid: string; readonly state: string }[],
): Finding {
  const check = `mapping of ${functionName}`;
  if (mappings.length === 0) {
    return wrong(
      check,
      'is missing: nothing reaches the function',
      'Deploy the service stack again.',
    );
  }
  const off = mappings.find(({ state }) => state !== 'Enabled');
  if (off === undefined) return good(check, 'is enabled');
  return wrong(
    check,
    `is ${off.state}: nothing reaches the function`,
    `If nobody stopped it on purpose: aws lambda update-event-source-mapping --uuid ${off.uuid} --enabled`,
  );
}

/** A rule that starts a function every minute. */
export function judgeRule(name: string, state: string | undefined): Finding {
  const check = `schedule ${name}`;
  if (state === 'ENABLED') return good(check, 'is enabled');
  if (state === undefined) {
    const todo = 'Nothing starts the function: deploy the service stack again.';
    return wrong(check, 'is missing', todo);
  }
  return wrong(
    check,
    `is ${state}: nothing starts the function`,
    `If nobody stopped it on purpose: aws events enable-rule --name ${name}`,
  );
}

/** How long ago the reconciler started last, by CloudWatch, which is some minutes late. */
export function judgeLastRun(name: string, agoMs: number | undefined, everyMs: number): Finding {
  const check = `last run of ${name}`;
  const lateMs = 5 * everyMs;
  if (agoMs !== undefined && agoMs <= lateMs) return good(check, `${spanText(agoMs)} ago`);
  return wrong(
    check,
    agoMs === undefined ? 'none in the last quarter of an hour' : `${spanText(agoMs)} ago`,
    'See docs/runbook.md, "reconcile-orders-not-running".',
  );
}

/** Alarms that speak up, and whether there are any at all. */
export function judgeAlarms(
  prefix: string,
  alarms: readonly { readonly name: string; readonly state: string }[],
): readonly Finding[] {
  if (alarms.length === 0) {
    return [wrong('alarms', 'there are none', 'Deploy the service stack again.')];
  }
  const loud = alarms.filter(({ state }) => state === 'ALARM');
  if (loud.length === 0) return [good('alarms', `${alarms.length}, none speaks up`)];
  return loud.map(({ name }) => {
    const id = name.startsWith(prefix) ? name.slice(prefix.length) : name;
    return wrong(`alarm ${id}`, 'speaks up', `See docs/runbook.md, "${id}".`);
  });
}
