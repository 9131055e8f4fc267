import * as z from 'zod/mini';
import { orderEventSchema } from '../event-schema.ts';

// Answers are open: a newer service may add fields. Requests are closed.

const time = z.int().check(z.nonnegative(), z.describe('Unix time in milliseconds'));

const gate = z.union([
  z.looseObject({ kind: z.literal('open') }),
  z.looseObject({
    kind: z.literal('closed'),
    until: z.union([time, z.literal('operator')]),
    reason: z.string(),
  }),
]);

const attempt = z.looseObject({
  attemptId: z.string(),
  keyId: z.string(),
  startedAt: time,
  sentAt: z.optional(time),
  fenceAt: time,
  outcome: z.string(),
  evidence: z.optional(z.unknown()),
});

const change = z.looseObject({
  sequence: z.int().check(z.positive()),
  type: z.string(),
  at: time,
  status: orderEventSchema.shape.status,
});

/** An order as the API shows it: what events have of it, its attempts and its newest changes. */
export const orderAnswerSchema = z.extend(orderEventSchema.shape.order, {
  attempts: z.array(attempt),
  history: z.array(change),
});

/** A page of orders. */
export const orderPageSchema = z.looseObject({
  orders: z.array(orderAnswerSchema),
  cursor: z.optional(z.string().check(z.describe('where the next page begins'))),
});

const keyState = z.looseObject({
  keyId: z.string(),
  gate,
  closings: z.int(),
  budgets: z.array(
    z.looseObject({
      class: z.enum(['order', 'query']),
      taken: z
        .int()
        .check(
          z.nonnegative(),
          z.describe('weight of the last second and of slots given out ahead'),
        ),
      latestSlotAt: z.optional(z.number()),
      slowedTo: z.optional(z.number()),
    }),
  ),
});

const externalOrder = z.looseObject({
  exchangeOrderId: z.string(),
  clientOrderId: z.string(),
  origin: z.enum(['orphan', 'foreign']),
  symbol: z.string(),
  side: z.string(),
  statusText: z.string(),
  executedQuantity: z.string(),
  firstSeenAt: time,
  lastSeenAt: time,
});

/** An account as the API shows it. */
export const accountAnswerSchema = z.looseObject({
  accountId: z.string(),
  halted: z.boolean(),
  reason: z.optional(z.string()),
  changedAt: z.optional(time),
  site: z.enum(['HK', 'GLOBAL', 'MENA']),
  environment: z.enum(['sandbox', 'production']),
  lanes: z.int(),
  limits: z.looseObject({
    ordersPerSecond: z.number(),
    queriesPerSecond: z.number(),
    weights: z.optional(z.record(z.string(), z.number())),
  }),
  egress: z.looseObject({ gate, closings: z.int() }),
  keys: z.array(keyState),
  externalOrders: z.array(externalOrder),
});

/** An answer that says what is wrong (RFC 9457). */
export const problemSchema = z.looseObject({
  type: z.string(),
  status: z.int(),
  title: z.string(),
  detail: z.optional(z.string()),
  errors: z.optional(z.array(z.looseObject({ field: z.string(), message: z.string() }))),
  requestHash: z.optional(
    z.string().check(z.describe('of a 409: the hash of the order that has the id already')),
  ),
});

/** The answer of the health check. */
export const healthSchema = z.looseObject({ status: z.literal('ok') });
