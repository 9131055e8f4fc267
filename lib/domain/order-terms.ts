import { type DecimalString, isDecimalString, isPositiveDecimal } from './decimal.ts';
import { invariant } from './invariant.ts';
import type { UnixMs } from './time.ts';

/** FIX 54. */
export type Side = 'BUY' | 'SELL';
/** FIX 40; LIMIT_MAKER is the exchange's post-only order. */
export type OrderType = 'LIMIT' | 'MARKET' | 'LIMIT_MAKER';
/** FIX 59. */
export type TimeInForce = 'GTC' | 'IOC' | 'FOK';
/** Which order expires when an account would trade with itself. */
export type StpMode = 'EXPIRE_TAKER' | 'EXPIRE_MAKER';
/** What follows a proof of absence: the end, or the same order sent again under the same id. */
export type OnNeverPlaced = 'fail' | 'resubmit';

/** What the caller wants placed, with every default filled in. Never changes after receipt. */
export interface OrderTerms {
  readonly symbol: string;
  readonly side: Side;
  readonly type: OrderType;
  /** Base units; absent only for a market order by amount. */
  readonly quantity?: DecimalString;
  /** Quote units; market orders only, instead of `quantity`. */
  readonly amount?: DecimalString;
  /** Quote per base; limit and post-only orders only. */
  readonly price?: DecimalString;
  readonly timeInForce: TimeInForce;
  readonly stpMode?: StpMode;
  /** Past this time the order is never sent. */
  readonly validUntil: UnixMs;
  /** Orders with the same key are sent strictly one after the other. */
  readonly orderingKey: string;
  /** Client order id of the order that this one takes the place of, once that one is over. */
  readonly replaces?: string;
  readonly onNeverPlaced: OnNeverPlaced;
}

const ALLOWED_TIME_IN_FORCE: Record<OrderType, readonly TimeInForce[]> = {
  LIMIT: ['GTC', 'IOC', 'FOK'],
  LIMIT_MAKER: ['GTC'],
  MARKET: ['IOC'],
};

/**
 * Gives the times in force that a type allows, the default first.
 *
 * @see docs/hashkey.md, "Order types": the exchange's parameter tables, not its looser lists
 */
export function allowedTimeInForce(type: OrderType): readonly TimeInForce[] {
  return ALLOWED_TIME_IN_FORCE[type];
}

/** One broken rule of an order's terms, with the field a caller has to change. */
export interface TermsFault {
  readonly field: 'quantity' | 'amount' | 'price' | 'timeInForce';
  readonly message: string;
}

interface Sizes {
  readonly type: OrderType;
  readonly quantity?: DecimalString | undefined;
  readonly amount?: DecimalString | undefined;
  readonly price?: DecimalString | undefined;
  readonly timeInForce?: TimeInForce | undefined;
}

/** Lists every rule between the fields that the terms break; empty when they fit together. */
export function termsFaults(terms: Sizes): readonly TermsFault[] {
  const faults: TermsFault[] = [];
  const fault = (field: TermsFault['field'], message: string) => faults.push({ field, message });

  if (terms.type === 'MARKET') {
    if (terms.price !== undefined) fault('price', 'is not allowed on a MARKET order');
    if (terms.quantity !== undefined && terms.amount !== undefined) {
      fault('amount', 'give exactly one of quantity and amount');
    }
    if (terms.quantity === undefined && terms.amount === undefined) {
      fault('quantity', 'a MARKET order needs exactly one of quantity and amount');
    }
  } else {
    if (terms.price === undefined) fault('price', `is required on a ${terms.type} order`);
    if (terms.quantity === undefined) fault('quantity', `is required on a ${terms.type} order`);
    if (terms.amount !== undefined) fault('amount', 'is allowed on MARKET orders only');
  }

  const allowed = ALLOWED_TIME_IN_FORCE[terms.type];
  if (terms.timeInForce !== undefined && !allowed.includes(terms.timeInForce)) {
    fault('timeInForce', `must be ${allowed.join(' or ')} on a ${terms.type} order`);
  }
  return faults;
}

/**
 * Stops terms that no parsed request can have.
 *
 * @throws InvariantError when fields do not fit together or a number is not a positive decimal
 */
export function assertTerms(terms: OrderTerms): void {
  invariant(termsFaults(terms).length === 0, 'the terms of an order fit together');
  for (const value of [terms.quantity, terms.amount, terms.price]) {
    if (value === undefined) continue;
    invariant(isDecimalString(value), 'sizes and prices are plain decimal strings');
    invariant(isPositiveDecimal(value), 'sizes and prices are greater than zero');
  }
}
