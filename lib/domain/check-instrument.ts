import { compareDecimals, isMultipleOf, isPositiveDecimal, multiplyDecimals } from './decimal.ts';
import type { Bounds, InstrumentRules } from './instrument.ts';
import type { OrderTerms } from './order-terms.ts';

/** Why we refuse an order before sending it. Codes are a public contract. */
export interface Denial {
  readonly code: DenialCode;
  readonly message: string;
}

/** The codes of a local refusal. */
export type DenialCode =
  | 'SYMBOL_UNKNOWN'
  | 'SYMBOL_NOT_TRADING'
  | 'PRICE_OFF_TICK'
  | 'QUANTITY_OFF_LOT'
  | 'QUANTITY_TOO_SMALL'
  | 'QUANTITY_TOO_LARGE'
  | 'NOTIONAL_TOO_SMALL'
  | 'NOTIONAL_TOO_LARGE'
  | 'AMOUNT_OFF_STEP'
  | 'AMOUNT_TOO_SMALL'
  | 'AMOUNT_TOO_LARGE'
  | 'ACCOUNT_HALTED';

/**
 * Checks an order against its instrument's rules, so that a refusal costs no budget.
 *
 * The exchange's price bands and its unused minimum and maximum price are left to the exchange:
 * enforcing what it does not enforce would refuse good orders.
 *
 * @param rules - undefined when the site does not list the symbol
 * @returns the first broken rule, or undefined
 */
export function checkInstrument(
  terms: OrderTerms,
  rules: InstrumentRules | undefined,
): Denial | undefined {
  if (rules === undefined) {
    return { code: 'SYMBOL_UNKNOWN', message: `the exchange does not list ${terms.symbol}` };
  }
  if (!rules.tradable) {
    return { code: 'SYMBOL_NOT_TRADING', message: `${terms.symbol} is ${rules.statusText}` };
  }
  return terms.type === 'MARKET' ? checkMarket(terms, rules) : checkLimit(terms, rules);
}

function checkLimit(terms: OrderTerms, rules: InstrumentRules): Denial | undefined {
  const { price, quantity } = terms;
  if (price === undefined || quantity === undefined) return undefined;
  const notional = multiplyDecimals(price, quantity);
  return (
    offStep(price, rules.tickSize, 'PRICE_OFF_TICK', 'price') ??
    offStep(quantity, rules.lotSize, 'QUANTITY_OFF_LOT', 'quantity') ??
    outside(quantity, rules.limitQuantity, QUANTITY) ??
    outside(notional, minimumOnly(rules.minimumNotional), NOTIONAL) ??
    outside(notional, rules.limitNotional, NOTIONAL)
  );
}

function checkMarket(terms: OrderTerms, rules: InstrumentRules): Denial | undefined {
  const { quantity, amount } = terms;
  if (quantity !== undefined) {
    return (
      offStep(quantity, rules.lotSize, 'QUANTITY_OFF_LOT', 'quantity') ??
      outside(quantity, rules.marketQuantity, QUANTITY)
    );
  }
  if (amount === undefined) return undefined;
  return (
    offStep(amount, rules.amountStep, 'AMOUNT_OFF_STEP', 'amount') ??
    outside(amount, rules.marketAmount, AMOUNT)
  );
}

interface BoundNames {
  readonly name: string;
  readonly tooSmall: DenialCode;
  readonly tooLarge: DenialCode;
}

const QUANTITY: BoundNames = {
  name: 'quantity',
  tooSmall: 'QUANTITY_TOO_SMALL',
  tooLarge: 'QUANTITY_TOO_LARGE',
};
const NOTIONAL: BoundNames = {
  name: 'price times quantity',
  tooSmall: 'NOTIONAL_TOO_SMALL',
  tooLarge: 'NOTIONAL_TOO_LARGE',
};
const AMOUNT: BoundNames = {
  name: 'amount',
  tooSmall: 'AMOUNT_TOO_SMALL',
  tooLarge: 'AMOUNT_TOO_LARGE',
};

function offStep(
  value: string,
  step: string | undefined,
  code: DenialCode,
  name: string,
): Denial | undefined {
  if (step === undefined || isMultipleOf(value, step)) return undefined;
  return { code, message: `${name} ${value} is not a multiple of ${step}` };
}

function outside(value: string, bounds: Bounds | undefined, names: BoundNames): Denial | undefined {
  const { minimum, maximum } = bounds ?? {};
  if (minimum !== undefined && compareDecimals(value, minimum) < 0) {
    const message = `${names.name} ${value} is below the minimum ${minimum}`;
    return { code: names.tooSmall, message };
  }
  // The exchange writes "0" where it sets no maximum.
  if (maximum === undefined || !isPositiveDecimal(maximum)) return undefined;
  if (compareDecimals(value, maximum) <= 0) return undefined;
  return {
    code: names.tooLarge,
    message: `${names.name} ${value} is above the maximum ${maximum}`,
  };
}

function minimumOnly(minimum: string | undefined): Bounds | undefined {
  return minimum === undefined ? undefined : { minimum };
}
