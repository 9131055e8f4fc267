import { describe, expect, it } from '@jest/globals';
import { InvariantError, invariant, unreachable } from '../../lib/domain/invariant.ts';

describe('a rule of our own', () => {
  it('is silent while it holds, and names itself when it is broken', () => {
    expect(() => invariant(true, 'the rule')).not.toThrow();
    expect(() => invariant(false, 'the rule')).toThrow(InvariantError);
    expect(() => invariant(false, 'the rule')).toThrow('the rule');
    expect(new InvariantError('the rule').name).toBe('InvariantError');
  });

  it('is broken by a value that the types exclude', () => {
    // As an old item of the table could hold one.
    const stored: { readonly status: never } = JSON.parse('{"status":"GONE"}');
    expect(() => unreachable(stored.status)).toThrow(InvariantError);
    expect(() => unreachable(stored.status)).toThrow('unexpected value "GONE"');
  });
});
