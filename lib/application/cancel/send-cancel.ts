import type { Evidence } from '../../domain/execution-report.ts';
import type { CancelOutcome } from '../../domain/order.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type ExchangeSite, routeOf } from '../account.ts';
import type { CancelAnswer } from '../exchange.ts';
import { METRICS } from '../metrics.ts';
import { noteUse } from '../note-use.ts';
import type { FollowedCall } from '../submit/follow-up.ts';
import type { KeySession } from '../submit/key-session.ts';
import { fateOf, waitForDeparture } from '../submit/send-attempt.ts';
import type { CancelDependencies } from './dependencies.ts';

/** A cancel call whose intent is stored. */
export interface StartedCancel {
  readonly attemptId: string;
  /** The key that sends. */
  readonly session: KeySession;
  readonly exchangeOrderId: string;
  readonly clientOrderId: string;
  readonly requestedAt: UnixMs;
  readonly slotAt: UnixMs;
  readonly sendBy: UnixMs;
  readonly gateLeadMs: number;
  readonly probe: boolean;
}

/** What became of a cancel call: for the order, and for the key. */
export interface SentCancel extends FollowedCall {
  readonly answer: {
    readonly attemptId: string;
    readonly outcome: CancelOutcome;
    readonly evidence: Evidence;
  };
}

/** Sends a stored cancel in its slot, once. Never throws: its outcome has to be stored. */
export async function sendCancel(
  dependencies: CancelDependencies,
  started: StartedCancel,
  site: ExchangeSite,
): Promise<SentCancel> {
  const { clock } = dependencies;
  const { attemptId, probe } = started;
  const departure = await waitForDeparture(dependencies, started);
  if (departure.kind === 'stay') {
    const evidence: Evidence = { source: 'cancel', at: clock.now(), code: departure.code };
    const outcome = { kind: 'not-sent' } as const;
    const answer = { attemptId, outcome: 'not-sent', evidence } as const;
    return { answer, outcome, probe, withheldUntil: departure.until };
  }
  const sentAt = clock.now();
  const call = { ...started, slotAt: departure.slotAt, sentAt };
  const { kind, evidence } = await send(dependencies, call, site);
  const answer = { attemptId, outcome: outcomeOf(kind), evidence };
  // For its key a cancel that meets nothing open is answered like any other.
  return { answer, outcome: { kind: kind === 'not-open' ? 'rejected' : kind, sentAt }, probe };
}

async function send(
  dependencies: CancelDependencies,
  call: StartedCancel & { readonly sentAt: UnixMs },
  site: ExchangeSite,
): Promise<Pick<CancelAnswer, 'kind' | 'evidence'>> {
  const { clock, exchange, metrics, settings } = dependencies;
  const { sentAt } = call;
  const { key } = call.session;
  const route = routeOf(site);
  const slot = { keyId: key.keyId, class: 'order', slotAt: call.slotAt, route } as const;
  metrics.count(METRICS.cancelSent);
  metrics.duration(METRICS.cancelLatency, sentAt - call.requestedAt);
  noteUse(dependencies, { ...slot, fate: { kind: 'leaving', sentAt } });
  try {
    const answer = await exchange.cancel({
      site,
      key,
      exchangeOrderId: call.exchangeOrderId,
      clientOrderId: call.clientOrderId,
      recvWindowMs: settings.recvWindowMs,
      sendBy: call.sendBy,
      timeoutMs: settings.timeoutMs,
    });
    noteUse(dependencies, { ...slot, fate: fateOf(answer) });
    return answer;
  } catch (error) {
    const fate = { kind: 'unanswered', sentAt, answeredAt: clock.now() } as const;
    noteUse(dependencies, { ...slot, fate });
    // The client promises not to throw. Should it, the request may have left.
    const code = error instanceof Error ? error.name : 'THROWN';
    return { kind: 'unknown', evidence: { source: 'cancel', at: clock.now(), code } };
  }
}

function outcomeOf(kind: CancelAnswer['kind']): CancelOutcome {
  if (kind === 'accepted') return 'acknowledged';
  return kind === 'rejected' ? 'refused' : kind;
}
