import type { Chance } from './chance.ts';
import type { Weather } from './weather.ts';

/** What its caller wants done with an order later. Times count from when it was asked for. */
export interface Plan {
  /** When it is wanted canceled. */
  readonly cancelAfterMs?: number;
  /** When others are sent to take its place; two of them race. */
  readonly replacedAfterMs: readonly number[];
  /** At the exchange it ends by no means but a cancel. */
  readonly rests: boolean;
}

/** The plans of all orders of a world, by client order id. */
export type Plans = (clientOrderId: string) => Plan;

const NOTHING: Plan = { replacedAfterMs: [], rests: false };
/** Ids of orders that take the place of others end so. */
const REPLACEMENT = /-[bc]$/;

/** Draws plans: each is the same whenever it is asked for. */
export function createPlans(chance: Chance, weather: Weather): Plans {
  const known = new Map<string, Plan>();
  return (clientOrderId) => {
    const plan =
      known.get(clientOrderId) ??
      drawPlan(chance.fork(clientOrderId), weather, {
        isReplacement: REPLACEMENT.test(clientOrderId),
      });
    known.set(clientOrderId, plan);
    return plan;
  };
}

function drawPlan(
  chance: Chance,
  { cancels, faultsUntilMs, replaces, rests, cancelAtMs }: Weather,
  { isReplacement }: { readonly isReplacement: boolean },
): Plan {
  const isCanceled = chance.happens(cancels);
  const isReplaced = chance.happens(replaces) && !isReplacement;
  const spans = [1, 300, 6_000, 6_000, 60_000, 60_000] as const;
  const drawnMs = () => chance.below(chance.oneOf(spans));
  const lateMs = chance.happens(0.1) ? chance.below(faultsUntilMs) : 0;
  const cancelAfterMs = cancelAtMs ?? drawnMs() + lateMs;
  const replacedAfterMs = chance.happens(0.2) ? [drawnMs(), drawnMs()] : [drawnMs()];
  const doesRest = chance.happens(rests);
  if (!isCanceled && !isReplaced) return NOTHING;
  return {
    ...(isCanceled && { cancelAfterMs }),
    replacedAfterMs: isReplaced ? replacedAfterMs : [],
    rests: doesRest,
  };
}
