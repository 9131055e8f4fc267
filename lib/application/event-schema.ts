import * as z from 'zod/mini';
import type { CancelStatus } from '../domain/order.ts';
import { ORDER_STATUSES } from '../domain/order.ts';
import { EVENT_TYPES } from './integration-event.ts';

const CANCEL_STATUSES = {
  REQUESTED: 'REQUESTED',
  SENDING: 'SENDING',
  IN_DOUBT: 'IN_DOUBT',
  ACKNOWLEDGED: 'ACKNOWLEDGED',
  REFUSED: 'REFUSED',
  DONE: 'DONE',
  TOO_LATE: 'TOO_LATE',
} as const satisfies { readonly [Status in CancelStatus]: Status };

const time = z.int().check(z.nonnegative(), z.describe('Unix time in milliseconds'));
const decimal = z
  .string()
  .check(z.regex(/^\d+(\.\d+)?$/), z.describe('decimal number as text, without sign or exponent'));
const accountId = z.string().check(z.regex(/^[a-z0-9-]{1,32}$/));
const clientOrderId = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,36}$/));
const status = z.enum(ORDER_STATUSES);

const fill = z.looseObject({
  tradeId: z.string(),
  ticketId: z.optional(z.string()),
  price: decimal,
  quantity: decimal,
  fee: z.optional(z.string()),
  feeAsset: z.optional(z.string()),
  isMaker: z.optional(z.boolean()),
  at: time,
});

const order = z.looseObject({
  accountId,
  clientOrderId,
  status,
  reason: z.optional(z.string()),
  symbol: z.string(),
  side: z.enum(['BUY', 'SELL']),
  type: z.enum(['LIMIT', 'MARKET', 'LIMIT_MAKER']),
  quantity: z.optional(decimal),
  amount: z.optional(decimal),
  price: z.optional(decimal),
  timeInForce: z.enum(['GTC', 'IOC', 'FOK']),
  stpMode: z.optional(z.enum(['EXPIRE_TAKER', 'EXPIRE_MAKER'])),
  validUntil: time,
  orderingKey: z.string(),
  replaces: z.optional(clientOrderId),
  replacedBy: z.optional(clientOrderId),
  onNeverPlaced: z.enum(['fail', 'resubmit']),
  exchangeOrderId: z.optional(z.string()),
  executedQuantity: decimal,
  cumulativeQuote: decimal,
  averagePrice: z.optional(decimal),
  fills: z.array(fill),
  fillsComplete: z.boolean(),
  fees: z.array(z.looseObject({ asset: z.string(), amount: z.string() })),
  rejection: z.optional(z.looseObject({ code: z.string(), message: z.string() })),
  cancel: z.optional(z.looseObject({ requestedAt: time, status: z.enum(CANCEL_STATUSES) })),
  createdAt: time,
  updatedAt: time,
  version: z.int().check(z.positive()),
});

/**
 * The shape of one event, version 1: `detail` on the event bus and `data` in a result webhook.
 *
 * Objects are open: fields and words of enumerations may be added within a version, never removed
 * or given another type. `detail` is what is specific to the change, for people and logs.
 */
export const orderEventSchema = z.looseObject({
  id: z.string().check(z.describe('the same for every repeat: drop what was seen')),
  orderId: z.string().check(z.describe('accountId/clientOrderId')),
  schemaVersion: z.literal(1),
  accountId,
  clientOrderId,
  sequence: z.int().check(z.positive(), z.describe('gap-free per order, from 1')),
  at: time,
  status: status.check(z.describe('of the order after this change')),
  detail: z.record(z.string(), z.unknown()),
  order: order.check(z.describe('the order after the write that held this change')),
});

/** The body of a result webhook, version 1. */
export const resultWebhookSchema = z.looseObject({
  type: z.enum(EVENT_TYPES),
  timestamp: z.iso.datetime().check(z.describe('when the change happened; `data.at` as text')),
  data: orderEventSchema,
});

/** The published schemas, by the names of their files. */
export const EVENT_SCHEMAS = {
  'order-event.v1': orderEventSchema,
  'result-webhook.v1': resultWebhookSchema,
} as const;

/** Gives a published schema as JSON Schema, draft 2020-12. */
export function jsonSchemaOf(name: keyof typeof EVENT_SCHEMAS): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(EVENT_SCHEMAS[name]);
  return { $schema, $id: `${name}.schema.json`, title: name, ...schema };
}
