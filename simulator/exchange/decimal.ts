import type Big from 'big.js';

/** Writes a decimal as the exchange does: no exponent, no trailing zeros. */
export const plain = (value: Big): string => value.toFixed();

export const isMultipleOf = (value: Big, step: Big): boolean => value.mod(step).eq(0);

export const floorTo = (value: Big, step: Big): Big => value.minus(value.mod(step));

export const lesser = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
