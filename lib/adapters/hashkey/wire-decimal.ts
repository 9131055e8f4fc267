import Big from 'big.js';
import { type DecimalString, isDecimalString, isPositiveDecimal } from '../../domain/decimal.ts';

/** A number as servers print it: leading zeros and exponents (`0E-8`) included, no sign. */
const WIRE_NUMBER = /^\d{1,40}(?:\.\d{1,40})?(?:[eE][+-]?\d{1,2})?$/;
/** Digits after the point that our decimals have. */
const DECIMALS_MAX = 18;

/**
 * Reads a number of the exchange as our decimal; digits beyond the eighteenth are cut off.
 *
 * @returns undefined when it is absent or no number we can hold
 */
export function decimalFrom(value: unknown): DecimalString | undefined {
  if (typeof value !== 'string') return undefined;
  if (isDecimalString(value)) return value;
  if (!WIRE_NUMBER.test(value)) return undefined;
  const text = new Big(value).round(DECIMALS_MAX, Big.roundDown).toFixed();
  return isDecimalString(text) ? text : undefined;
}

/** As `decimalFrom`, where the exchange's zero means "none". */
export function positiveFrom(value: unknown): DecimalString | undefined {
  const decimal = decimalFrom(value);
  return decimal !== undefined && isPositiveDecimal(decimal) ? decimal : undefined;
}
