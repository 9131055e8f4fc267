import type { Evidence } from '../../domain/execution-report.ts';
import type { Order } from '../../domain/order.ts';
import { type SubmitOutcome, settleOutcome } from '../../domain/submit-outcome.ts';
import type { UnixMs } from '../../domain/time.ts';
import type { SubmitAnswer } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { decideAndStore } from '../store-changes.ts';
import type { SubmitDependencies } from './dependencies.ts';
import type { StartedAttempt } from './start-attempt.ts';
import type { Turn } from './submit-order.ts';

/** What became of an attempt. */
export interface SentAttempt {
  readonly outcome: SubmitOutcome;
  /** The order as it is stored now. */
  readonly order: Order;
  /** Whether the outcome is stored; if not, the order is swept later. */
  readonly isStored: boolean;
  readonly probe: boolean;
  /** Set when we, not the network, kept the request from leaving: when to ask again. */
  readonly withheldUntil?: UnixMs;
}

/** Waits between tries to store an outcome; together well inside the record margin. */
const STORE_WAITS_MS: readonly number[] = [50, 200, 500, 1_000];
/** When a person has to reopen the gate, the message asks again after so long. */
const OPERATOR_RECHECK_MS = 60_000;
/** When the budget cannot be reached nothing is sent, and the message asks again after so long. */
const UNREACHABLE_RETRY_MS = 2_000;

/**
 * Sends a stored intent in its slot, once, and stores what that proved.
 *
 * Nothing escapes between the send and the stored outcome: what cannot be stored stays `SENDING`
 * and is swept into doubt.
 */
export async function sendAttempt(
  dependencies: SubmitDependencies,
  attempt: StartedAttempt,
  turn: Turn,
): Promise<SentAttempt> {
  const departure = await waitForDeparture(dependencies, attempt, turn);
  const outcome =
    departure.kind === 'go'
      ? await send(dependencies, attempt, turn)
      : withheld(dependencies, attempt, departure.code);
  const withheldUntil = departure.kind === 'stay' ? { withheldUntil: departure.until } : {};
  const stored = await store(dependencies, attempt.order, outcome);
  return { outcome, probe: attempt.probe, ...stored, ...withheldUntil };
}

type Departure =
  | { readonly kind: 'go' }
  | { readonly kind: 'stay'; readonly code: string; readonly until: UnixMs };

/**
 * Waits until the slot and reads the gate right before it. A slot that was missed is not used
 * late, because the window is planned around it: the next one is taken, within `sendBy`.
 */
async function waitForDeparture(
  { budget, clock, metrics, settings }: SubmitDependencies,
  attempt: StartedAttempt,
  turn: Turn,
): Promise<Departure> {
  let slotAt = attempt.slotAt;
  for (;;) {
    await sleepUntil(slotAt - settings.gateLeadMs);
    const closed = await closedGate();
    if (closed !== undefined) return closed;
    await sleepUntil(slotAt);
    const lateMs = clock.now() - slotAt;
    if (lateMs <= settings.slotToleranceMs) return { kind: 'go' };

    metrics.count(METRICS.slotMissed);
    const next = await turn.session.slots.next().catch(() => undefined);
    if (next?.kind !== 'slot' || next.at > attempt.sendBy) {
      return { kind: 'stay', code: 'NO_SLOT', until: clock.now() };
    }
    slotAt = next.at;
  }

  async function closedGate(): Promise<Departure | undefined> {
    const now = clock.now();
    const gate = await budget.gate(turn.session.key.keyId, now).catch(() => undefined);
    if (gate === undefined) {
      return { kind: 'stay', code: 'BUDGET_UNREACHABLE', until: now + UNREACHABLE_RETRY_MS };
    }
    if (gate.kind === 'open') return undefined;
    if (gate.until === 'operator') {
      return { kind: 'stay', code: 'GATE_CLOSED', until: now + OPERATOR_RECHECK_MS };
    }
    return { kind: 'stay', code: 'GATE_CLOSED', until: gate.until };
  }

  async function sleepUntil(at: UnixMs): Promise<void> {
    const waitMs = at - clock.now();
    if (waitMs > 0) await clock.sleep(waitMs);
  }
}

async function send(
  { clock, exchange, metrics, settings }: SubmitDependencies,
  attempt: StartedAttempt,
  turn: Turn,
): Promise<SubmitOutcome> {
  const { attemptId, order } = attempt;
  metrics.count(METRICS.sent);
  try {
    const answer = await exchange.submit({
      site: turn.account,
      key: turn.session.key,
      clientOrderId: order.clientOrderId,
      terms: order.terms,
      recvWindowMs: settings.recvWindowMs,
      sendBy: attempt.sendBy,
      timeoutMs: settings.timeoutMs,
    });
    metrics.duration(METRICS.submitLatency, answer.timing.answeredAt - answer.timing.sentAt);
    return outcomeOf(attemptId, answer);
  } catch (error) {
    // The client promises not to throw. Should it, the request may have left.
    const code = error instanceof Error ? error.name : 'THROWN';
    const evidence: Evidence = { source: 'submit', at: clock.now(), code };
    return { kind: 'unknown', attemptId, evidence };
  }
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

async function store(
  dependencies: SubmitDependencies,
  order: Order,
  outcome: SubmitOutcome,
): Promise<{ readonly order: Order; readonly isStored: boolean }> {
  const { clock, log } = dependencies;
  for (const waitMs of [...STORE_WAITS_MS, undefined]) {
    const now = clock.now();
    try {
      const decide = (known: Order) => settleOutcome(known, outcome, now);
      return { order: await decideAndStore(dependencies, order, { decide, now }), isStored: true };
    } catch (error) {
      log.error('the outcome of a sent order could not be stored', {
        accountId: order.accountId,
        clientOrderId: order.clientOrderId,
        attemptId: outcome.attemptId,
        outcome: outcome.kind,
        cause: error instanceof Error ? error.name : 'unknown',
      });
      if (waitMs === undefined) break;
      await clock.sleep(waitMs);
    }
  }
  return { order, isStored: false };
}
