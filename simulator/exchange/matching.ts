import Big from 'big.js';
import { crosses, type Resting } from './book.ts';
import { floorTo, lesser } from './decimal.ts';
import type { Side, StpMode, TimeInForce } from './order.ts';

/** An incoming order as matching sees it. Exactly one of `quantity` and `amount` is present. */
export type Incoming = {
  readonly accountId: string;
  readonly side: Side;
  readonly limit: Big | undefined;
  readonly quantity: Big | undefined;
  readonly amount: Big | undefined;
  readonly stepSize: Big;
  readonly stpMode: StpMode;
  readonly timeInForce: TimeInForce;
};

export type Match = { readonly resting: Resting; readonly quantity: Big };

export type MatchPlan = {
  readonly matches: readonly Match[];
  /** Own resting orders which give way (EXPIRE_MAKER). */
  readonly expiring: readonly Resting[];
  /** The incoming order stops because it met an own resting order (EXPIRE_TAKER). */
  readonly metItself: boolean;
  /** All that was asked for is matched. */
  readonly complete: boolean;
};

const NOTHING: MatchPlan = { matches: [], expiring: [], metItself: false, complete: false };

/**
 * Plans what an incoming order trades with, best price first and then oldest first.
 *
 * Pure: changes nothing. A fill-or-kill order which cannot be matched in full plans nothing.
 */
export function planMatch(opposite: readonly Resting[], incoming: Incoming): MatchPlan {
  const matches: Match[] = [];
  const expiring: Resting[] = [];
  let left = incoming.quantity ?? incoming.amount ?? new Big(0);
  let metItself = false;
  let complete = false;

  for (const resting of opposite) {
    if (!crosses(incoming.side, incoming.limit, resting.price)) break;
    if (resting.accountId === incoming.accountId) {
      metItself = incoming.stpMode === 'EXPIRE_TAKER';
      if (metItself) break;
      expiring.push(resting);
      continue;
    }
    const wanted = wantedAt(resting.price, left, incoming);
    const quantity = lesser(wanted, resting.leaves);
    if (quantity.gt(0)) matches.push({ resting, quantity });
    left = left.minus(incoming.quantity ? quantity : quantity.times(resting.price));
    complete = wanted.lte(resting.leaves);
    if (complete) break;
  }

  const killed = incoming.timeInForce === 'FOK' && !complete;
  return killed ? { ...NOTHING, metItself } : { matches, expiring, metItself, complete };
}

function wantedAt(price: Big, left: Big, incoming: Incoming): Big {
  return incoming.quantity ? left : floorTo(left.div(price), incoming.stepSize);
}
