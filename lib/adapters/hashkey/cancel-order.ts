import type {
  CancelAnswer,
  CancelCommand,
  CancelFailure,
  CancelManyAnswer,
  CancelManyCommand,
} from '../../application/exchange.ts';
import type { Clock } from '../../application/ports.ts';
import { OTHER_ORDER } from '../../domain/execution-report.ts';
import { invariant } from '../../domain/invariant.ts';
import { type Answer, readAnswer, treatmentOf } from './answer.ts';
import { reportIn, UNREADABLE } from './classify.ts';
import { answerEvidence, faultEvidence } from './evidence.ts';
import type { Redact } from './plain-text.ts';
import type { SignedCalls, SignedCommand } from './signed-calls.ts';
import type { Parameter } from './signing.ts';
import { cancelManySchema } from './wire.ts';

const CANCEL_PATH = '/api/v1/spot/order';
const CANCEL_MANY_PATH = '/api/v1/spot/cancelAllOpenOrders';
/** Orders that one call cancels; editions of the documents say 200 and 1000. */
const CANCEL_MANY_MAX = 200;

/** What cancel calls are made with. */
export interface CancelDependencies {
  readonly clock: Clock;
  readonly signedCalls: SignedCalls;
}

/** Sends one cancel call, once. Its parameters go into the query: proxies drop bodies of DELETE. */
export async function cancelOrder(
  dependencies: CancelDependencies,
  { exchangeOrderId, clientOrderId, ...context }: CancelCommand,
): Promise<CancelAnswer> {
  const call = {
    ...context,
    path: CANCEL_PATH,
    parameters: [['orderId', exchangeOrderId]],
  } as const;
  const told = await tell(dependencies, call);
  if (told.kind !== 'answer') return told.failure;
  const { answer, redact } = told;
  const report = reportIn(answer, redact);
  const { timing } = answer;
  if (report?.exchangeOrderId === exchangeOrderId && report.clientOrderId === clientOrderId) {
    return { kind: 'accepted', report, evidence: answerEvidence('cancel', answer, redact), timing };
  }
  return unknown(answer, redact, report === undefined ? UNREADABLE : OTHER_ORDER);
}

/** Sends one call that cancels many, once. */
export async function cancelManyOrders(
  dependencies: CancelDependencies,
  { symbol, limit, ...context }: CancelManyCommand,
): Promise<CancelManyAnswer> {
  invariant(
    Number.isInteger(limit) && limit > 0 && limit <= CANCEL_MANY_MAX,
    `one call cancels 1 to ${CANCEL_MANY_MAX} orders`,
  );
  const parameters: readonly Parameter[] = [
    ...(symbol === undefined ? [] : [['symbol', symbol] as const]),
    ['limit', String(limit)],
  ];
  const told = await tell(dependencies, { ...context, path: CANCEL_MANY_PATH, parameters });
  if (told.kind !== 'answer') return told.failure;
  const { answer, redact } = told;
  // A success names the last order; anything else that is no error says nothing.
  if (!cancelManySchema.safeParse(answer.body).success) return unknown(answer, redact, UNREADABLE);
  const evidence = answerEvidence('cancel', answer, redact);
  return { kind: 'accepted', evidence, timing: answer.timing };
}

type Told =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly redact: Redact }
  | { readonly kind: 'failure'; readonly failure: CancelFailure };

/** Makes the call and ends every answer that all cancels treat alike; the rest is a success. */
async function tell(
  { clock, signedCalls }: CancelDependencies,
  call: Omit<SignedCommand, 'method'>,
): Promise<Told> {
  const { end, redact } = await signedCalls.command({ ...call, method: 'DELETE' });
  const failed = (failure: CancelFailure): Told => ({ kind: 'failure', failure });

  const now = clock.now();
  const unsent = { sentAt: now, answeredAt: now };
  switch (end.kind) {
    case 'withheld': {
      const evidence = faultEvidence('cancel', now, end.code);
      return failed({ kind: end.reason, evidence, timing: unsent });
    }
    case 'not-sent': {
      const evidence = faultEvidence('cancel', now, end.errno);
      return failed({ kind: 'not-sent', evidence, timing: unsent });
    }
    case 'lost': {
      const evidence = faultEvidence('cancel', now, end.errno);
      return failed({ kind: 'unknown', evidence, timing: end.timing });
    }
    case 'answer': {
      const answer = readAnswer(end);
      const treatment = treatmentOf(answer);
      if (treatment === undefined) return { kind: 'answer', answer, redact };
      const evidence = answerEvidence('cancel', answer, redact, UNREADABLE);
      return failed({ kind: treatment.cancel, evidence, timing: answer.timing });
    }
  }
}

function unknown(answer: Answer, redact: Redact, finding: string): CancelFailure {
  const evidence = answerEvidence('cancel', answer, redact, finding);
  return { kind: 'unknown', evidence, timing: answer.timing };
}
