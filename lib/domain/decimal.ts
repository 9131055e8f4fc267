import Big from 'big.js';

/** A decimal number as text, without exponent: `"0.00012"`. Never a float. */
export type DecimalString = string;

/** Digits before and after the point that any exchange quantity or price may have. */
const DECIMAL_TEXT = /^(?:0|[1-9]\d{0,19})(?:\.\d{1,18})?$/;

/**
 * Says whether a text is a plain non-negative decimal: no sign, no exponent, no leading zeros, at
 * most 20 digits before the point and 18 after it.
 */
export function isDecimalString(text: string): boolean {
  return DECIMAL_TEXT.test(text);
}

/** Compares two decimals: negative, zero or positive like a sort function. */
export function compareDecimals(left: DecimalString, right: DecimalString): number {
  return new Big(left).cmp(right);
}

/** Says whether a decimal is greater than zero. */
export function isPositiveDecimal(value: DecimalString): boolean {
  return new Big(value).gt(0);
}

/** Says whether two decimals are the same number, whatever their trailing zeros. */
export function sameDecimal(left: DecimalString, right: DecimalString): boolean {
  return new Big(left).eq(right);
}

/** Gives the exact product without exponent notation. */
export function multiplyDecimals(left: DecimalString, right: DecimalString): DecimalString {
  return new Big(left).times(right).toFixed();
}

/** Gives the exact sum without exponent notation; "0" for none. */
export function addDecimals(...values: readonly DecimalString[]): DecimalString {
  return values.reduce((sum, value) => sum.plus(value), new Big(0)).toFixed();
}

/** Gives the quotient cut to so many digits after the point, without exponent notation. */
export function divideDecimals(
  dividend: DecimalString,
  divisor: DecimalString,
  digits: number,
): DecimalString {
  const Rounding = Big();
  Rounding.DP = digits;
  Rounding.RM = Big.roundDown;
  return new Rounding(dividend).div(divisor).toFixed();
}

/**
 * Says whether `value` is a whole number of steps. A step of zero stands for "no step rule" and
 * fits everything.
 */
export function isMultipleOf(value: DecimalString, step: DecimalString): boolean {
  const size = new Big(step);
  return size.eq(0) || new Big(value).mod(size).eq(0);
}
