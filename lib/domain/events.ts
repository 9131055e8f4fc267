import type { DecimalString } from './decimal.ts';
import type { Evidence, StatusReport } from './execution-report.ts';
import type { Fill } from './fill.ts';
import type { Absence, CancelOutcome, ReturnedOutcome } from './order.ts';
import type { OrderTerms } from './order-terms.ts';
import type { UnixMs } from './time.ts';

/** How an order request reached us. */
export type Origin = 'webhook' | 'api' | 'queue';

/** The caller's request is durably ours. */
export interface OrderReceived {
  readonly type: 'OrderReceived';
  readonly at: UnixMs;
  readonly accountId: string;
  readonly clientOrderId: string;
  readonly terms: OrderTerms;
  readonly request: Readonly<Record<string, unknown>>;
  readonly requestHash: string;
  readonly origin: Origin;
  /** Whose signed webhook it was; the producer may get results. */
  readonly producerId?: string;
}

/** We refuse the order before sending it. */
export interface OrderDenied {
  readonly type: 'OrderDenied';
  readonly at: UnixMs;
  readonly code: string;
  readonly message: string;
}

/** `validUntil` passed before the order was sent. */
export interface OrderExpired {
  readonly type: 'OrderExpired';
  readonly at: UnixMs;
}

/** The intent to send is stored; from now on a request may be on the wire. */
export interface AttemptStarted {
  readonly type: 'AttemptStarted';
  readonly at: UnixMs;
  readonly attemptId: string;
  readonly keyId: string;
  readonly sendBy: UnixMs;
  readonly recvWindowMs: number;
  readonly fenceAt: UnixMs;
}

/** The attempt proved to have placed nothing; the order may be sent again. */
export interface AttemptReturned {
  readonly type: 'AttemptReturned';
  readonly at: UnixMs;
  readonly attemptId: string;
  readonly sentAt?: UnixMs;
  readonly outcome: ReturnedOutcome;
  readonly evidence: Evidence;
}

/** The attempt may or may not have placed the order. */
export interface OrderDoubted {
  readonly type: 'OrderDoubted';
  readonly at: UnixMs;
  readonly attemptId: string;
  readonly sentAt?: UnixMs;
  readonly outcome: 'unknown' | 'duplicate';
  readonly evidence: Evidence;
}

/** The exchange refuses the order, with a code on the definitive list or a REJECTED report. */
export interface OrderRejected {
  readonly type: 'OrderRejected';
  readonly at: UnixMs;
  readonly attemptId?: string;
  readonly sentAt?: UnixMs;
  readonly code: string;
  readonly message: string;
  readonly evidence: Evidence;
}

/** The exchange states something new about an order that it has. */
export interface ExecutionReported {
  readonly type: 'ExecutionReported';
  readonly at: UnixMs;
  readonly attemptId?: string;
  readonly sentAt?: UnixMs;
  readonly report: StatusReport;
  readonly evidence: Evidence;
}

/** The exchange has an order that was thought never placed. */
export interface OrderResurrected {
  readonly type: 'OrderResurrected';
  readonly at: UnixMs;
  readonly report: StatusReport;
  readonly evidence: Evidence;
}

/** The exchange stated trades of the order that were not known. */
export interface FillsRecorded {
  readonly type: 'FillsRecorded';
  readonly at: UnixMs;
  readonly fills: readonly Fill[];
  readonly evidence: Evidence;
}

/** The exchange states a known trade otherwise, or does not have it any more. */
export interface FillCorrected {
  readonly type: 'FillCorrected';
  readonly at: UnixMs;
  readonly before: Fill;
  /** Absent when the trade was voided. */
  readonly after?: Fill;
  readonly evidence: Evidence;
}

/** More was executed than was known when the order ended. */
export interface ExecutionCorrected {
  readonly type: 'ExecutionCorrected';
  readonly at: UnixMs;
  readonly executedQuantity: DecimalString;
  readonly cumulativeQuote: DecimalString;
  readonly averagePrice?: DecimalString;
  readonly evidence: Evidence;
}

/** The exchange states more executed, in all or by its trades, than was ordered. */
export interface ExecutionExceeded {
  readonly type: 'ExecutionExceeded';
  readonly at: UnixMs;
  /** As stated, in base units; what the order has executed stays within what was ordered. */
  readonly executedQuantity: DecimalString;
  readonly evidence: Evidence;
}

/** An authoritative not-found after the fence. */
export interface AbsenceObserved {
  readonly type: 'AbsenceObserved';
  readonly at: UnixMs;
  readonly source: Absence['source'];
}

/** Absence is proven: the order was never placed. */
export interface AbsenceProven {
  readonly type: 'AbsenceProven';
  readonly at: UnixMs;
}

/** Absence is proven and the caller allowed a re-send under the same id. */
export interface ResubmissionAllowed {
  readonly type: 'ResubmissionAllowed';
  readonly at: UnixMs;
}

/** An order that was open could not be found. */
export interface OrderMissed {
  readonly type: 'OrderMissed';
  readonly at: UnixMs;
}

/** Handling the order failed for a reason of our own, before anything was sent. */
export interface PreparationFailed {
  readonly type: 'PreparationFailed';
  readonly at: UnixMs;
  readonly message: string;
}

/** Only a person can decide what is next. */
export interface OrderHeld {
  readonly type: 'OrderHeld';
  readonly at: UnixMs;
  readonly reason: string;
  readonly evidence?: Evidence;
}

/** Somebody wants the order canceled. */
export interface CancelRequested {
  readonly type: 'CancelRequested';
  readonly at: UnixMs;
}

/** One other order, and no second one, may take this order's place once it is over. */
export interface ReplacementClaimed {
  readonly type: 'ReplacementClaimed';
  readonly at: UnixMs;
  readonly replacedBy: string;
}

/** The intent to send a cancel is stored; from now on a cancel call may be on the wire. */
export interface CancelStarted {
  readonly type: 'CancelStarted';
  readonly at: UnixMs;
  readonly attemptId: string;
  readonly keyId: string;
}

/** A cancel call came to this. */
export interface CancelAnswered {
  readonly type: 'CancelAnswered';
  readonly at: UnixMs;
  readonly attemptId: string;
  readonly outcome: CancelOutcome;
  readonly evidence: Evidence;
}

/** An order that was wanted canceled ends unsent, or after a proof of absence. */
export interface OrderCanceled {
  readonly type: 'OrderCanceled';
  readonly at: UnixMs;
}

/** Everything that can happen to an order. */
export type OrderEvent =
  | OrderReceived
  | OrderDenied
  | OrderExpired
  | AttemptStarted
  | AttemptReturned
  | OrderDoubted
  | OrderRejected
  | ExecutionReported
  | OrderResurrected
  | FillsRecorded
  | FillCorrected
  | ExecutionCorrected
  | ExecutionExceeded
  | AbsenceObserved
  | AbsenceProven
  | ResubmissionAllowed
  | OrderMissed
  | PreparationFailed
  | OrderHeld
  | CancelRequested
  | ReplacementClaimed
  | CancelStarted
  | CancelAnswered
  | OrderCanceled;
