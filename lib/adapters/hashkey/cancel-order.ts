import type { CallTiming, QueryContext } from '../../application/exchange.ts';
import type { Clock } from '../../application/ports.ts';
import type { Evidence, StatusReport } from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Answer, readAnswer, treatmentOf } from './answer.ts';
import { OTHER_ORDER, reportIn, UNREADABLE } from './classify.ts';
import { answerEvidence, faultEvidence } from './evidence.ts';
import type { CancelClass } from './outcomes.ts';
import type { Redact } from './plain-text.ts';
import type { SignedCalls } from './signed-calls.ts';
import type { Parameter } from './signing.ts';

const CANCEL_PATH = '/api/v1/spot/order';

/** The order to cancel, by either of its ids. */
export type CancelTarget =
  | { readonly clientOrderId: string }
  | { readonly exchangeOrderId: string };

/** What a cancel call needs besides its order. */
export interface CancelContext extends QueryContext {
  /** Nothing is sent after this. */
  readonly sendBy: UnixMs;
}

/**
 * What one cancel call proved. `accepted` means that the exchange will try; its report usually
 * still has the status from before. Repeating a cancel is harmless.
 */
export type CancelAnswer = { readonly evidence: Evidence; readonly timing: CallTiming } & (
  | { readonly kind: 'accepted'; readonly report: StatusReport }
  | { readonly kind: CancelClass | 'not-sent' }
);

/** What the cancel call is made with. */
export interface CancelDependencies {
  readonly clock: Clock;
  readonly signedCalls: SignedCalls;
}

/** Sends one cancel call, once. Its parameters go into the query: proxies drop bodies of DELETE. */
export async function cancelOrder(
  { clock, signedCalls }: CancelDependencies,
  context: CancelContext,
  target: CancelTarget,
): Promise<CancelAnswer> {
  const parameters: readonly Parameter[] = [
    'clientOrderId' in target
      ? ['clientOrderId', target.clientOrderId]
      : ['orderId', target.exchangeOrderId],
  ];
  const call = { ...context, method: 'DELETE', path: CANCEL_PATH, parameters } as const;
  const { end, redact } = await signedCalls.command(call);

  const now = clock.now();
  const unsent: CallTiming = { sentAt: now, answeredAt: now };
  switch (end.kind) {
    case 'withheld':
      return { kind: end.reason, evidence: faultEvidence('submit', now, end.code), timing: unsent };
    case 'not-sent':
      return {
        kind: 'not-sent',
        evidence: faultEvidence('submit', now, end.errno),
        timing: unsent,
      };
    case 'lost': {
      const evidence = faultEvidence('submit', now, end.errno);
      return { kind: 'unknown', evidence, timing: end.timing };
    }
    case 'answer':
      return classifyAnswer(readAnswer(end), target, redact);
  }
}

function classifyAnswer(answer: Answer, target: CancelTarget, redact: Redact): CancelAnswer {
  const { timing } = answer;
  const treatment = treatmentOf(answer);
  if (treatment !== undefined) {
    const evidence = answerEvidence('submit', answer, redact, UNREADABLE);
    return { kind: treatment.cancel, evidence, timing };
  }

  const report = reportIn(answer, redact);
  if (report !== undefined && isOf(report, target)) {
    const evidence = answerEvidence('submit', answer, redact);
    return { kind: 'accepted', report, evidence, timing };
  }
  const finding = report === undefined ? UNREADABLE : OTHER_ORDER;
  return { kind: 'unknown', evidence: answerEvidence('submit', answer, redact, finding), timing };
}

function isOf(report: StatusReport, target: CancelTarget): boolean {
  return 'clientOrderId' in target
    ? report.clientOrderId === target.clientOrderId
    : report.exchangeOrderId === target.exchangeOrderId;
}
