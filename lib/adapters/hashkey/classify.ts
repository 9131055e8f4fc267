import type { PageAnswer, QueryAnswer, QueryFailure } from '../../application/exchange.ts';
import {
  type EvidenceSource,
  OTHER_ORDER,
  type StatusReport,
} from '../../domain/execution-report.ts';
import type { UnixMs } from '../../domain/time.ts';
import { type Answer, readAnswer, treatmentOf } from './answer.ts';
import type { QueryEnd } from './connection.ts';
import { answerEvidence, faultEvidence } from './evidence.ts';
import { statusReport } from './mapping.ts';
import { pageOf } from './page.ts';
import type { Redact } from './plain-text.ts';
import type { Told, Withheld } from './signed-calls.ts';
import { orderListSchema, orderSchema } from './wire.ts';

/** A body that is not what the call answers with. */
export const UNREADABLE = 'UNREADABLE';

/** Reads a body as one order; undefined when it is none. */
export function reportIn(answer: Answer, redact: Redact): StatusReport | undefined {
  const order = orderSchema.safeParse(answer.body);
  return order.success ? statusReport(order.data, redact) : undefined;
}

/** An answer to a query with what has to be kept out of its texts. */
export type ToldQuery = Told<QueryEnd | Withheld>;

/** Says what the answer to a query by client order id proves. */
export function classifyQuery(told: ToldQuery, clientOrderId: string, now: UnixMs): QueryAnswer {
  const read = readQuery(told, 'query', now);
  if (read.kind !== 'answer') return read;
  const { answer } = read;
  const evidence = answerEvidence('query', answer, told.redact);
  if (treatmentOf(answer)?.query === 'not-found') return { kind: 'not-found', evidence };

  const report = reportIn(answer, told.redact);
  const finding = report === undefined ? UNREADABLE : OTHER_ORDER;
  if (report?.clientOrderId === clientOrderId) return { kind: 'found', report, evidence };
  return unavailable('query', answer, told.redact, finding);
}

/** What a list was asked for. */
export interface PageQuestion {
  readonly source: Extract<EvidenceSource, 'open-orders' | 'history'>;
  readonly limit: number;
  readonly fromOrderId: string | undefined;
}

/** Says what the answer to a question for a list of orders proves. */
export function classifyPage(told: ToldQuery, question: PageQuestion, now: UnixMs): PageAnswer {
  const { source } = question;
  const read = readQuery(told, source, now);
  if (read.kind !== 'answer') return read;
  const { answer } = read;
  const failed = (finding: string) => unavailable(source, answer, told.redact, finding);

  const orders = orderListSchema.safeParse(answer.body);
  if (!orders.success) return failed(UNREADABLE);
  const page = pageOf(orders.data, question);
  if (page === undefined) return failed('NO_PROGRESS');
  const reports = page.orders.map((order) => statusReport(order, told.redact));
  if (!reports.every((report) => report !== undefined)) return failed(UNREADABLE);

  const { nextFromOrderId } = page;
  const evidence = answerEvidence(source, answer, told.redact);
  return {
    ...{ kind: 'page', reports, evidence },
    ...(nextFromOrderId === undefined ? {} : { nextFromOrderId }),
  };
}

/** Ends every answer that all queries treat alike; what is left is a success or "not found". */
export function readQuery(
  { end, redact }: ToldQuery,
  source: EvidenceSource,
  now: UnixMs,
): QueryFailure | { readonly kind: 'answer'; readonly answer: Answer } {
  if (end.kind === 'withheld') {
    return { kind: end.reason, evidence: faultEvidence(source, now, end.code) };
  }
  if (end.kind === 'no-answer') {
    return { kind: 'unavailable', evidence: faultEvidence(source, now, end.errno) };
  }
  const answer = readAnswer(end);
  const kind = treatmentOf(answer)?.query;
  if (kind === undefined || kind === 'not-found') return { kind: 'answer', answer };
  return { kind, evidence: answerEvidence(source, answer, redact, UNREADABLE) };
}

/** Makes a failed query of an answer that is not what was asked for. */
export function unavailable(
  source: EvidenceSource,
  answer: Answer,
  redact: Redact,
  finding: string,
): QueryFailure {
  return { kind: 'unavailable', evidence: answerEvidence(source, answer, redact, finding) };
}
