import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  fieldNames,
  type LineFormat,
  parseLineFormat,
  readLine,
} from '../../../lib/application/tradingview/line-format.ts';

function format(text: string): LineFormat {
  const parsed = parseLineFormat(text);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

describe('the format of a line', () => {
  it.each([
    ['buy', 'at least one'],
    ['{a}{b}', 'text between'],
    ['{a} {a}', 'twice'],
    ['{a} {', 'brace'],
    ['{a} }', 'brace'],
    ['{} {a}', 'brace'],
    ['{a b} {c}', 'brace'],
    ['{{a}}', 'brace'],
    [`{a}${' '.repeat(1_000)}`, 'at most 1000 characters'],
    [Array.from({ length: 21 }, (_, index) => `{f${index}}`).join(' '), 'at most 40 parts'],
  ])('that cannot be read without doubt is refused: %s', (text, why) => {
    expect(parseLineFormat(text)).toContain(why);
  });

  it.each([
    ['{a} at {b}', 'x at y', { a: 'x', b: 'y' }],
    ['{a}; {b}', 'Long Entry; 2', { a: 'Long Entry', b: '2' }],
    ['{a};{b}', 'x;y;z', { a: 'x', b: 'y;z' }],
    ['buy {a}!', 'buy x!', { a: 'x' }],
    ['({a})', '(.*)', { a: '.*' }],
  ])('%s reads "%s"', (text, line, fields) => {
    expect(Object.fromEntries(readLine(format(text), line) ?? [])).toEqual(fields);
  });

  it.each([
    ['{a} at {b}', 'x y'],
    ['{a} at {b}', ' at y'],
    ['{a} at {b}', 'x at '],
    ['buy {a}!', 'buy x! now'],
    ['buy {a}!', 'sell x!'],
  ])('%s does not read "%s"', (text, line) => {
    expect(readLine(format(text), line)).toBeUndefined();
  });

  it('gives back what was written by it', () => {
    const word = fc.stringMatching(/^[^;{}]{1,20}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (words) => {
        const written = format(words.map((_, index) => `{f${index}}`).join('; '));
        // A field ends at the separator, so it must not hold the beginning of one.
        fc.pre(words.every((one) => !one.includes('; ')));
        expect([...(readLine(written, words.join('; ')) ?? new Map()).values()]).toEqual(words);
        expect(fieldNames(written)).toHaveLength(words.length);
      }),
    );
  });

  it('is read in a time that no line can stretch', () => {
    const many = format(Array.from({ length: 20 }, (_, index) => `{f${index}}`).join('a'));
    // A regular expression with as many lazy groups would look at this for longer than a lifetime.
    expect(readLine(many, `${'a'.repeat(16_000)}!`)).toBeUndefined();
  });
});
