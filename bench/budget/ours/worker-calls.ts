import * as z from 'zod/mini';

/** What a worker is asked and answers; both sides parse with these. */

const keySchema = z.object({ apiKey: z.string(), apiSecret: z.string() });

export const startSchema = z.object({
  accountId: z.string(),
  exchangeUrl: z.string(),
  keys: z.array(keySchema),
  lanes: z.number(),
  suspensionMs: z.number(),
  inMemory: z.boolean(),
});

export const batchSchema = z.object({
  records: z.array(
    z.object({
      messageId: z.string(),
      receiptHandle: z.string(),
      messageGroupId: z.string(),
      body: z.string(),
      enqueuedAt: z.number(),
    }),
  ),
});

export const sentSchema = z.object({
  clientOrderId: z.string(),
  sentAt: z.number(),
  answeredAt: z.number(),
  kind: z.string(),
});

export const batchAnswerSchema = z.object({
  returned: z.array(z.string()),
  visibleInMs: z.optional(z.number()),
  sent: z.array(sentSchema),
  putAside: z.number(),
  gateClosedAt: z.array(z.number()),
});

export const reportSchema = z.object({
  cpuMs: z.number(),
  counts: z.record(z.string(), z.number()),
});

export const cancelSchema = z.object({ clientOrderId: z.string() });
export const reconcileSchema = z.object({ forMs: z.number() });
export const doubtSchema = z.object({ orders: z.number() });
