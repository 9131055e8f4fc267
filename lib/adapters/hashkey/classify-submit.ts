import type { CallTiming, SubmitAnswer } from '../../application/exchange.ts';
import { isPositiveDecimal } from '../../domain/decimal.ts';
import type { Evidence, StatusReport } from '../../domain/execution-report.ts';
import { OTHER_ORDER } from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Answer, readAnswer, treatmentOf } from './answer.ts';
import { reportIn, UNREADABLE } from './classify.ts';
import type { CommandEnd } from './connection.ts';
import { answerEvidence, faultEvidence } from './evidence.ts';
import type { Redact } from './plain-text.ts';
import type { Told, Withheld } from './signed-calls.ts';

/** Says what the end of a create call proves. */
export function classifySubmit(
  { end, redact }: Told<CommandEnd | Withheld>,
  clientOrderId: string,
  now: UnixMs,
): SubmitAnswer {
  const unsent: CallTiming = { sentAt: now, answeredAt: now };
  switch (end.kind) {
    case 'withheld':
      return { kind: end.reason, evidence: fault(now, end.code), timing: unsent };
    case 'not-sent':
      return { kind: 'not-sent', evidence: fault(now, end.errno), timing: unsent };
    case 'lost':
      return { kind: 'unknown', evidence: fault(now, end.errno), timing: end.timing };
    case 'answer':
      return classifyAnswer(readAnswer(end), clientOrderId, redact);
  }
}

function classifyAnswer(answer: Answer, clientOrderId: string, redact: Redact): SubmitAnswer {
  const treatment = treatmentOf(answer);
  if (treatment === undefined) return classifyOrder(answer, clientOrderId, redact);

  const { timing } = answer;
  const evidence = answerEvidence('submit', answer, redact, UNREADABLE);
  const kind = treatment.create;
  return kind === 'rejected'
    ? { kind, ...refusalOf(evidence), evidence, timing }
    : { kind, evidence, timing };
}

/**
 * A success names the order it is about: only the one that was sent proves anything. The exchange
 * may accept an order and refuse it in the same answer, by its status.
 */
function classifyOrder(answer: Answer, clientOrderId: string, redact: Redact): SubmitAnswer {
  const report = reportIn(answer, redact);
  if (report === undefined || report.clientOrderId !== clientOrderId) {
    const finding = report === undefined ? UNREADABLE : OTHER_ORDER;
    const evidence = answerEvidence('submit', answer, redact, finding);
    return { kind: 'unknown', evidence, timing: answer.timing };
  }

  const timing = stamped(answer.timing, report);
  if (report.status !== 'REJECTED') {
    return { kind: 'accepted', report, evidence: answerEvidence('submit', answer, redact), timing };
  }
  const evidence = answerEvidence('submit', answer, redact, 'REJECTED');
  // Refused and filled at once contradict each other; a query will tell.
  if (isPositiveDecimal(report.executedQuantity)) return { kind: 'unknown', evidence, timing };
  const message = report.reason ?? 'the exchange took the order and refused it at once';
  return { kind: 'rejected', code: 'REJECTED', message, evidence, timing };
}

function refusalOf(evidence: Evidence): { readonly code: string; readonly message: string } {
  return { code: evidence.code ?? UNREADABLE, message: evidence.message ?? '' };
}

function stamped(timing: CallTiming, { exchangeAt }: StatusReport): CallTiming {
  return exchangeAt === undefined ? timing : { ...timing, exchangeAt };
}

function fault(at: UnixMs, code: string): Evidence {
  return faultEvidence('submit', at, code);
}
