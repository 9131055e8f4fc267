import { spanText } from '../../lib/application/explain/time-text.ts';
import type { GateState } from '../../lib/application/rate-budget.ts';
import { gateText } from '../text/gate-text.ts';
import { type Finding, good, wrong } from './finding.ts';

/** Pure: what facts about the service itself mean. */

/** Clocks farther apart than this make signatures invalid at AWS within minutes. */
const CLOCK_OFF_MAX_MS = 5_000;
/** The exchange takes timestamps up to so far ahead. */
const EXCHANGE_OFF_MAX_MS = 1_000;
const SLOW_MS = 2_000;

/** The API: whether it answers, and what its clock says. */
export function judgeApi(
  url: string,
  { tookMs, offsetMs }: { readonly tookMs: number; readonly offsetMs: number | undefined },
): readonly Finding[] {
  const took = `${url} answers in ${Math.round(tookMs)} ms`;
  const api =
    tookMs > SLOW_MS
      ? wrong('API', took, 'Look at the durations of read-orders, and at your own network.')
      : good('API', took);
  if (offsetMs === undefined) return [api];
  const off = spanText(Math.abs(offsetMs));
  return [
    api,
    Math.abs(offsetMs) > CLOCK_OFF_MAX_MS
      ? wrong('clock', `this machine is ${off} off`, 'Let this machine keep its time by NTP.')
      : good('clock', 'this machine and the API agree'),
  ];
}

/** One account's secret, as the functions read it. */
export function judgeSecret(accountId: string, fault: string | undefined): Finding {
  const check = `secret of ${accountId}`;
  if (fault === undefined) return good(check, 'can be read');
  return wrong(check, fault, 'Correct the secret; functions read it again within a minute.');
}

/** A gate: of the address, or of a key. */
export function judgeGate(name: string, gate: GateState, now: number): Finding {
  const check = `gate ${name}`;
  if (gate.kind === 'open') return good(check, 'is open');
  const todo =
    gate.until === 'operator'
      ? `Once the cause is gone: hashkey-orders open-gate ${name === 'egress' ? 'egress' : name}`
      : 'It opens by itself; see docs/runbook.md, "gate-closed", when it closes again and again.';
  return wrong(check, `is ${gateText(gate, now)}`, todo);
}

/** The kill switch of an account: somebody's wish, and worth knowing. */
export function judgeHalt(
  accountId: string,
  { halted, reason }: { readonly halted: boolean; readonly reason?: string },
): Finding {
  const check = `account ${accountId}`;
  if (!halted) return good(check, 'takes orders');
  const why = reason ?? 'no reason given';
  return wrong(
    check,
    `is halted: ${why}`,
    `When it may trade again: hashkey-orders resume ${accountId}`,
  );
}

/** An exchange as it is seen from here. */
export function judgeExchange(
  host: string,
  time: { readonly kind: string; readonly offsetMs?: number },
): Finding {
  const check = `exchange ${host}`;
  if (time.offsetMs === undefined) {
    return wrong(
      check,
      `does not tell its time (${time.kind})`,
      'If only this machine cannot reach it, nothing is wrong with the service.',
    );
  }
  const off = Math.round(Math.abs(time.offsetMs));
  return off > EXCHANGE_OFF_MAX_MS
    ? wrong(
        check,
        `its clock and ours are ${off} ms apart`,
        'Let this machine keep its time by NTP; functions measure for themselves.',
      )
    : good(check, `answers; its clock and ours are ${off} ms apart`);
}

/** Looks that are overdue: with a reconciler at work there are none. */
export function judgeOverdue(overdueMs: number | undefined, allowedMs: number): Finding {
  const check = 'looks at orders';
  if (overdueMs === undefined || overdueMs <= allowedMs) return good(check, 'none is overdue');
  return wrong(
    check,
    `the oldest is ${spanText(overdueMs)} overdue`,
    'The reconciler does not run, or cannot keep up: see docs/runbook.md, "reconcile-orders-not-running".',
  );
}

/** The oldest order in doubt, or received and not sent. */
export function judgeOldest(
  status: 'IN_DOUBT' | 'RECEIVED',
  oldest: { readonly name: string; readonly ageMs: number } | undefined,
  allowedMs: number,
): Finding {
  const check = `oldest ${status}`;
  if (oldest === undefined) return good(check, 'none');
  const says = `${oldest.name} since ${spanText(oldest.ageMs)}`;
  if (oldest.ageMs <= allowedMs) return good(check, says);
  return wrong(check, says, `Ask why: hashkey-orders why ${oldest.name.replace('/', ' ')}`);
}

/** Orders that wait for a person. */
export function judgeHeld(accountId: string, ids: readonly string[]): Finding {
  const check = `held orders of ${accountId}`;
  const [first] = ids;
  if (first === undefined) return good(check, 'none');
  return wrong(
    check,
    `${ids.length} wait for a person`,
    `Begin with: hashkey-orders why ${accountId} ${first}; see docs/runbook.md, "order-held".`,
  );
}
