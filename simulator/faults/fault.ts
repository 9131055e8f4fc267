import * as z from 'zod/mini';

/** Longest stretch of time a fault may name: a day. */
const DURATION_MS_MAX = 86_400_000;
const TEXT_CHARACTERS_MAX = 1000;

const milliseconds = z.int().check(z.minimum(0), z.maximum(DURATION_MS_MAX));
const text = z.string().check(z.maxLength(TEXT_CHARACTERS_MAX));
const httpStatus = z.int().check(z.minimum(200), z.maximum(599));
/** `before`: the exchange does not act. `after`: it acts, and only the answer suffers. */
const moment = z._default(z.enum(['before', 'after']), 'before');

/**
 * What may go wrong with one request. `placed` says whether the exchange acts on it although the
 * answer does not say so.
 */
export const FAULT = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('status'),
    status: z._default(httpStatus, 503),
    when: moment,
    body: z._default(z.enum(['html', 'empty', 'json']), 'html'),
  }),
  z.object({ kind: z.literal('reset'), when: moment }),
  z.object({ kind: z.literal('hang'), when: moment, ms: z.optional(milliseconds) }),
  z.object({ kind: z.literal('delay'), when: z._default(moment, 'after'), ms: milliseconds }),
  z.object({
    kind: z.literal('code'),
    code: z.union([text, z.int()]),
    msg: z._default(text, 'Injected fault'),
    status: z._default(httpStatus, 400),
    placed: z._default(z.boolean(), false),
  }),
  z.object({
    kind: z.literal('html'),
    status: z._default(httpStatus, 200),
    placed: z._default(z.boolean(), false),
  }),
  z.object({ kind: z.literal('truncated'), placed: z._default(z.boolean(), true) }),
  z.object({
    kind: z.literal('late'),
    ms: milliseconds,
    status: z._default(httpStatus, 504),
  }),
  z.object({ kind: z.literal('queryLag'), ms: milliseconds }),
  z.object({ kind: z.literal('throttle') }),
  z.object({ kind: z.literal('ban'), ms: z.optional(milliseconds) }),
  z.object({ kind: z.literal('reject') }),
  z.object({ kind: z.literal('underfill') }),
  z.object({ kind: z.literal('missing'), placed: z._default(z.boolean(), true) }),
]);

export type Fault = z.infer<typeof FAULT>;
/** The same as people write it: what has a default may be left out. */
export type FaultInput = z.input<typeof FAULT>;

export const ENDPOINT_NAMES = [
  'ping',
  'time',
  'exchangeInfo',
  'quote',
  'test',
  'create',
  'batch',
  'batchItem',
  'cancel',
  'cancelMany',
  'query',
  'openOrders',
  'history',
  'account',
  'trades',
  'tradesByClientOrderId',
  'accountType',
  'checkApiKey',
  'vipInfo',
  'listenKey',
] as const;
export type EndpointName = (typeof ENDPOINT_NAMES)[number];

/** Drawn for each request of its endpoint: at most one of an endpoint's rows strikes. */
const chance = z.object({
  probability: z.number().check(z.minimum(0), z.maximum(1)),
  fault: FAULT,
});
export const PROBABILITIES = z.partialRecord(z.enum([...ENDPOINT_NAMES, 'any']), z.array(chance));
export type Probabilities = z.infer<typeof PROBABILITIES>;
export type ProbabilitiesInput = z.input<typeof PROBABILITIES>;

const TIMES_MAX = 1_000_000;

export const RULE = z.object({
  match: z.object({
    endpoint: z._default(z.enum([...ENDPOINT_NAMES, 'any']), 'any'),
    /** The API key itself or its label in the statistics. */
    apiKey: z.optional(text),
    /** Exact, or a prefix followed by `*`. */
    clientOrderId: z.optional(text),
    symbol: z.optional(text),
  }),
  times: z.optional(z.int().check(z.minimum(1), z.maximum(TIMES_MAX))),
  probability: z.optional(z.number().check(z.minimum(0), z.maximum(1))),
  fault: FAULT,
});
export type Rule = z.infer<typeof RULE>;
export type RuleInput = z.input<typeof RULE>;
