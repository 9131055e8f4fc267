import { describe, expect, it } from '@jest/globals';
import { plainText, redaction } from '../../../lib/adapters/hashkey/plain-text.ts';
import { Secret } from '../../../lib/application/secret.ts';
import { KEY } from './fixtures.ts';

const SHORT_KEY = { ...KEY, apiKey: new Secret('demo-key'), apiSecret: new Secret('demo-secret') };

describe('a text of the exchange', () => {
  const shown = (text: string, signatures: readonly string[] = []) =>
    plainText(text, 200, redaction(SHORT_KEY, signatures));

  it('loses key, secret and signature in any letters', () => {
    expect(shown('demo-key DEMO-SECRET abc1', ['ABC1'])).toBe('[redacted] [redacted] [redacted]');
  });

  it('loses whatever is as long as a key', () => {
    expect(shown(`not ${'a1'.repeat(20)}, sorry`)).toBe('not [redacted], sorry');
  });

  it('keeps a client order id of the greatest length', () => {
    const id = 'a'.repeat(36);
    expect(shown(`Duplicate order ${id}`)).toBe(`Duplicate order ${id}`);
  });

  it('becomes one line without marks that deceive a reader', () => {
    expect(shown('a\r\nb\tc\u202Ed\u2028e\u0000')).toBe('a  b c d e');
  });

  it('is redacted before it is cut', () => {
    const text = shown(`${'x '.repeat(97)}demo-secret`);
    expect(text).toHaveLength(200);
    expect(text).not.toContain('demo');
  });

  it('is not cut through a character', () => {
    expect(plainText('aa😀', 3, (text) => text)).toBe('aa');
  });
});
