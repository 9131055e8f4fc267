import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../../lib/adapters/hashkey/json.ts';

describe('a JSON text', () => {
  it('keeps every digit of a number beyond 2^53', () => {
    const text = '{"lastOrderId":1470930457684189697,"list":[-0.10,1e400,9007199254740993]}';
    expect(parseJson(text)).toEqual({
      lastOrderId: '1470930457684189697',
      list: ['-0.10', '1e400', '9007199254740993'],
    });
  });

  it('keeps everything that is no number', () => {
    const value = { a: [true, false, null, 'x'], b: {} };
    expect(parseJson(JSON.stringify(value))).toEqual(value);
  });

  it.each(['', 'null x', '<html>', '{"code":"0401"', '﻿{}', "{'a':1}", '['.repeat(300_000)])(
    'that cannot be read gives undefined (case %#)',
    (text) => {
      expect(parseJson(text)).toBeUndefined();
    },
  );

  it('gives undefined when it is nested too deep to walk', () => {
    expect(parseJson('['.repeat(200_000) + ']'.repeat(200_000))).toBeUndefined();
  });

  it('gives any whole number back digit for digit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (id) => {
        expect(parseJson(`{"id":${id}}`)).toEqual({ id: String(id) });
      }),
      { seed: 20_260_901 },
    );
  });
});
