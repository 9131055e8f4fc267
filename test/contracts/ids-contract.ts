import { describe, expect, it } from '@jest/globals';
import type { Ids } from '../../lib/application/ports.ts';

/** What every maker of ids does. */
export function describeIds(name: string, open: () => Ids): void {
  describe(`${name}: ids`, () => {
    it('are short, plain and never repeat', () => {
      const ids = open();
      const made = Array.from({ length: 100 }, () => ids.attemptId());

      expect(new Set(made).size).toBe(100);
      for (const id of made) expect(id).toMatch(/^[A-Za-z0-9-]{1,36}$/);
    });
  });
}
