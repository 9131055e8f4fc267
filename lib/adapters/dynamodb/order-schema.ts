import * as z from 'zod/mini';
import type { OrderEvent } from '../../domain/events.ts';
import type { EvidenceSource } from '../../domain/execution-report.ts';
import { type AttemptOutcome, type CancelStatus, ORDER_STATUSES } from '../../domain/order.ts';

/** A union written out, so that the compiler names the file when the union grows. */
type Named<Name extends string> = { readonly [Key in Name]: Key };

const EVENT_TYPES: Named<OrderEvent['type']> = {
  OrderReceived: 'OrderReceived',
  OrderDenied: 'OrderDenied',
  OrderExpired: 'OrderExpired',
  AttemptStarted: 'AttemptStarted',
  AttemptReturned: 'AttemptReturned',
  OrderDoubted: 'OrderDoubted',
  OrderRejected: 'OrderRejected',
  ExecutionReported: 'ExecutionReported',
  OrderResurrected: 'OrderResurrected',
  FillsRecorded: 'FillsRecorded',
  FillCorrected: 'FillCorrected',
  ExecutionCorrected: 'ExecutionCorrected',
  ExecutionExceeded: 'ExecutionExceeded',
  AbsenceObserved: 'AbsenceObserved',
  AbsenceProven: 'AbsenceProven',
  ResubmissionAllowed: 'ResubmissionAllowed',
  OrderMissed: 'OrderMissed',
  PreparationFailed: 'PreparationFailed',
  OrderHeld: 'OrderHeld',
  CancelRequested: 'CancelRequested',
  ReplacementClaimed: 'ReplacementClaimed',
  CancelStarted: 'CancelStarted',
  CancelAnswered: 'CancelAnswered',
  OrderCanceled: 'OrderCanceled',
};

const CANCEL_STATUSES: Named<CancelStatus> = {
  REQUESTED: 'REQUESTED',
  SENDING: 'SENDING',
  IN_DOUBT: 'IN_DOUBT',
  ACKNOWLEDGED: 'ACKNOWLEDGED',
  REFUSED: 'REFUSED',
  DONE: 'DONE',
  TOO_LATE: 'TOO_LATE',
};

const OUTCOMES: Named<AttemptOutcome> = {
  pending: 'pending',
  accepted: 'accepted',
  rejected: 'rejected',
  unknown: 'unknown',
  duplicate: 'duplicate',
  absent: 'absent',
  throttled: 'throttled',
  banned: 'banned',
  deferred: 'deferred',
  'not-sent': 'not-sent',
  'clock-skew': 'clock-skew',
  'bad-key': 'bad-key',
};

const EVIDENCE_SOURCES: Named<EvidenceSource> = {
  submit: 'submit',
  cancel: 'cancel',
  query: 'query',
  'open-orders': 'open-orders',
  history: 'history',
  trades: 'trades',
  stream: 'stream',
  'open-orders-and-history': 'open-orders-and-history',
};

const time = z.number();

const terms = z.looseObject({
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL']),
  type: z.enum(['LIMIT', 'MARKET', 'LIMIT_MAKER']),
  quantity: z.exactOptional(z.string()),
  amount: z.exactOptional(z.string()),
  price: z.exactOptional(z.string()),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK']),
  stpMode: z.exactOptional(z.enum(['EXPIRE_TAKER', 'EXPIRE_MAKER'])),
  validUntil: time,
  orderingKey: z.string(),
  replaces: z.exactOptional(z.string()),
  onNeverPlaced: z.enum(['fail', 'resubmit']),
});

const evidence = z.looseObject({
  source: z.enum(EVIDENCE_SOURCES),
  at: time,
  httpStatus: z.exactOptional(z.number()),
  code: z.exactOptional(z.string()),
  message: z.exactOptional(z.string()),
});

const attempt = z.looseObject({
  attemptId: z.string(),
  keyId: z.string(),
  startedAt: time,
  sendBy: time,
  recvWindowMs: z.number(),
  fenceAt: time,
  sentAt: z.exactOptional(time),
  outcome: z.enum(OUTCOMES),
  evidence: z.exactOptional(evidence),
});

const fill = z.looseObject({
  tradeId: z.string(),
  ticketId: z.exactOptional(z.string()),
  price: z.string(),
  quantity: z.string(),
  fee: z.exactOptional(z.string()),
  feeAsset: z.exactOptional(z.string()),
  isMaker: z.exactOptional(z.boolean()),
  at: time,
});

const historyEntry = z.looseObject({
  sequence: z.number(),
  type: z.enum(EVENT_TYPES),
  at: time,
  status: z.enum(ORDER_STATUSES),
  detail: z.record(z.string(), z.unknown()),
});

/**
 * The shape of a stored order.
 *
 * Unknown attributes of the item are left alone by every update, and unknown fields inside its
 * lists are kept, so that old code run beside newer code loses nothing.
 */
export const orderItemSchema = z.object({
  formatVersion: z.literal(1),
  accountId: z.string(),
  clientOrderId: z.string(),
  terms,
  requestHash: z.string(),
  request: z.string(),
  producerId: z.exactOptional(z.string()),
  status: z.enum(ORDER_STATUSES),
  reason: z.exactOptional(z.string()),
  exchangeOrderId: z.exactOptional(z.string()),
  executedQuantity: z.string(),
  cumulativeQuote: z.string(),
  averagePrice: z.exactOptional(z.string()),
  fills: z.exactOptional(z.array(fill)),
  rejection: z.exactOptional(z.object({ code: z.string(), message: z.string() })),
  attempts: z.array(attempt),
  absences: z.array(
    z.looseObject({ source: z.enum(['query', 'open-orders-and-history']), at: time }),
  ),
  missingAt: z.array(time),
  preparationFailures: z.number(),
  replacedBy: z.exactOptional(z.string()),
  cancel: z.exactOptional(
    z.looseObject({
      requestedAt: time,
      status: z.enum(CANCEL_STATUSES),
      attempts: z.number(),
      attemptId: z.exactOptional(z.string()),
      startedAt: z.exactOptional(time),
    }),
  ),
  history: z.array(historyEntry),
  createdAt: time,
  updatedAt: time,
  version: z.number(),
});
