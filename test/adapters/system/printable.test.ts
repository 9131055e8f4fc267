import { describe, expect, it } from '@jest/globals';
import { printable } from '../../../lib/adapters/system/printable.ts';
import { Secret } from '../../../lib/application/secret.ts';

describe('what may be printed', () => {
  it('holds no secret, also in errors and what caused them', () => {
    const error = Object.assign(new Error('failed', { cause: { key: new Secret('hidden') } }), {
      request: { headers: { 'X-HK-APIKEY': 'hidden' } },
    });

    const printed = JSON.stringify(printable({ error }));

    expect(printed).toContain('[redacted]');
    expect(printed).not.toContain('hidden');
  });

  it('is bounded in length, number and depth', () => {
    const endless: Record<string, unknown> = { text: 'x'.repeat(9_999), list: Array(999).fill(0) };
    endless.self = endless;

    expect(JSON.stringify(printable(endless)).length).toBeLessThan(10_000);
  });

  it('is plain JSON whatever it was', () => {
    const values = [1n, () => 1, Symbol('s'), undefined, null, new Date(0), Number.NaN];

    expect(JSON.stringify(printable(values))).toBe(
      '["1","[function]","[symbol]",null,null,"1970-01-01T00:00:00.000Z",null]',
    );
  });
});
