import * as z from 'zod/mini';
import { CLASS_OF_CALL, type WeighedCall } from '../../application/call-weights.ts';

/** Requests a second of one key; ten times what the exchange grants by default. */
const PER_SECOND_MAX = 100;
/** Weight of one call; twenty times the heaviest that any document names. */
const WEIGHT_MAX = 100;
/** A call may be earned over so many seconds: longer, and what waits behind it would be stale. */
const HEAVY_SECONDS_MAX = 10;

/** What the exchange grants a key by default, per second. */
export const LIMITS_DEFAULT = { ordersPerSecond: 10, queriesPerSecond: 2 };

/** Which limit a class of calls is held to. */
const LIMIT_OF_CLASS = { order: 'ordersPerSecond', query: 'queriesPerSecond' } as const;

/**
 * Calls that stand for many: those may weigh more than a second grants, and what follows waits until
 * they are earned. Any other call heavier than its limit would never be taken.
 */
const HEAVY_CALLS: ReadonlySet<string> = new Set([
  'cancelMany',
  'orderHistory',
  'trades',
  'tradesOfOrder',
] satisfies readonly WeighedCall[]);

/** A whole number within bounds, refused in words. */
export function whole(minimum: number, maximum: number) {
  const message = `must be a whole number from ${minimum} to ${maximum}`;
  return z.int(message).check(z.minimum(minimum, message), z.maximum(maximum, message));
}

const weight = z.exactOptional(whole(1, WEIGHT_MAX));
const callNames = Object.keys(CLASS_OF_CALL).join(', ');

const weightsSchema = z.strictObject(
  {
    submit: weight,
    cancel: weight,
    cancelMany: weight,
    queryOrder: weight,
    openOrders: weight,
    orderHistory: weight,
    trades: weight,
    tradesOfOrder: weight,
    listenKey: weight,
  } satisfies Readonly<Record<WeighedCall, unknown>>,
  // A misspelt name would leave its call at a weight that somebody meant to raise.
  `must hold weights of calls, and of no others than ${callNames}`,
);

/** What one key may spend, and what calls cost where that differs from the documents. */
export const limitsSchema = z
  .object(
    {
      ordersPerSecond: z._default(whole(1, PER_SECOND_MAX), LIMITS_DEFAULT.ordersPerSecond),
      queriesPerSecond: z._default(whole(1, PER_SECOND_MAX), LIMITS_DEFAULT.queriesPerSecond),
      weights: z.exactOptional(weightsSchema),
    },
    'must hold ordersPerSecond and queriesPerSecond',
  )
  .check((context) => {
    const { weights, ...limits } = context.value;
    for (const [call, name] of Object.entries(CLASS_OF_CALL)) {
      const set = Object.entries(weights ?? {}).find(([one]) => one === call)?.[1];
      const limit = limits[LIMIT_OF_CLASS[name]];
      const most = HEAVY_CALLS.has(call) ? limit * HEAVY_SECONDS_MAX : limit;
      if (set === undefined || set <= most) continue;
      const message = HEAVY_CALLS.has(call)
        ? `must be at most ${most}, what ${HEAVY_SECONDS_MAX} seconds of ${LIMIT_OF_CLASS[name]} grant`
        : `must be at most ${LIMIT_OF_CLASS[name]} (${most}), or no such call could ever leave`;
      context.issues.push({
        code: 'custom',
        input: context.value,
        path: ['weights', call],
        message,
      });
    }
  });
