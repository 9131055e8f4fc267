import * as z from 'zod/mini';
import { ORDER_TYPES, SIDES, STP_MODES, TIMES_IN_FORCE } from '../exchange/order.ts';

const STATUSES = [
  'PENDING_NEW',
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'PARTIALLY_CANCELED',
  'CANCELED',
  'REJECTED',
] as const;

/** A stored order; the file may have been written by another version or by hand. */
export const ORDER_RECORD = z.object({
  symbol: z.string(),
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(TIMES_IN_FORCE),
  stpMode: z.enum(STP_MODES),
  price: z.string(),
  quantity: z.string(),
  amount: z.string(),
  clientOrderId: z.string(),
  orderId: z.string(),
  accountId: z.string(),
  status: z.enum(STATUSES),
  executed: z.string(),
  executedQuote: z.string(),
  fee: z.string(),
  feeAsset: z.string(),
  locked: z.string(),
  createdAt: z.number(),
  updatedAt: z.number(),
  cancelReason: z.string(),
  rank: z.string(),
  matchFrom: z.number(),
  visibleFrom: z.number(),
  forgotten: z.boolean(),
});

export const TRADE_RECORD = z.object({
  id: z.string(),
  ticketId: z.string(),
  accountId: z.string(),
  orderId: z.string(),
  clientOrderId: z.string(),
  symbol: z.string(),
  price: z.string(),
  quantity: z.string(),
  fee: z.string(),
  feeAsset: z.string(),
  time: z.number(),
  isBuyer: z.boolean(),
  isMaker: z.boolean(),
  isVoid: z.optional(z.boolean()),
});
