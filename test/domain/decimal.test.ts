import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  divideDecimals,
  isDecimalString,
  isMultipleOf,
  isPositiveDecimal,
  multiplyDecimals,
  sameDecimal,
} from '../../lib/domain/decimal.ts';

/** A decimal with its value in units of 10^-18, exactly. */
const decimal = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }), fc.integer({ min: 0, max: 18 }), fc.nat())
  .map(([whole, places, part]) => {
    const fraction = (BigInt(part) * 7_919n) % 10n ** BigInt(places);
    const text =
      places === 0 ? `${whole}` : `${whole}.${fraction.toString().padStart(places, '0')}`;
    return { text, units: whole * 10n ** 18n + fraction * 10n ** BigInt(18 - places) };
  });

const scaled = (text: string, places: number): bigint => {
  const [whole = '', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(places, '0'));
};

describe('any two decimals', () => {
  it('compare as their exact values do', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const exact = left.units < right.units ? -1 : left.units > right.units ? 1 : 0;
        expect(Math.sign(compareDecimals(left.text, right.text))).toBe(exact);
        expect(sameDecimal(left.text, right.text)).toBe(exact === 0);
        expect(isPositiveDecimal(left.text)).toBe(left.units > 0n);
      }),
    );
  });

  it('multiply exactly, without an exponent', () => {
    fc.assert(
      fc.property(decimal, decimal, (left, right) => {
        const product = multiplyDecimals(left.text, right.text);
        expect(product).toMatch(/^\d+(\.\d+)?$/);
        expect(scaled(product, 36)).toBe(left.units * right.units);
      }),
    );
  });

  it('add up exactly, however many there are, and to nothing when there are none', () => {
    fc.assert(
      fc.property(fc.array(decimal, { maxLength: 8 }), (values) => {
        const sum = addDecimals(...values.map(({ text }) => text));
        expect(sum).toMatch(/^\d+(\.\d+)?$/);
        expect(scaled(sum, 18)).toBe(values.reduce((all, { units }) => all + units, 0n));
      }),
    );
    expect(addDecimals()).toBe('0');
  });

  it('divide into what fits, cut to so many digits and never rounded up', () => {
    fc.assert(
      fc.property(
        decimal,
        decimal,
        fc.integer({ min: 0, max: 18 }),
        (dividend, divisor, digits) => {
          fc.pre(divisor.units > 0n);
          const quotient = divideDecimals(dividend.text, divisor.text, digits);
          const exact = (dividend.units * 10n ** BigInt(digits)) / divisor.units;
          expect(scaled(quotient, digits)).toBe(exact);
        },
      ),
    );
    expect(divideDecimals('2', '3', 4)).toBe('0.6666');
  });

  it('are multiples exactly when the division leaves nothing', () => {
    fc.assert(
      fc.property(decimal, decimal, fc.bigInt({ min: 0n, max: 1_000n }), (value, step, times) => {
        fc.pre(step.units > 0n);
        expect(isMultipleOf(value.text, step.text)).toBe(value.units % step.units === 0n);
        expect(isMultipleOf(multiplyDecimals(step.text, times.toString()), step.text)).toBe(true);
      }),
    );
  });

  it('are decimal strings themselves', () => {
    fc.assert(fc.property(decimal, ({ text }) => isDecimalString(text)));
  });
});

describe('a step of zero', () => {
  it.each(['0', '0.00', '0.0000000001'])('fits zero to %s', (value) => {
    expect(isMultipleOf(value, '0')).toBe(true);
    expect(isMultipleOf(value, '0.000')).toBe(true);
  });
});

describe('a text that is not a plain decimal', () => {
  it.each([
    ['', 'nothing'],
    ['-1', 'a sign'],
    ['+1', 'a plus'],
    ['1e3', 'an exponent'],
    ['1E3', 'a capital exponent'],
    ['01', 'a leading zero'],
    ['00.1', 'two leading zeros'],
    ['.5', 'no digit before the point'],
    ['5.', 'no digit after the point'],
    ['1,5', 'a comma'],
    [' 1', 'a blank before'],
    ['1\n', 'a line end'],
    ['1.2.3', 'two points'],
    ['0x10', 'hexadecimal'],
    ['NaN', 'no number'],
    ['Infinity', 'no end'],
    ['１', 'another digit of Unicode'],
    ['1'.repeat(21), '21 digits before the point'],
    [`0.${'1'.repeat(19)}`, '19 digits after the point'],
  ])('is refused: %j (%s)', (text) => {
    expect(isDecimalString(text)).toBe(false);
  });
});
