import * as z from 'zod/mini';
import { type CancelStatus, ORDER_STATUSES } from '../../lib/domain/order.ts';

/*
 * What the service's API answers, as far as the console shows it. The console's server parses it,
 * so that the page can trust its shape. Fields that it does not know are dropped.
 */

const CANCEL_STATUSES = [
  'REQUESTED',
  'SENDING',
  'IN_DOUBT',
  'ACKNOWLEDGED',
  'REFUSED',
  'DONE',
  'TOO_LATE',
] as const satisfies readonly CancelStatus[];

const time = z.number();
const text = z.string();
const status = z.enum(ORDER_STATUSES);

const fill = z.object({
  tradeId: text,
  price: text,
  quantity: text,
  fee: z.optional(text),
  feeAsset: z.optional(text),
  isMaker: z.optional(z.boolean()),
  at: time,
});

const evidence = z.object({
  source: text,
  at: time,
  httpStatus: z.optional(z.number()),
  code: z.optional(text),
  message: z.optional(text),
});

const attempt = z.object({
  attemptId: text,
  keyId: text,
  startedAt: time,
  sentAt: z.optional(time),
  fenceAt: time,
  outcome: text,
  evidence: z.optional(evidence),
});

/** One change; what is specific to it lies beside the fields that all have. */
const change = z.looseObject({ sequence: z.number(), type: text, at: time, status });

export const orderSchema = z.object({
  accountId: text,
  clientOrderId: text,
  status,
  reason: z.optional(text),
  symbol: text,
  side: z.enum(['BUY', 'SELL']),
  type: z.enum(['LIMIT', 'MARKET', 'LIMIT_MAKER']),
  quantity: z.optional(text),
  amount: z.optional(text),
  price: z.optional(text),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK']),
  validUntil: time,
  orderingKey: text,
  replaces: z.optional(text),
  replacedBy: z.optional(text),
  onNeverPlaced: z.enum(['fail', 'resubmit']),
  exchangeOrderId: z.optional(text),
  executedQuantity: text,
  cumulativeQuote: text,
  averagePrice: z.optional(text),
  fills: z.array(fill),
  fillsComplete: z.boolean(),
  fees: z.array(z.object({ asset: text, amount: text })),
  rejection: z.optional(z.object({ code: text, message: text })),
  cancel: z.optional(z.object({ requestedAt: time, status: z.enum(CANCEL_STATUSES) })),
  attempts: z.array(attempt),
  history: z.array(change),
  createdAt: time,
  updatedAt: time,
  version: z.number(),
});

/** One order, whole. */
export type OrderResource = z.infer<typeof orderSchema>;
/** One change of an order. */
export type OrderChange = OrderResource['history'][number];
/** One stored intent to send. */
export type AttemptResource = OrderResource['attempts'][number];

export const orderPageSchema = z.object({
  orders: z.array(orderSchema),
  cursor: z.optional(text),
});

const gate = z.union([
  z.object({ kind: z.literal('open') }),
  z.object({
    kind: z.literal('closed'),
    until: z.union([time, z.literal('operator')]),
    reason: text,
  }),
]);

const budget = z.object({
  class: z.enum(['order', 'query']),
  /** Weight in the second that is counted now; absent from a service that does not tell. */
  taken: z.optional(z.number()),
  slowedTo: z.optional(z.number()),
});

export const accountSchema = z.object({
  accountId: text,
  halted: z.boolean(),
  reason: z.optional(text),
  changedAt: z.optional(time),
  site: text,
  environment: text,
  lanes: z.number(),
  limits: z.object({ ordersPerSecond: z.number(), queriesPerSecond: z.number() }),
  egress: z.object({ gate, closings: z.number() }),
  keys: z.array(z.object({ keyId: text, gate, closings: z.number(), budgets: z.array(budget) })),
  externalOrders: z.array(z.object({ origin: text })),
});

/** An account with its keys' budgets and gates; never a key. */
export type AccountResource = z.infer<typeof accountSchema>;
/** Whether requests may leave. */
export type GateResource = z.infer<typeof gate>;
