import type { Evidence } from '../../domain/execution-report.ts';
import type { CallFate } from '../../domain/live-calls.ts';
import type { SubmitOutcome } from '../../domain/submit-outcome.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type ExchangeSite, routeOf } from '../account.ts';
import type { CancelManyAnswer, SubmitAnswer } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { noteUse } from '../note-use.ts';
import { GATE_FRESH_MS, type GateState } from '../rate-budget.ts';
import type { SubmitDependencies } from './dependencies.ts';
import { readGate, type StartedAttempt } from './start-attempt.ts';

/** What became of an attempt. */
export interface SentAttempt {
  readonly outcome: SubmitOutcome;
  readonly probe: boolean;
  /** Set when we, not the network, kept the request from leaving: when to ask again. */
  readonly withheldUntil?: UnixMs | 'gate-opens';
}

/** When a person has to reopen the gate, the message asks again after so long. */
const OPERATOR_RECHECK_MS = 60_000;
/** When the budget cannot be reached nothing is sent, and the message asks again after so long. */
const UNREACHABLE_RETRY_MS = 2_000;

/** The longest time before a slot at which the gate is read, where reading takes so long. */
const GATE_LEAD_MAX_MS = 400;

/** Sends a stored intent in its slot, once. Never throws: the outcome has to be stored. */
export async function sendAttempt(
  dependencies: SubmitDependencies,
  attempt: StartedAttempt,
  site: ExchangeSite,
): Promise<SentAttempt> {
  const departure = await waitForDeparture(dependencies, attempt);
  const outcome =
    departure.kind === 'go'
      ? await send(dependencies, { ...attempt, slotAt: departure.slotAt }, site)
      : withheld(dependencies, attempt, departure.code);
  const withheldUntil = departure.kind === 'stay' ? { withheldUntil: departure.until } : {};
  return { outcome, probe: attempt.probe, ...withheldUntil };
}

/** Whether a request leaves in its slot, or why not and when to ask again. */
export type Departure =
  | { readonly kind: 'go'; readonly slotAt: UnixMs }
  | { readonly kind: 'stay'; readonly code: string; readonly until: UnixMs | 'gate-opens' };

const GATE_CLOSED = { kind: 'stay', code: 'GATE_CLOSED', until: 'gate-opens' } as const;

/**
 * Waits until the slot and reads the gate right before it. A slot that was missed is not used
 * late, because the window is planned around it: the next one is taken, within `sendBy`.
 */
export async function waitForDeparture(
  dependencies: SubmitDependencies,
  attempt: Pick<StartedAttempt, 'session' | 'slotAt' | 'gateLeadMs' | 'gate' | 'sendBy'>,
): Promise<Departure> {
  const { clock, metrics, settings } = dependencies;
  const { session } = attempt;
  let slotAt = attempt.slotAt;
  let leadMs = attempt.gateLeadMs;
  let reading = attempt.gate;
  for (;;) {
    if (reading === undefined) await sleepUntil(slotAt - leadMs);
    const readMs = clock.monotonicMs();
    const closed = await closedGate(reading ?? readGate(dependencies, session));
    reading = undefined;
    if (closed !== undefined) return closed;
    await sleepUntil(slotAt);
    if (clock.now() < session.closedUntil()) return GATE_CLOSED;
    const lateMs = clock.now() - slotAt;
    const isFresh = clock.monotonicMs() - readMs <= GATE_FRESH_MS;
    if (isFresh && lateMs <= settings.slotToleranceMs) return { kind: 'go', slotAt };

    metrics.count(METRICS.slotMissed);
    // What took too long is likely to take as long again.
    leadMs = Math.min(leadMs + Math.max(0, lateMs), GATE_LEAD_MAX_MS);
    const next = await session.slots.next(leadMs).catch(() => undefined);
    if (next?.kind !== 'slot' || next.at > attempt.sendBy) {
      return { kind: 'stay', code: 'NO_SLOT', until: clock.now() };
    }
    slotAt = next.at;
  }

  async function closedGate(read: Promise<GateState | undefined>): Promise<Departure | undefined> {
    const gate = await read;
    const now = clock.now();
    if (gate === undefined) {
      return { kind: 'stay', code: 'BUDGET_UNREACHABLE', until: now + UNREACHABLE_RETRY_MS };
    }
    if (gate.kind === 'open') return undefined;
    session.close(gate.until === 'operator' ? now + OPERATOR_RECHECK_MS : gate.until, 'key');
    return GATE_CLOSED;
  }

  async function sleepUntil(at: UnixMs): Promise<void> {
    const waitMs = at - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs);
  }
}

async function send(
  dependencies: SubmitDependencies,
  attempt: StartedAttempt,
  site: ExchangeSite,
): Promise<SubmitOutcome> {
  const { clock, exchange, metrics, settings } = dependencies;
  const { attemptId, order, session, slotAt } = attempt;
  const { keyId } = session.key;
  const slot = { keyId, class: 'order', slotAt, route: routeOf(site) } as const;
  const sentAt = clock.now();
  metrics.count(METRICS.sent);
  noteUse(dependencies, { ...slot, fate: { kind: 'leaving', sentAt } });
  try {
    const answer = await exchange.submit({
      site,
      key: session.key,
      clientOrderId: order.clientOrderId,
      terms: order.terms,
      recvWindowMs: settings.recvWindowMs,
      sendBy: attempt.sendBy,
      timeoutMs: settings.timeoutMs,
    });
    noteUse(dependencies, { ...slot, fate: fateOf(answer) });
    metrics.duration(METRICS.submitLatency, answer.timing.answeredAt - answer.timing.sentAt);
    return outcomeOf(attemptId, answer);
  } catch (error) {
    const fate = { kind: 'unanswered', sentAt, answeredAt: clock.now() } as const;
    noteUse(dependencies, { ...slot, fate });
    // The client promises not to throw. Should it, the request may have left.
    const code = error instanceof Error ? error.name : 'THROWN';
    const evidence: Evidence = { source: 'submit', at: clock.now(), code };
    return { kind: 'unknown', attemptId, evidence };
  }
}

/** What an answer tells about the way there; a call that was never answered may still be on it. */
export function fateOf({ kind, evidence, timing }: SubmitAnswer | CancelManyAnswer): CallFate {
  if (kind === 'not-sent') return { kind };
  const isAnswered = kind !== 'unknown' || evidence.httpStatus !== undefined;
  return { kind: isAnswered ? 'answered' : 'unanswered', ...timing };
}

function outcomeOf(attemptId: string, answer: SubmitAnswer): SubmitOutcome {
  const { evidence, timing } = answer;
  const common = { attemptId, evidence, sentAt: timing.sentAt };
  if (answer.kind === 'accepted') return { ...common, kind: answer.kind, report: answer.report };
  if (answer.kind === 'rejected') {
    return { ...common, kind: answer.kind, code: answer.code, message: answer.message };
  }
  if (answer.kind === 'not-sent') return { attemptId, evidence, kind: answer.kind };
  return { ...common, kind: answer.kind };
}

function withheld(
  { clock }: SubmitDependencies,
  attempt: StartedAttempt,
  code: string,
): SubmitOutcome {
  const evidence: Evidence = { source: 'submit', at: clock.now(), code };
  return { kind: 'not-sent', attemptId: attempt.attemptId, evidence };
}
