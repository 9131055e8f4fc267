import { randomUUID } from 'node:crypto';
import type { Ids } from '../../application/ports.ts';

/** Ids that nobody else makes. */
export const systemIds: Ids = { attemptId: () => randomUUID() };

/** Gives a number from 0 up to 1, for waits that must not fall together. Nothing secret. */
export function systemRandom(): number {
  return Math.random();
}
