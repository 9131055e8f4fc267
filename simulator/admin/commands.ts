import * as z from 'zod/mini';
import { PROBABILITIES, RULE } from '../faults/fault.ts';

const DURATION_MS_MAX = 86_400_000;
const CLOCK_OFFSET_MS_MAX = 365 * 86_400_000;
const TEXT_MAX = 300;

const text = z.string().check(z.maxLength(TEXT_MAX));
const decimal = z.string().check(z.regex(/^(?=.*[1-9])\d{1,30}(\.\d{1,30})?$/));
const duration = z.int().check(z.minimum(0), z.maximum(DURATION_MS_MAX));

const probability = z.number().check(z.minimum(0), z.maximum(1));
/** Held back long enough that later frames overtake. */
const STREAM_DELAY_MS = 200;

/** Names one order: by the exchange's id, or by the client's and, where needed, the account. */
const order = {
  orderId: z.optional(text),
  clientOrderId: z.optional(text),
  account: z.optional(text),
};

/** The shapes of what the admin functions take, over HTTP and in the process alike. */
export const COMMAND = {
  rule: RULE,
  probabilities: PROBABILITIES,
  clock: z.object({
    offsetMs: z.int().check(z.minimum(-CLOCK_OFFSET_MS_MAX), z.maximum(CLOCK_OFFSET_MS_MAX)),
  }),
  /** 0 ends a running window. */
  maintenance: z.object({ ms: duration }),
  ban: z.object({ ms: z.optional(duration) }),
  /** Without a quantity the rest of the order is filled. */
  fill: z.object({ ...order, quantity: z.optional(decimal) }),
  /** Of an order that is over; it may pass what was ordered. */
  fillLate: z.object({ ...order, quantity: decimal }),
  /** What the lists state of a trade from now on. */
  trade: z.object({ tradeId: text, fee: z.optional(decimal), isVoid: z.optional(z.boolean()) }),
  cancel: z.object({ ...order, reason: z._default(text, 'SYSTEM_CANCEL') }),
  forget: z.object(order),
  /** The key by itself or by its label. */
  key: z.object({
    key: text,
    revoked: z.optional(z.boolean()),
    ipRefused: z.optional(z.boolean()),
    readOnly: z.optional(z.boolean()),
  }),
  reference: z.object({ symbol: text, price: decimal }),
  /** What chance does to frames of the user data stream. */
  streamFaults: z.object({
    drops: z._default(probability, 0),
    repeats: z._default(probability, 0),
    delays: z._default(probability, 0),
    delayMs: z._default(duration, STREAM_DELAY_MS),
  }),
  streamCut: z.object({ how: z.enum(['close', 'silence', 'expire']) }),
} as const;

/** What each admin function takes; what has a default may be left out. */
export type CommandInput = {
  readonly [name in keyof typeof COMMAND]: z.input<(typeof COMMAND)[name]>;
};

/** An admin call which cannot be carried out; the message says why. */
export class AdminError extends Error {}

/** @throws AdminError which names the wrong field */
export function readCommand<S extends z.ZodMiniType>(schema: S, input: unknown): z.output<S> {
  const parsed = z.safeParse(schema, input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AdminError(`${issue?.path.join('.') || 'body'}: ${issue?.message ?? 'invalid'}`);
}
